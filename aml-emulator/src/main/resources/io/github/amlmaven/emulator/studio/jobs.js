import { arm, history, list, tail } from './api.js';
import { field, h, link, pairs, say, show, state, table, time } from './dom.js';
import { graph } from './graph.js';

const ENDED = /^(Completed|Failed|Canceled)$/;

export function jobs(view) {
  return async () => {
    const all = (await list('/jobs?listViewType=All')).sort((a, b) => b.systemData.createdAt.localeCompare(a.systemData.createdAt));
    const data = all.map(job => [job.name, job.properties.displayName, job.properties.jobType, job.properties.experimentName,
      job.properties.status, job.systemData.createdAt]);
    show(view, data, () => table('Jobs, newest first', ['Name', 'Display name', 'Type', 'Experiment', 'Status', 'Created (UTC)'],
      data.map(([name, display, type, experiment, status, created]) =>
        [link('jobs/' + encodeURIComponent(name), name), display === name ? '' : display, type, experiment, state(status), time(created)]),
      'No job yet. Run one: mvn aml:run'));
  };
}

export function job(view, name) {
  const head = h('section', { 'aria-labelledby': 'job-facts' });
  const picture = h('section');
  const logs = h('section', { 'aria-labelledby': 'job-log' });
  view.append(head, picture, logs);
  const reading = logReader(logs);
  let before;
  return async () => {
    const document = await arm('/jobs/' + encodeURIComponent(name));
    const { properties } = document;
    if (before && before !== properties.status) say(`Job ${name} is ${properties.status}`);
    before = properties.status;
    const run = await history('/runs/' + encodeURIComponent(name));
    const children = /^(Pipeline|Sweep)$/.test(properties.jobType)
      ? (await history('/runs/' + encodeURIComponent(name) + '/children')).value : [];
    const metrics = Object.fromEntries(Object.entries(run.properties ?? {})
      .filter(([key]) => key.startsWith('metrics.')).map(([key, value]) => [key.slice(8), value]));
    show(head, [properties.status, run, metrics], () => [
      h('h3', { id: 'job-facts' }, 'What it is'),
      h('p', {}, state(properties.status), ' ', !ENDED.test(properties.status) && h('button', { type: 'button', 'data-key': 'cancel',
        onclick: async () => {
          try { await arm('/jobs/' + encodeURIComponent(name) + '/cancel', 'POST'); say('Asked to cancel ' + name); }
          catch (e) { say(e.message, true); }
        } }, 'Cancel')),
      run.error?.error && h('p', { class: 'bad' }, run.error.error.message),
      pairs({ type: properties.jobType, experiment: properties.experimentName, command: properties.command,
        environment: properties.environmentId?.replace(/^.*\/environments\//, ''), started: run.startTimeUtc, ended: run.endTimeUtc,
        ...properties.tags }),
      Object.keys(metrics).length > 0 && [h('h3', {}, 'Metrics'), pairs(metrics)]]);
    if (properties.jobType === 'Pipeline') {
      const statuses = stepStates(properties.jobs ?? {}, children);
      show(picture, statuses, () => [h('h3', {}, 'Graph'), graph(properties.jobs ?? {}, statuses)]);
    } else if (children.length) {
      show(picture, children, () => table('Trials', ['Name', 'Status'],
        children.map(child => [link('jobs/' + child.runId, child.displayName ?? child.runId), state(child.status)]), ''));
    }
    // The step that failed or runs is what one comes for.
    const telling = child => /^(Failed|Running)$/.test(child.status) ? 0 : 1;
    children.sort((a, b) => telling(a) - telling(b));
    await reading(children.length ? [...children.map(child => [child.displayName ?? child.runId, child.runId]), ['the job itself', name]]
      : [['the job itself', name]]);
  };
}

/** Step name to run and status; a child's display name is the step's. */
function stepStates(steps, children) {
  return Object.fromEntries(Object.keys(steps).map(step => {
    const child = children.find(one => one.displayName === (steps[step].display_name ?? step));
    return [step, { run: child?.runId, status: child?.status ?? 'NotStarted' }];
  }));
}

/** A growing log: only what is new is fetched and added. Not read out by itself, that would never end; the status is. */
function logReader(section) {
  const ofRun = h('select', { id: 'log-run' });
  const file = h('select', { id: 'log-file' });
  const text = h('pre', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0, 'aria-label': 'Log' });
  const follow = h('input', { type: 'checkbox', checked: true });
  section.append(h('h3', { id: 'job-log' }, 'Log'),
    h('div', { class: 'row' }, field('Of', ofRun), field('File', file),
      h('label', { class: 'check' }, follow, ' Follow')), text);
  // Until somebody chooses, the first is shown: a job's own log takes the place of its environment's when it appears.
  const chosen = new Set();
  const options = (select, wanted) => {
    const key = JSON.stringify(wanted);
    if (select.dataset.shown === key) return;
    const old = select.value;
    select.replaceChildren(...wanted.map(([label, value]) => h('option', { value }, label)));
    select.dataset.shown = key;
    if (chosen.has(select) && wanted.some(([, value]) => value === old)) select.value = old;
  };
  let at = '';
  let read = 0;
  let decoder;
  let busy = false;
  const look = async runs => {
    if (busy) return;
    busy = true;
    try {
      options(ofRun, runs);
      const details = await history(`/runs/${encodeURIComponent(ofRun.value)}/details`);
      const names = Object.keys(details.logFiles ?? {}).sort((a, b) => b.startsWith('user_logs/') - a.startsWith('user_logs/') || a.localeCompare(b));
      options(file, names.map(name => [name, name]));
      const now = ofRun.value + ' ' + file.value;
      if (now !== at) {
        at = now;
        read = 0;
        decoder = new TextDecoder();
        text.textContent = '';
      }
      if (!file.value) return;
      const bytes = await tail(details.logFiles[file.value], read);
      if (bytes.length) {
        read += bytes.length;
        text.append(decoder.decode(bytes, { stream: true }));
        if (follow.checked) text.scrollTop = text.scrollHeight;
      }
    } finally {
      busy = false;
    }
  };
  let last = [];
  const changed = event => {
    chosen.add(event.target);
    if (event.target === ofRun) chosen.delete(file);
    look(last).catch(e => say(e.message, true));
  };
  ofRun.addEventListener('change', changed);
  file.addEventListener('change', changed);
  return runs => look(last = runs);
}
