// Elements without a framework: made by a function, replaced only when their data changed, so that focus, selection
// and scroll position survive the next look.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
  return node;
}

export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

export const svg = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

const shown = new WeakMap();

/** Shows data in a node by build(), unless the node shows the same data already. */
export function show(node, data, build) {
  const text = JSON.stringify(data);
  if (shown.get(node) === text) return;
  shown.set(node, text);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  node.replaceChildren(...[build()].flat(Infinity).filter(Boolean));
  if (focused) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** Says something to everybody: shown at the bottom, read out by screen readers. */
export function say(text, bad = false) {
  const line = document.getElementById('say');
  line.textContent = text;
  line.className = bad ? 'bad' : '';
}

export function table(caption, heads, rows, none) {
  if (!rows.length) return h('p', { class: 'quiet' }, none);
  return h('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 },
    h('table', {},
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, heads.map(head => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, rows.map(cells => h('tr', {}, cells.map((cell, i) =>
        i === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell)))))));
}

export const link = (route, text) => h('a', { href: '#/' + route, 'data-key': route }, text);

/** A state in words, with a colour that says it again. */
export function state(text) {
  const kind = /^(completed|succeeded|ready)$/i.test(text) ? 'good'
    : /^(failed|canceled|deletefailed)$/i.test(text) ? 'bad'
    : /^(running|starting|preparing|queued|finalizing|creating|updating|provisioning|notstarted)$/i.test(text) ? 'busy' : '';
  return h('span', { class: 'state ' + kind }, text);
}

export const field = (label, control, hint) => {
  control.id ||= 'f-' + label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  if (hint) control.setAttribute('aria-describedby', control.id + '-hint');
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control,
    hint && h('small', { id: control.id + '-hint', class: 'quiet' }, hint));
};

export function pairs(object) {
  const entries = Object.entries(object ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (!entries.length) return h('p', { class: 'quiet' }, 'none');
  return h('dl', {}, entries.map(([key, value]) =>
    [h('dt', {}, key), h('dd', {}, typeof value === 'object' ? JSON.stringify(value) : String(value))]));
}

export const time = text => text ? h('time', { datetime: text }, text.replace('T', ' ').replace(/(\.\d+)?Z?(\+00:00)?$/, '')) : '';

export const size = bytes => bytes > 1e9 ? (bytes / 1e9).toFixed(1) + ' GB' : bytes > 1e6 ? (bytes / 1e6).toFixed(1) + ' MB'
  : bytes > 1e3 ? (bytes / 1e3).toFixed(1) + ' kB' : bytes + ' B';
