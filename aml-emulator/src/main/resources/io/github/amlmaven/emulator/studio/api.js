// The emulator's APIs as any client calls them. Tokens and keys stay in variables of this module: never in the page,
// never in the browser's storage.

const API = '2025-12-01';
// Looking is not work: the emulator leaves requests with this header out of its request log.
const LOOK = { 'x-aml-studio-look': '1' };

let health;
const tokens = new Map();

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function answer(response) {
  const text = await response.text();
  let body = text;
  try { body = text ? JSON.parse(text) : null; } catch { /* not everything is JSON */ }
  if (!response.ok) {
    const error = body?.error ?? body?.errors?.[0];
    throw new Refused(response.status, response.status + ' ' + (error?.message ?? error?.code ?? (text || response.statusText)));
  }
  return body;
}

async function token(audience) {
  let held = tokens.get(audience);
  if (!held) {
    held = fetch('/metadata/identity/oauth2/token?api-version=2018-02-01&resource=' + encodeURIComponent(audience),
      { headers: { Metadata: 'true', ...LOOK } }).then(answer).then(body => body.access_token);
    tokens.set(audience, held);
    held.catch(() => tokens.delete(audience));
  }
  return held;
}

async function signed(audience, url, options) {
  const send = async () => fetch(url, { ...options, headers: { ...options.headers, Authorization: 'Bearer ' + await token(audience) } });
  let response = await send();
  if (response.status === 401) { // the clock has moved on
    tokens.delete(audience);
    response = await send();
  }
  return response;
}

export async function own(path, method = 'GET', body) {
  return answer(await fetch('/_emulator/' + path, {
    method, headers: { ...(method === 'GET' ? LOOK : {}), ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body && JSON.stringify(body) }));
}

export async function connect() {
  return health = await own('health');
}

export const workspace = () => `/subscriptions/${health.subscriptionId}/resourceGroups/${health.resourceGroup}`
  + `/providers/Microsoft.MachineLearningServices/workspaces/${health.workspace}`;

/** Resource Manager, below the workspace. */
export async function arm(path, method = 'GET', body) {
  const url = workspace() + path + (path.includes('?') ? '&' : '?') + 'api-version=' + API;
  return answer(await signed('https://management.azure.com', url, {
    method, headers: { ...(method === 'GET' ? LOOK : {}), ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body && JSON.stringify(body) }));
}

/** All pages of a list. */
export async function list(path) {
  const all = [];
  let page = await arm(path);
  all.push(...page.value);
  while (page.nextLink) {
    const next = new URL(page.nextLink);
    page = await answer(await signed('https://management.azure.com', next.pathname + next.search, { headers: LOOK }));
    all.push(...page.value);
  }
  return all;
}

/** Run history. */
export async function history(path) {
  return answer(await signed('https://ml.azure.com', '/history/v1.0' + workspace() + path, { headers: LOOK }));
}

/** What a log has from a byte on; the link names another port of the same emulator. */
export async function tail(url, from) {
  const link = new URL(url);
  // From the last byte that is known: a range behind the end would be an error in the browser's eyes.
  const response = await fetch(link.pathname + link.search,
    { headers: { ...LOOK, ...(from ? { Range: `bytes=${from - 1}-` } : {}) }, cache: 'no-store' });
  if (!response.ok) throw new Refused(response.status, 'The log cannot be read: ' + response.status);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return from ? bytes.subarray(1) : bytes;
}

/** Scores, with whatever the endpoint's authentication mode asks for. */
export async function score(endpoint, path, method, body, deployment) {
  const mode = endpoint.properties.authMode;
  let credential;
  if (/^aadtoken$/i.test(mode)) credential = await token('https://ml.azure.com');
  else if (/^key$/i.test(mode)) credential = (await arm(`/onlineEndpoints/${endpoint.name}/listKeys`, 'POST')).primaryKey;
  else credential = (await arm(`/onlineEndpoints/${endpoint.name}/token`, 'POST')).accessToken;
  const base = new URL(endpoint.properties.scoringUri).pathname.replace(/\/score$/, '');
  return fetch(base + path, { method, body, headers: { Authorization: 'Bearer ' + credential,
    ...(body ? { 'Content-Type': 'application/json' } : {}), ...(deployment ? { 'azureml-model-deployment': deployment } : {}),
    ...(method === 'GET' ? LOOK : {}) } });
}

const form = values => ({ method: 'POST', headers: LOOK, body: new URLSearchParams(values) });

/** The workspace's registry, signed in as ACR's own clients do. */
export async function registry(path, scope) {
  const service = location.host;
  const refresh = (await answer(await fetch('/oauth2/exchange', form({ grant_type: 'access_token', service,
    access_token: await token('https://management.azure.com') })))).refresh_token;
  const access = (await answer(await fetch('/oauth2/token', form({ grant_type: 'refresh_token', service, scope,
    refresh_token: refresh })))).access_token;
  return answer(await fetch(path, { headers: { Authorization: 'Bearer ' + access, ...LOOK } }));
}
