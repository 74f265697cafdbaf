import { h, svg } from './dom.js';

const WIDTH = 190;
const HEIGHT = 52;
const GAP_X = 70;
const GAP_Y = 22;
const NEEDS = /\$\{\{\s*parent\.jobs\.([\w-]+)\.outputs/g;

/** The steps that a step needs, by its bindings. */
function needs(step, names) {
  const found = new Set();
  for (const [, name] of JSON.stringify(step).matchAll(NEEDS)) if (names.includes(name)) found.add(name);
  return [...found];
}

/** A pipeline's steps from left to right, each as far left as what it needs allows. */
export function graph(steps, statuses) {
  const names = Object.keys(steps);
  if (!names.length) return h('p', { class: 'quiet' }, 'The pipeline has no steps.');
  const before = Object.fromEntries(names.map(name => [name, needs(steps[name], names.filter(other => other !== name))]));
  const column = {};
  const place = (name, seen) => {
    if (column[name] === undefined) {
      const open = before[name].filter(other => !seen.has(other));
      column[name] = open.length ? 1 + Math.max(...open.map(other => place(other, new Set([...seen, name])))) : 0;
    }
    return column[name];
  };
  names.forEach(name => place(name, new Set()));
  const columns = [];
  names.forEach(name => (columns[column[name]] ??= []).push(name));
  const tallest = Math.max(...columns.map(all => all.length));
  const at = {};
  columns.forEach((all, x) => all.forEach((name, y) => {
    at[name] = { x: 8 + x * (WIDTH + GAP_X), y: 8 + (y + (tallest - all.length) / 2) * (HEIGHT + GAP_Y) };
  }));
  const width = 16 + columns.length * (WIDTH + GAP_X) - GAP_X;
  const height = 16 + tallest * (HEIGHT + GAP_Y) - GAP_Y;
  const edges = names.flatMap(name => before[name].map(from => {
    const a = { x: at[from].x + WIDTH, y: at[from].y + HEIGHT / 2 };
    const b = { x: at[name].x, y: at[name].y + HEIGHT / 2 };
    return svg('path', { class: 'edge', d: `M${a.x} ${a.y}C${a.x + GAP_X / 2} ${a.y} ${b.x - GAP_X / 2} ${b.y} ${b.x - 7} ${b.y}`, 'marker-end': 'url(#arrow)' });
  }));
  const boxes = names.map(name => {
    const { run, status } = statuses[name] ?? { status: 'NotStarted' };
    const box = svg('g', { class: 'step ' + status.toLowerCase(), transform: `translate(${at[name].x} ${at[name].y})` },
      svg('rect', { width: WIDTH, height: HEIGHT, rx: 6 }),
      svg('text', { x: 12, y: 22 }, name.length > 22 ? name.slice(0, 21) + '…' : name),
      svg('text', { x: 12, y: 41, class: 'status' }, status));
    const said = `${name}: ${status}` + (before[name].length ? `, after ${before[name].join(' and ')}` : '');
    return run ? svg('a', { href: '#/jobs/' + encodeURIComponent(run), 'aria-label': said, 'data-key': 'step-' + name }, box)
      : svg('g', { role: 'img', 'aria-label': said }, box);
  });
  return h('div', { class: 'scroll', role: 'region', 'aria-label': 'Graph of the pipeline', tabindex: 0 },
    svg('svg', { class: 'graph', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': `Pipeline with ${names.length} steps` },
      svg('defs', {}, svg('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        svg('path', { d: 'M0 0L8 4L0 8z', class: 'head' }))),
      edges, boxes));
}
