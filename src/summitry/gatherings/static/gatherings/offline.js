// The agenda on the reader's device: has it kept for when there is no connection, and marks what a new version of the
// programme changed since she last looked. Which version that was is remembered here and nowhere else. The server has
// written every mark, in her language, for each version that it may have been. Without this module nothing is missing.
const said = document.querySelector("script[data-worker]").dataset;
const now = Number(said.release);
const memory = "agenda-seen";
const key = `/${memory}/${said.gathering}`;
const byId = (id) => document.getElementById(id);

async function seen() {
  const kept = await caches.match(key, { cacheName: memory });
  return kept ? Number(await kept.text()) : 0;
}
const see = async () => (await caches.open(memory)).put(key, new Response(String(now)));

async function mark() {
  const last = await seen();
  if (last > now) return; // this page is an old one, kept
  const marks = [...document.querySelectorAll("[data-last]")].filter(
    ({ dataset }) => Number(dataset.first) <= last && last <= Number(dataset.last),
  );
  if (!marks.length) {
    await see();
    return;
  }
  for (const one of marks) one.hidden = false;
  byId("anew").hidden = false;
  byId("anew").querySelector("button").addEventListener("click", async () => {
    await see();
    for (const one of [...marks, byId("anew")]) one.hidden = true;
    document.querySelector("h1").tabIndex = -1;
    document.querySelector("h1").focus();
  });
}

async function hold() {
  const workers = navigator.serviceWorker;
  if (!Number(said.own)) {
    await (await workers.getRegistration(said.scope))?.unregister();
    await caches.delete(`agenda ${said.scope}`);
    await (await caches.open(memory)).delete(key);
    return;
  }
  workers.addEventListener("message", ({ data }) => {
    if (data.held === said.scope) byId("held").hidden = false;
    if (data.anew === said.scope && data.release !== said.release) location.reload();
  });
  const there = await workers.register(said.worker, { scope: said.scope });
  (there.installing ?? there.waiting ?? there.active).postMessage("keep");
}

function connected() {
  if (byId("offline")) byId("offline").hidden = navigator.onLine;
}

connected();
addEventListener("offline", connected);
addEventListener("online", () => location.reload());
if ("caches" in window && "serviceWorker" in navigator) {
  if (Number(said.own)) mark().catch(() => {});
  if (navigator.onLine) hold().catch(() => {}); // a browser may refuse, as in a private window
}
