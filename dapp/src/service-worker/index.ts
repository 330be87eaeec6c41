/** Keeps the site itself for use without a connection. Answers of nodes, indexers and relays never go through here. */
import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';

const root = new URL('./', self.location.href);
const prefix = `wattconnect-${root.pathname}-`;
const cacheName = prefix + version;
const files = [...immutable, ...assets].map(({ path }) => new URL(path, root).href).concat(root.href);
const settings = new URL('config.json', root).href;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

const fromNetworkFirst = async (request: Request): Promise<Response> => {
  const cache = await caches.open(cacheName);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return;
  // the settings and the page itself may change; everything else carries its content in its name
  if (url.href === settings || request.mode === 'navigate') {
    event.respondWith(fromNetworkFirst(request));
    return;
  }
  event.respondWith(
    (async () => {
      const cache = await caches.open(cacheName);
      return (await cache.match(url.href)) ?? fetch(request);
    })(),
  );
});
