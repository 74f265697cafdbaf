import { registry } from './api.js';
import { h, show, size, table, time } from './dom.js';

export function images(view) {
  let last = 0;
  return async () => {
    if (performance.now() - last < 6000 && last) return;
    last = performance.now();
    const names = (await registry('/acr/v1/_catalog?n=200', 'registry:catalog:*')).repositories ?? [];
    const data = await Promise.all(names.map(async name => [name,
      (await registry(`/acr/v1/${name}/_manifests?orderby=timedesc&n=50`, `repository:${name}:metadata_read`)).manifests ?? []]));
    show(view, data, () => data.length ? data.map(([name, manifests]) => h('section', {},
      h('h3', {}, name),
      table(`Images of ${name}`, ['Tags', 'Digest', 'Size', 'Platform', 'Pushed (UTC)'], manifests.map(one =>
        [(one.tags ?? []).join(', ') || 'untagged', h('code', {}, one.digest.slice(0, 19) + '…'), size(one.imageSize ?? 0),
          [one.os, one.architecture].filter(Boolean).join('/'), time(one.createdTime)]), 'No image.')))
      : h('p', { class: 'quiet' }, 'No image yet. Build one: mvn aml:package'));
  };
}
