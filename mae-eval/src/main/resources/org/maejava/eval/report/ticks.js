// What stands at an axis: as many digits as its ticks need, so that no two of them read alike.
const tickLabels = (() => {
  'use strict';

  const MOST = 8;

  /** Between two neighbours; the value itself where there is one tick alone. */
  const step = (value, ticks) => Math.abs(ticks.length > 1 ? ticks[1].value - ticks[0].value : value);

  /** The fewest decimals that tell it, but for the rounding of binary fractions. */
  function decimals(size) {
    const places = Array.from({ length: MOST + 1 }, (_, i) => i);
    return places.find((i) => Math.abs(size * 10 ** i - Math.round(size * 10 ** i)) < 1e-6 && Math.round(size * 10 ** i) > 0) ?? MOST;
  }

  /** Digits after the first of the largest tick. */
  function mantissa(value, ticks) {
    const largest = Math.max(...ticks.map((tick) => Math.abs(tick.value)), Math.abs(value));
    const exponent = Math.floor(Math.log10(step(value, ticks)));
    const unit = decimals(step(value, ticks) / 10 ** exponent);
    return Math.min(MOST, Math.max(1, Math.floor(Math.log10(largest)) - exponent + unit));
  }

  function exponential(value, ticks) {
    return value === 0 ? '0' : value.toExponential(mantissa(value, ticks));
  }

  /** Where every tick is below a hundredth, powers of ten. */
  function linear(value, ticks) {
    if (ticks.every((tick) => Math.abs(tick.value) < 0.01)) return exponential(value, ticks);
    const places = decimals(step(value, ticks));
    return new Intl.NumberFormat('en', { minimumFractionDigits: places, maximumFractionDigits: places }).format(value);
  }

  /** Of ticks in even ratios. */
  function even(value, ticks) {
    const ratio = ticks.length > 1 ? ticks[1].value / ticks[0].value : 2;
    return value.toPrecision(ratio > 1 ? Math.min(MOST, Math.max(2, 1 + Math.ceil(-Math.log10(ratio - 1)))) : 4);
  }

  return { linear, exponential, even };
})();
