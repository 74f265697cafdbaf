import { own, workspace } from './api.js';
import { field, h, say, show, table, time } from './dom.js';

export function requests(view) {
  const path = h('input', { type: 'search', placeholder: '/jobs/' });
  const method = h('select', {}, ['', 'GET', 'PUT', 'POST', 'PATCH', 'DELETE'].map(value => h('option', { value }, value || 'any')));
  const failed = h('input', { type: 'checkbox' });
  const rows = h('div');
  const look = async () => {
    const query = new URLSearchParams({ path: path.value, method: method.value, last: 300 });
    const answer = await own('requests?' + query);
    const data = answer.value.reverse().filter(one => !failed.checked || one.status >= 400 || one.status === 0);
    show(rows, data, () => table(`Last requests (${answer.count} since the start; this page's own looking is not counted)`,
      ['Number', 'Time (UTC)', 'Method', 'Path', 'Status', 'ms', 'Client', 'Fault'], data.map(one =>
        [one.number, time(one.time), one.method, h('code', { title: one.operation }, one.path.replace(workspace(), '…/' + workspace().split('/').pop()) + (one.query ? '?' + one.query : '')),
          h('span', { class: one.status >= 400 || !one.status ? 'state bad' : '' }, one.status || 'none'), one.millis,
          one.userAgent.split(' ')[0], one.fault]), 'No request.'));
  };
  const again = () => look().catch(e => say(e.message, true));
  view.append(h('form', { class: 'row', role: 'search', onsubmit: event => event.preventDefault() },
    field('Path contains', path), field('Method', method), h('label', { class: 'check' }, failed, ' Failed only'),
    h('button', { type: 'button', onclick: async () => {
      try { await own('requests', 'DELETE'); say('Request log is empty'); await look(); } catch (e) { say(e.message, true); }
    } }, 'Forget all')), rows);
  [path, method, failed].forEach(control => control.addEventListener('input', again));
  return look;
}
