// The report's charts: the loss curve, and accuracies with error bars.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('report-data').textContent);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue('--' + name).trim();
  const colours = { ink: colour('ink'), soft: colour('soft'), line: colour('line'), loss: colour('accent'), rate: colour('rate') };
  const numbers = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  // More labels, stronger dot; the shapes tell them apart in grey print.
  const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'star'];
  const lightest = numbers(colour('fewest'));
  const darkest = numbers(colour('most'));
  const whole = new Intl.NumberFormat('en');

  const defaults = Chart.defaults;
  defaults.animation = false;
  defaults.maintainAspectRatio = false;
  defaults.devicePixelRatio = Math.max(2, window.devicePixelRatio || 1);
  defaults.font.family = getComputedStyle(document.body).fontFamily;
  defaults.font.size = 13;
  defaults.color = colours.soft;

  function axis(title, more) {
    return Object.assign(
      { type: 'linear', title: { display: true, text: title }, grid: { color: colours.line }, border: { display: false } },
      more);
  }

  // Chart.js crowds a logarithmic axis of less than a decade.
  function evenTicks(scale) {
    const steps = 5;
    scale.ticks = Array.from({ length: steps + 1 }, (_, i) => ({ value: scale.min * (scale.max / scale.min) ** (i / steps) }));
  }

  function drawCurve(canvas) {
    const line = (key, label, colour, more) => Object.assign(
      {
        label, borderColor: colour, backgroundColor: colour, borderWidth: 2, pointRadius: 0, pointHitRadius: 6,
        data: data.curve.map((point) => ({ x: point.epoch, y: point[key] })),
      },
      more);
    new Chart(canvas, {
      type: 'line',
      data: {
        datasets: [
          line('loss', 'Loss', colours.loss, { yAxisID: 'y' }),
          line('rate', 'Learning rate', colours.rate, { yAxisID: 'rate', borderDash: [5, 4], borderWidth: 1.5 }),
        ],
      },
      options: {
        parsing: false,
        interaction: { mode: 'index', intersect: false },
        plugins: {
          // A long run has more points than the chart has pixels.
          decimation: { enabled: true, algorithm: 'min-max' },
          legend: { align: 'end', labels: { boxHeight: 1, boxWidth: 26 } },
          tooltip: { callbacks: { title: (items) => 'Epoch ' + items[0].parsed.x.toFixed(2) } },
        },
        scales: {
          x: axis('Epoch', { min: 0, max: data.curve[data.curve.length - 1].epoch, grid: { display: false } }),
          // The first points would press the rest of a linear axis flat.
          y: axis('Loss', data.curve.every((point) => point.loss > 0)
            ? { type: 'logarithmic', afterBuildTicks: evenTicks, ticks: { autoSkip: false, callback: (loss) => loss.toPrecision(2) } }
            : { grace: '5%' }),
          rate: axis('Learning rate', {
            position: 'right', min: 0, grid: { display: false },
            ticks: { maxTicksLimit: 6, callback: (rate) => (rate === 0 ? '0' : rate.toExponential(1)) },
          }),
        },
      },
    });
  }

  const errorBars = {
    id: 'errorBars',
    beforeDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      ctx.save();
      ctx.lineWidth = 1.5;
      chart.data.datasets.forEach((dataset, i) => {
        if (!chart.isDatasetVisible(i)) return;
        ctx.strokeStyle = dataset.borderColor;
        ctx.beginPath();
        for (const point of dataset.data) {
          const y = scales.y.getPixelForValue(point.y);
          const ends = [point.low, point.high].map((value) => scales.x.getPixelForValue(value));
          ctx.moveTo(ends[0], y);
          ctx.lineTo(ends[1], y);
          for (const end of ends) {
            ctx.moveTo(end, y - 4);
            ctx.lineTo(end, y + 4);
          }
        }
        ctx.stroke();
      });
      ctx.restore();
    },
  };

  function shade(place) {
    return 'rgb(' + lightest.map((from, i) => Math.round(from + (darkest[i] - from) * place)).join(', ') + ')';
  }

  function drawComparison(canvas) {
    const rows = data.protocols;
    const groups = data.labels.length;
    const datasets = data.labels.map((labels, k) => {
      const colour = shade(groups === 1 ? 1 : k / (groups - 1));
      const offset = (k - (groups - 1) / 2) * (0.6 / groups);
      return {
        label: whole.format(labels) + ' labels',
        borderColor: colour, backgroundColor: colour, pointStyle: shapes[k % shapes.length], pointRadius: 5, pointHoverRadius: 6,
        data: data.accuracies.filter((bar) => bar.labels === labels).map((bar) => ({
          x: bar.accuracy * 100, y: rows.indexOf(bar.protocol) + offset, low: bar.low * 100, high: bar.high * 100, bar,
        })),
      };
    });
    // On a telephone a long name would leave no room for what it names.
    const name = (row) => (canvas.parentElement.clientWidth < 520 ? row.replace(/(,|from|on) /g, '$1\n').split('\n') : row);
    const ends = data.accuracies.flatMap((bar) => [bar.low, bar.high]).map((share) => share * 100);
    canvas.parentElement.style.height = rows.length * (16 + 20 * groups) + 110 + 'px';
    new Chart(canvas, {
      type: 'scatter',
      data: { datasets },
      plugins: [errorBars],
      options: {
        plugins: {
          legend: { align: 'end', labels: { usePointStyle: true, boxWidth: 9, boxHeight: 9, color: colours.ink } },
          tooltip: {
            callbacks: {
              label: (item) => {
                const bar = item.raw.bar;
                const spread = bar.runs > 1
                  ? ' ± ' + (item.raw.x - item.raw.low).toFixed(1) + ' (' + bar.runs + ' runs)'
                  : ' (' + item.raw.low.toFixed(1) + ' – ' + item.raw.high.toFixed(1) + ')';
                return bar.protocol + ', ' + item.dataset.label + ': ' + item.raw.x.toFixed(1) + ' %' + spread;
              },
            },
          },
        },
        scales: {
          x: axis('Accuracy, %', {
            min: Math.max(0, Math.floor((Math.min(...ends) - 2) / 5) * 5),
            max: Math.min(100, Math.ceil((Math.max(...ends) + 2) / 5) * 5),
            // Bounds that are no multiples of the step would crowd their neighbours.
            ticks: { includeBounds: false },
          }),
          y: axis('', {
            title: { display: false }, reverse: true, min: -0.5, max: rows.length - 0.5,
            afterBuildTicks: (scale) => { scale.ticks = rows.map((_, row) => ({ value: row })); },
            ticks: { autoSkip: false, color: colours.ink, callback: (row) => name(rows[row]) },
            grid: { display: false },
          }),
        },
      },
    });
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => location.reload());
  const curve = document.getElementById('curve');
  if (curve && data.curve.length > 0) drawCurve(curve);
  const comparison = document.getElementById('comparison');
  if (comparison) drawComparison(comparison);
})();
