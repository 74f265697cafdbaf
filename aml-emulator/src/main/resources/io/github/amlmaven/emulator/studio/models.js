import { list } from './api.js';
import { h, link, pairs, show, table, time } from './dom.js';

const versions = name => list(`/models/${encodeURIComponent(name)}/versions?listViewType=All`);

export function models(view) {
  return async () => {
    const names = (await list('/models?listViewType=All')).map(one => one.name);
    const data = await Promise.all(names.map(async name => {
      const all = await versions(name);
      const newest = all.reduce((a, b) => a.systemData.createdAt < b.systemData.createdAt ? b : a, all[0]);
      return [name, all.length, newest?.name, newest?.properties.modelType, newest?.systemData.createdAt];
    }));
    show(view, data, () => table('Registered models', ['Name', 'Versions', 'Newest', 'Type', 'Registered (UTC)'],
      data.map(([name, count, newest, type, created]) => [link('models/' + encodeURIComponent(name), name), count, newest ?? '', type ?? '', time(created)]),
      'No model yet. Register one: mvn aml:register'));
  };
}

export function model(view, name) {
  return async () => {
    const all = (await versions(name)).sort((a, b) => b.systemData.createdAt.localeCompare(a.systemData.createdAt));
    show(view, all, () => all.length ? all.map(version => h('section', { class: 'card' },
      h('h3', {}, 'Version ' + version.name),
      pairs({ type: version.properties.modelType, description: version.properties.description, registered: version.systemData.createdAt,
        content: version.properties.modelUri, job: version.properties.jobName, stage: version.properties.stage }),
      Object.keys(version.properties.tags ?? {}).length > 0 && [h('h4', {}, 'Tags'), pairs(version.properties.tags)],
      Object.keys(version.properties.properties ?? {}).length > 0 && [h('h4', {}, 'Properties'), pairs(version.properties.properties)]))
      : h('p', { class: 'quiet' }, `Model ${name} has no version.`));
  };
}
