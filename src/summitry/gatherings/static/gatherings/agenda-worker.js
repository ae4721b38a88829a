// Keeps a reader's agenda of one gathering on her device: the agenda's page, those of its sessions, and what they need
// to look as they do. While there is a connection pages come from the server as ever; what is kept answers when there is
// none, or none that deserves the name. Nothing is sent anywhere, and sessions are asked for without her cookies.
const scope = new URL(self.registration.scope).pathname; // /en/gatherings/summit/
const store = `agenda ${scope}`;
const agenda = `${scope}agenda/`;
const patience = 4000; // milliseconds
const day = 24 * 3600 * 1000;

function addresses(html) {
  const found = [...html.matchAll(/\s(?:href|src)="([^"#?]+)/g)].map(([, address]) => new URL(address, self.registration.scope));
  return found.filter((one) => one.origin === location.origin).map((one) => one.pathname);
}
const isSession = (path) => path.startsWith(`${scope}sessions/`);
const isPart = (path) => /\.(css|js|svg|woff2?)$/.test(path);
const version = (html) => /data-release="(\d+)"/.exec(html)?.[1];

// The text of a page or a part that is kept; asked for anew if it has to be and can be.
async function hold(cache, path, anew) {
  const there = await cache.match(path);
  if (there && !anew) return there.text();
  try {
    const fresh = await fetch(path, { credentials: "omit" });
    if (fresh.ok) {
      await cache.put(path, fresh.clone());
      return await fresh.text();
    }
  } catch {
    // no connection: what is there stays
  }
  return there ? there.text() : "";
}

async function keep(coming = fetch(agenda)) {
  const fresh = await coming;
  if (!fresh.ok || fresh.redirected) return;
  const cache = await caches.open(store);
  const before = await cache.match(agenda);
  const html = await fresh.clone().text();
  const anew = !before || version(await before.text()) !== version(html);
  await cache.put(agenda, fresh);
  const wanted = new Set([agenda]);
  const pages = [html];
  for (const path of new Set(addresses(html).filter(isSession))) {
    const there = await cache.match(path);
    const age = there ? Date.now() - Date.parse(there.headers.get("Date")) : NaN;
    pages.push(await hold(cache, path, anew || !(age < day)));
    wanted.add(path);
  }
  for (const path of new Set(pages.flatMap(addresses).filter(isPart))) {
    await hold(cache, path, false);
    wanted.add(path);
  }
  for (const one of await cache.keys()) if (!wanted.has(new URL(one.url).pathname)) await cache.delete(one);
  for (const one of await self.clients.matchAll({ includeUncontrolled: true })) one.postMessage({ held: scope });
}

const pause = () => new Promise((done) => setTimeout(done, patience));

// The kept agenda was shown since the fresh one came late, or not at first: who reads it is told if it is another.
async function overtake(there, coming) {
  const fresh = await coming.catch(() => pause().then(() => fetch(agenda)));
  if (!fresh.ok || fresh.redirected) return;
  const release = version(await fresh.clone().text());
  if (release === version(await there.text())) return;
  await keep(fresh);
  for (const one of await self.clients.matchAll({ includeUncontrolled: true })) one.postMessage({ anew: scope, release });
}

async function answer(event) {
  const { request } = event;
  const there = await caches.match(request, { cacheName: store, ignoreVary: true });
  const coming = fetch(request);
  if (!there) return coming;
  try {
    const fresh = await Promise.race([coming, pause()]);
    if (fresh && fresh.status < 500) return fresh;
  } catch {
    // the kept one answers
  }
  if (new URL(request.url).pathname === agenda) event.waitUntil(overtake(there.clone(), coming).catch(() => {}));
  return there;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.data === "keep" && event.waitUntil(keep().catch(() => {})));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.method === "POST" && pathname === agenda) {
    const sent = fetch(event.request);
    event.respondWith(sent);
    event.waitUntil(sent.then(() => keep()).catch(() => {}));
  } else if (event.request.method === "GET") event.respondWith(answer(event));
});
