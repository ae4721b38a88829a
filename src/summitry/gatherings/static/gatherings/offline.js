// The agenda on the reader's device: has it kept for when there is no connection, and marks what a new version of the
// programme changed since she last looked. Which version that was is remembered here and nowhere else. The server has
// written every mark, in her language, for each version that it may have been. Without this module nothing is missing.
const said = document.querySelector("script[data-worker]").dataset;
const now = Number(said.release);
const key = `agenda-seen ${said.gathering}`;
const byId = (id) => document.getElementById(id);
const see = () => localStorage.setItem(key, String(now)); // at once: the page may be loaded anew the moment after

function mark() {
  const last = Number(localStorage.getItem(key) ?? 0);
  if (last > now) return; // this page is an old one, kept
  const marks = [...document.querySelectorAll("[data-last]")].filter(
    ({ dataset }) => Number(dataset.first) <= last && last <= Number(dataset.last),
  );
  if (!marks.length) {
    see();
    return;
  }
  for (const one of marks) one.hidden = false;
  byId("anew").hidden = false;
  byId("anew").querySelector("button").addEventListener("click", () => {
    see();
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
    localStorage.removeItem(key);
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
  try {
    if (Number(said.own)) mark();
  } catch {
    // a browser may refuse to remember, as in a private window
  }
  if (navigator.onLine) hold().catch(() => {});
}
