import { arm, list, score } from './api.js';
import { field, h, link, pairs, say, show, state, table } from './dom.js';

export function endpoints(view) {
  return async () => {
    const online = await list('/onlineEndpoints');
    const batch = await list('/batchEndpoints');
    const data = [...online.map(one => ['online', one.name, one.properties.provisioningState, one.properties.authMode,
      Object.entries(one.properties.traffic ?? {}).filter(([, share]) => share > 0).map(([name, share]) => `${name} ${share} %`).join(', ')]),
      ...batch.map(one => ['batch', one.name, one.properties.provisioningState, one.properties.authMode, one.properties.defaults?.deploymentName ?? ''])];
    show(view, data, () => table('Endpoints', ['Name', 'Kind', 'State', 'Authentication', 'Traffic or default deployment'],
      data.map(([kind, name, now, auth, traffic]) => [kind === 'online' ? link('endpoints/' + encodeURIComponent(name), name) : name, kind, state(now), auth, traffic || 'none']),
      'No endpoint yet. Deploy one: mvn aml:deploy-managed'));
  };
}

export function endpoint(view, name) {
  const facts = h('section');
  const traffic = h('section');
  const deployments = h('section');
  const attempt = h('section', { 'aria-labelledby': 'try' });
  view.append(facts, traffic, deployments, attempt);
  const path = '/onlineEndpoints/' + encodeURIComponent(name);
  let document;
  const trying = tryIt(attempt, () => document);
  return async () => {
    document = await arm(path);
    const { properties } = document;
    const all = await list(path + '/deployments');
    show(facts, properties, () => pairs({ state: properties.provisioningState, authentication: properties.authMode, 'scoring URI': properties.scoringUri,
      compute: properties.compute?.replace(/^.*\//, ''), ...document.tags }));
    const shares = Object.fromEntries(all.map(one => [one.name, properties.traffic?.[one.name] ?? 0]));
    show(traffic, [shares, properties.mirrorTraffic], () => trafficForm(path, () => document, shares, properties.mirrorTraffic ?? {}));
    const data = all.map(one => [one.name, one.properties.provisioningState, one.properties.model ?? '', one.sku?.capacity]);
    show(deployments, data, () => deploymentTable(path, data));
    trying(all.map(one => one.name));
  };
}

function trafficForm(path, document, shares, mirrored) {
  const names = Object.keys(shares);
  if (!names.length) return h('p', { class: 'quiet' }, 'No deployment yet.');
  const inputs = names.map(name => h('input', { type: 'number', min: 0, max: 100, value: shares[name], name, 'data-key': 'traffic-' + name }));
  const change = async event => {
    event.preventDefault();
    const traffic = Object.fromEntries(inputs.map(input => [input.name, Number(input.value)]));
    const sum = Object.values(traffic).reduce((a, b) => a + b, 0);
    if (sum !== 0 && sum !== 100) return say(`The shares add up to ${sum}; they must add up to 0 or 100`, true);
    try {
      const { location, tags, kind, identity, properties } = document();
      const { authMode, compute, description, mirrorTraffic, publicNetworkAccess, properties: more } = properties;
      await arm(path, 'PUT', { location, tags, kind, identity: identity?.type ? { type: identity.type } : undefined,
        properties: { authMode, compute, description, mirrorTraffic, publicNetworkAccess, properties: more, traffic } });
      say('Traffic is ' + Object.entries(traffic).map(([name, share]) => `${name} ${share} %`).join(', '));
    } catch (e) { say(e.message, true); }
  };
  return [h('h3', {}, 'Traffic'),
    h('form', { onsubmit: change, class: 'row' },
      names.map((name, i) => field(`${name} (%)`, inputs[i], mirrored[name] ? `and a mirror of ${mirrored[name]} %` : undefined)),
      h('button', { 'data-key': 'traffic-set' }, 'Set traffic')),
    h('div', { class: 'bar', role: 'img', 'aria-label': names.map(name => `${name} ${shares[name]} percent`).join(', ') },
      names.filter(name => shares[name] > 0).map((name, i) => {
        const part = h('span', { class: 'part p' + i % 4 }, `${name} ${shares[name]} %`);
        part.style.flexGrow = shares[name];
        return part;
      }))];
}

function deploymentTable(path, data) {
  const log = h('pre', { class: 'log', tabindex: 0, 'aria-label': 'Log of a deployment', hidden: true });
  const read = async name => {
    try {
      const answer = await arm(`${path}/deployments/${encodeURIComponent(name)}/getLogs`, 'POST', { containerType: 'InferenceServer', tail: 200 });
      log.hidden = false;
      log.textContent = answer.content || '(nothing yet)';
      log.scrollTop = log.scrollHeight;
      say('Log of ' + name);
    } catch (e) { say(e.message, true); }
  };
  return [table('Deployments', ['Name', 'State', 'Model', 'Instances', 'Log'], data.map(([name, now, model, instances]) =>
    [name, state(now), model.replace(/^.*\/models\//, '').replace('/versions/', ' : '), instances ?? '',
      h('button', { type: 'button', 'data-key': 'log-' + name, 'aria-label': 'Show the log of ' + name, onclick: () => read(name) }, 'Show')]), 'No deployment yet.'), log];
}

/** The form that scores. Keys and tokens are fetched for the call and kept nowhere. */
function tryIt(section, document) {
  const body = h('textarea', { rows: 6, spellcheck: 'false', value: '{"data": []}' });
  const deployment = h('select');
  const answer = h('div', { 'aria-live': 'polite' });
  const send = h('button', {}, 'Send');
  const submit = async event => {
    event.preventDefault();
    send.disabled = true;
    answer.replaceChildren(h('p', {}, 'Waiting for the answer'));
    try {
      const began = performance.now();
      const response = await score(document(), '/score', 'POST', body.value, deployment.value);
      const text = await response.text();
      let pretty = text;
      try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* as it came */ }
      answer.replaceChildren(
        h('p', {}, h('span', { class: 'state ' + (response.ok ? 'good' : 'bad') }, String(response.status)),
          ` in ${Math.round(performance.now() - began)} ms from ${response.headers.get('azureml-model-deployment') ?? 'the front end'}`),
        h('pre', { class: 'log', tabindex: 0, 'aria-label': 'Answer' }, pretty || '(empty)'));
    } catch (e) {
      answer.replaceChildren(h('p', { class: 'bad' }, e.message));
    } finally {
      send.disabled = false;
      send.focus();
    }
  };
  section.append(h('h3', { id: 'try' }, 'Try it'), h('form', { onsubmit: submit },
    field('Deployment', deployment), field('Request body (JSON)', body), send), answer);
  let asked = false;
  return names => {
    const key = names.join();
    if (deployment.dataset.shown !== key) {
      deployment.replaceChildren(h('option', { value: '' }, 'as the traffic says'), ...names.map(value => h('option', { value }, value)));
      deployment.dataset.shown = key;
    }
    if (!asked && names.length) {
      asked = true;
      sample(document()).then(example => { if (example && body.value === '{"data": []}') body.value = example; });
    }
  };
}

/** The example of the endpoint's own OpenAPI document, when score.py has declared one. */
async function sample(endpoint) {
  try {
    const response = await score(endpoint, '/swagger.json', 'GET');
    if (!response.ok) return undefined;
    const example = (await response.json()).definitions?.ServiceInput?.example;
    return example && JSON.stringify(example, null, 2);
  } catch {
    return undefined; // no example is no error: the form has an empty request
  }
}
