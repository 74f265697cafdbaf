import { connect, own } from './api.js';
import { h, say, time } from './dom.js';
import { jobs, job } from './jobs.js';
import { models, model } from './models.js';
import { endpoints, endpoint } from './endpoints.js';
import { images } from './images.js';
import { requests } from './requests.js';
import { faults } from './faults.js';

const TITLES = { jobs: 'Jobs', models: 'Models', endpoints: 'Endpoints', images: 'Images', requests: 'Requests', faults: 'Clock and faults' };
const VIEWS = { jobs: [jobs, job], models: [models, model], endpoints: [endpoints, endpoint], images: [images], requests: [requests], faults: [faults] };
const SECONDS = 1.5;

let shown = 0; // counts page changes: what a slow answer belongs to
let timer;

async function open(event) {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (location.hash === '#main') return;
  const key = VIEWS[name] ? name : 'jobs';
  const turn = ++shown;
  clearTimeout(timer);
  for (const a of document.querySelectorAll('nav a')) {
    if (a.getAttribute('href') === '#/' + key) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  const heading = rest.length ? rest.join(' ') : TITLES[key];
  document.title = heading + ' - AML emulator';
  const view = h('div');
  const main = document.getElementById('main');
  main.replaceChildren(h('h2', {}, rest.length ? [h('a', { href: '#/' + key }, TITLES[key]), ' / ', heading] : heading), view);
  say('');
  if (event) main.focus({ preventScroll: true });
  const [all, one] = VIEWS[key];
  const refresh = (rest.length && one ? one : all)(view, ...rest);
  const look = async () => {
    try {
      await Promise.all([refresh(), clock()]);
      if (document.getElementById('say').dataset.lost) {
        delete document.getElementById('say').dataset.lost;
        say('Connected again');
      }
    } catch (e) {
      if (turn === shown) {
        document.getElementById('say').dataset.lost = '1';
        say(e instanceof TypeError ? 'The emulator does not answer' : e.message, true);
      }
    }
    if (turn === shown) timer = setTimeout(look, document.hidden ? 15000 : SECONDS * 1000);
  };
  await look();
}

async function clock() {
  const now = (await own('clock')).time;
  document.getElementById('time').replaceChildren('Emulator time ', time(now), ' UTC');
}

try {
  const health = await connect();
  document.getElementById('where').textContent = `Workspace ${health.workspace} in ${health.resourceGroup}, ${health.https}`;
  addEventListener('hashchange', open);
  await open();
} catch (e) {
  say(e.message, true);
}
