import { own } from './api.js';
import { field, h, say, show, table } from './dom.js';

export function faults(view) {
  const rules = h('div');
  const look = async () => {
    const all = (await own('faults')).value;
    show(rules, all, () => [table('Fault rules in force', ['Name', 'Requests', 'What happens', 'Matched', 'Hit', 'Remove'], all.map(rule =>
      [rule.name, h('code', {}, [rule.method, rule.operation, rule.path, rule.client].filter(Boolean).join(' ') || 'all'), effect(rule), rule.matched,
        rule.fired + (rule.count ? ` of ${rule.count}` : ''),
        h('button', { type: 'button', 'data-key': 'remove-' + rule.name, 'aria-label': 'Remove ' + rule.name, onclick: () => act(
          () => own('faults/' + encodeURIComponent(rule.name), 'DELETE'), `Rule ${rule.name} is gone`, look) }, 'Remove')]),
      'Nothing goes wrong on purpose.')]);
  };
  view.append(clockForm(), h('section', { 'aria-labelledby': 'rules' }, h('h3', { id: 'rules' }, 'Faults'), rules, ruleForm(look)));
  return look;
}

const effect = rule => [rule.delayMillis && `${rule.delayMillis} ms later`, rule.status && `answers ${rule.status}`,
  Object.entries(rule.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join(', '),
  rule.cut === 'before' && 'connection ends, nothing done', rule.cut === 'after' && 'done, answer lost',
  rule.cutAfterBytes !== undefined && `body ends after ${rule.cutAfterBytes} bytes`].filter(Boolean).join(', ');

async function act(work, done, then) {
  try {
    await work();
    say(done);
    await then?.();
  } catch (e) { say(e.message, true); }
}

function clockForm() {
  const by = h('select', {}, [['PT1M', 'a minute'], ['PT1H', 'an hour'], ['P1D', 'a day'], ['P7D', 'a week'], ['P30D', '30 days'], ['-PT1H', 'an hour back']]
    .map(([value, text]) => h('option', { value }, text)));
  const to = h('input', { type: 'datetime-local' });
  const clock = document.getElementById('time');
  const move = (body, event) => {
    event.preventDefault();
    return act(async () => {
      const now = (await own('clock', 'POST', body)).time;
      clock.textContent = 'Emulator time ' + now.replace('T', ' ').slice(0, 19) + ' UTC';
    }, 'The clock has moved; what fell due has been started');
  };
  return h('section', { 'aria-labelledby': 'clock' }, h('h3', { id: 'clock' }, 'Clock'),
    h('p', { class: 'quiet' }, 'Schedules fall due and tokens expire by it. A restart puts it right again.'),
    h('form', { class: 'row', onsubmit: event => move({ advance: by.value }, event) }, field('Move by', by), h('button', {}, 'Move')),
    h('form', { class: 'row', onsubmit: event => to.value ? move({ set: to.value + (to.value.length === 16 ? ':00Z' : 'Z') }, event) : (event.preventDefault(), say('Give a time', true)) },
      field('Set to (UTC)', to), h('button', {}, 'Set')));
}

const EFFECTS = [
  ['429 with Retry-After 2', { status: 429, headers: { 'Retry-After': '2' }, code: 'TooManyRequests', message: 'Too many requests.' }],
  ['503', { status: 503, code: 'ServiceUnavailable', message: 'The service is unavailable.' }],
  ['500', { status: 500, code: 'InternalServerError', message: 'An internal error occurred.' }],
  ['401', { status: 401, code: 'ExpiredAuthenticationToken', message: 'The access token expiry is in the past.' }],
  ['Proxy page: 200 with HTML', { status: 200, contentType: 'text/html', body: '<html>Sign in to the network</html>' }],
  ['Connection ends before the work', { cut: 'before' }],
  ['Done, but the answer is lost', { cut: 'after' }],
  ['Body ends after 20 bytes', { cutAfterBytes: 20 }],
  ['Slow: 3 s later', { delayMillis: 3000 }]];

function ruleForm(look) {
  const method = h('select', {}, ['', 'GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD'].map(value => h('option', { value }, value || 'any')));
  const path = h('input', { type: 'text', placeholder: '/models/.*/versions/' });
  const kind = h('select', {}, EFFECTS.map(([text], value) => h('option', { value }, text)));
  const skip = h('input', { type: 'number', min: 0, value: 0 });
  const count = h('input', { type: 'number', min: 0, value: 1 });
  const add = event => {
    event.preventDefault();
    return act(() => own('faults', 'POST', { method: method.value, path: path.value, skip: Number(skip.value), count: Number(count.value), ...EFFECTS[kind.value][1] }),
      'The rule is in force', look);
  };
  return h('form', { onsubmit: add, 'aria-label': 'New fault rule' }, h('h4', {}, 'New rule'), h('div', { class: 'row' },
    field('Method', method), field('Path', path, 'a regular expression, found anywhere; empty for all'), field('What happens', kind),
    field('Let through first', skip), field('Hit so many', count, '0 for all'), h('button', {}, 'Add rule')));
}
