// The report's charts: lines, dots with error bars by name, and maps of points.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('report-data').textContent);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue('--' + name).trim();
  let ink, soft, line, hues;
  const narrow = matchMedia('(max-width: 40rem)').matches;
  // Shapes tell series apart in grey print.
  const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross', 'crossRot', 'dash'];
  const numbers = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const whole = new Intl.NumberFormat('en');

  const defaults = Chart.defaults;
  defaults.animation = false;
  defaults.maintainAspectRatio = false;
  defaults.devicePixelRatio = Math.max(2, window.devicePixelRatio || 1);
  defaults.font.family = getComputedStyle(document.body).fontFamily;
  defaults.font.size = narrow ? 11 : 13;

  function axis(title, more) {
    return Object.assign(
      { type: 'linear', title: { display: title !== '', text: title }, grid: { color: line }, border: { display: false } },
      more);
  }

  // Chart.js crowds a logarithmic axis of less than a decade.
  function evenTicks(scale) {
    const steps = 5;
    scale.ticks = Array.from({ length: steps + 1 }, (_, i) => ({ value: scale.min * (scale.max / scale.min) ** (i / steps) }));
  }

  /** From a multiple of five below percentages to one above, never beyond what is possible. */
  const around = (ends) => ({
    min: Math.max(0, Math.floor((Math.min(...ends) - 2) / 5) * 5),
    max: Math.min(100, Math.ceil((Math.max(...ends) + 2) / 5) * 5),
  });

  /** Ends of intervals, along the axis that has them. */
  const errorBars = (along) => ({
    id: 'errorBars',
    beforeDatasetsDraw(chart) {
      const { ctx, scales, chartArea } = chart;
      const across = along === 'x' ? 'y' : 'x';
      ctx.save();
      ctx.beginPath();
      ctx.rect(chartArea.left - 8, chartArea.top - 8, chartArea.width + 16, chartArea.height + 16);
      ctx.clip();
      ctx.lineWidth = 1.5;
      chart.data.datasets.forEach((dataset, i) => {
        if (!chart.isDatasetVisible(i)) return;
        ctx.strokeStyle = dataset.borderColor;
        ctx.beginPath();
        for (const point of dataset.data) {
          if (point.low === undefined) continue;
          const at = scales[across].getPixelForValue(point[across]);
          const ends = [point.low, point.high].map((value) => scales[along].getPixelForValue(value));
          const place = (a, b) => (along === 'x' ? [a, b] : [b, a]);
          ctx.moveTo(...place(ends[0], at));
          ctx.lineTo(...place(ends[1], at));
          for (const end of ends) {
            ctx.moveTo(...place(end, at - 4));
            ctx.lineTo(...place(end, at + 4));
          }
        }
        ctx.stroke();
      });
      ctx.restore();
    },
  });

  const interval = (point) => (point.low === undefined ? '' : ' (' + point.low.toFixed(1) + ' – ' + point.high.toFixed(1) + ')');

  function legend(chart, more) {
    return Object.assign({ display: chart.series.length > 1, align: 'start', labels: { color: ink, usePointStyle: true, boxWidth: 9, boxHeight: 7 } }, more);
  }

  // Between the legend and the topmost number.
  const gap = { display: true, text: '', weight: 500, font: { size: 5 }, padding: 0 };

  function lines(canvas, chart) {
    const marks = chart.marks === 'yes';
    const logarithmic = chart.scale === 'logarithmic';
    const datasets = chart.series.map((series, i) => ({
      label: series.name,
      data: series.points,
      yAxisID: series.beside ? 'beside' : 'y',
      borderColor: hues[i % hues.length],
      backgroundColor: series.published ? colour('paper') : hues[i % hues.length],
      borderWidth: series.beside ? 1.5 : 2,
      borderDash: series.published || series.beside ? [6, 4] : [],
      pointStyle: marks && !series.plain ? shapes[i % shapes.length] : 'line',
      // Points on the edge are whole.
      clip: marks ? 8 : undefined,
      pointRadius: marks && !series.plain ? 4 : 0,
      pointHitRadius: 6,
    }));
    const ends = chart.series.flatMap((series) => series.points.flatMap((point) => [point.low ?? point.y, point.high ?? point.y]));
    // Marks are shares in percent, with room for the ends of intervals; the rest begins at 0.
    const bounds = chart.square === 'yes' ? { min: 0, max: 100 }
      : marks ? { ...around(ends), ticks: { includeBounds: false } } : { beginAtZero: true };
    const scales = {
      x: axis(chart.across, { grid: { display: false }, ...(chart.square === 'yes' ? { min: 0, max: 100 } : marks ? { suggestedMin: 0 } : { min: 0, max: Math.max(...chart.series.flatMap((series) => series.points.map((point) => point.x))) }) }),
      // The first points would press the rest of a linear axis flat.
      y: axis(chart.up, logarithmic
        ? { type: 'logarithmic', afterBuildTicks: evenTicks, ticks: { autoSkip: false, callback: (value, _, ticks) => tickLabels.even(value, ticks) } }
        : { ...bounds, ticks: { ...bounds.ticks, callback: (value, _, ticks) => tickLabels.linear(value, ticks) } }),
    };
    if (chart.beside) {
      scales.beside = axis(chart.beside, {
        position: 'right', min: 0, grid: { display: false },
        ticks: { maxTicksLimit: 6, callback: (value, _, ticks) => tickLabels.exponential(value, ticks) },
      });
    }
    new Chart(canvas, {
      type: 'line',
      data: { datasets },
      plugins: [errorBars('y')],
      options: {
        parsing: false,
        normalized: true,
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        plugins: {
          // A long run has more points than the chart has pixels.
          decimation: { enabled: !marks, algorithm: 'min-max' },
          subtitle: gap,
          legend: legend(chart),
          tooltip: {
            callbacks: {
              title: (items) => chart.across + ' ' + whole.format(items[0].parsed.x),
              label: (item) => item.dataset.label + ': ' + Number(item.parsed.y.toPrecision(4)) + interval(item.raw),
            },
          },
        },
        scales,
      },
    });
  }

  function shade(place) {
    const lightest = numbers(colour('fewest'));
    const darkest = numbers(colour('most'));
    return 'rgb(' + lightest.map((from, i) => Math.round(from + (darkest[i] - from) * place)).join(', ') + ')';
  }

  /** A name that is too long for a telephone goes on in the next line. */
  function wrapped(name) {
    const most = narrow ? 16 : 34;
    return name.split(' ').reduce((lines, word) => {
      const last = lines[lines.length - 1];
      if (last !== undefined && (last + ' ' + word).length <= most) lines[lines.length - 1] = last + ' ' + word;
      else lines.push(word);
      return lines;
    }, []);
  }

  function dots(canvas, chart) {
    const rows = chart.rows;
    const groups = chart.series.length;
    const datasets = chart.series.map((series, k) => {
      // More labels, stronger dot.
      const hue = chart.shades ? shade(groups === 1 ? 1 : k / (groups - 1)) : hues[k % hues.length];
      const offset = (k - (groups - 1) / 2) * (0.6 / groups);
      return {
        label: series.name,
        borderColor: hue,
        backgroundColor: series.published ? colour('paper') : hue,
        pointStyle: shapes[k % shapes.length],
        pointRadius: 5,
        pointHoverRadius: 6,
        data: series.points.map((point) => ({ ...point, y: point.y + offset, row: point.y })),
      };
    });
    const ends = chart.series.flatMap((series) => series.points.flatMap((point) => [point.low ?? point.x, point.high ?? point.x]));
    new Chart(canvas, {
      type: 'scatter',
      data: { datasets },
      plugins: [errorBars('x')],
      options: {
        plugins: {
          subtitle: gap,
          legend: legend(chart, { display: !chart.alone }),
          tooltip: {
            callbacks: { label: (item) => rows[item.raw.row] + ', ' + item.dataset.label + ': ' + item.raw.x.toFixed(1) + ' %' + interval(item.raw) },
          },
        },
        scales: {
          x: axis(chart.across, {
            ...around(ends),
            // Bounds that are no multiples of the step would crowd their neighbours.
            ticks: { includeBounds: false },
          }),
          y: axis('', {
            reverse: true, min: -0.5, max: rows.length - 0.5,
            afterBuildTicks: (scale) => { scale.ticks = rows.map((_, row) => ({ value: row })); },
            ticks: { autoSkip: false, color: ink, callback: (row) => wrapped(rows[row]) },
            grid: { display: false },
          }),
        },
      },
    });
  }

  function points(canvas, chart) {
    const datasets = chart.series.map((series, i) => ({
      label: series.name,
      data: series.points,
      borderColor: hues[i % hues.length],
      backgroundColor: hues[i % hues.length] + 'b0',
      pointStyle: shapes[Math.floor(i / hues.length) % 4],
      pointRadius: 3,
      borderWidth: 0,
    }));
    new Chart(canvas, {
      type: 'scatter',
      data: { datasets },
      options: {
        plugins: {
          subtitle: gap,
          legend: legend(chart, { display: chart.series.length > 1 && chart.series.length <= 20 }),
          tooltip: { callbacks: { label: (item) => item.dataset.label } },
        },
        scales: { x: axis(chart.across, { ticks: { display: false } }), y: axis(chart.up, { ticks: { display: false } }) },
      },
    });
  }

  const kinds = { lines, dots, points };

  function draw() {
    [ink, soft, line] = ['ink', 'soft', 'line'].map(colour);
    hues = Array.from({ length: 10 }, (_, i) => colour('series-' + (i + 1)));
    defaults.color = soft;
    for (const [id, chart] of Object.entries(data)) {
      const canvas = document.getElementById(id);
      if (!canvas) continue;
      Chart.getChart(canvas)?.destroy();
      kinds[chart.kind](canvas, chart);
    }
  }

  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  // Paper is white whatever the screen is.
  for (const [event, printing] of [['beforeprint', true], ['afterprint', false]]) {
    addEventListener(event, () => {
      document.documentElement.toggleAttribute('data-printing', printing);
      draw();
    });
  }
})();
