// Beside each moment that the page shows in another zone, the same moment on the reader's own clock.
const said = document.querySelector("script[data-own-time]")?.dataset.ownTime || "{time}";
const language = document.documentElement.lang;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const latin = { numberingSystem: "latn", calendar: "gregory" };
const clock = new Intl.DateTimeFormat(language, { ...latin, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dated = new Intl.DateTimeFormat(language, { ...latin, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const near = ".prog, .ledger, .queue, .foot, table"; // no room beside: the reader's time is a tip

// Minutes east of UTC that the attribute itself states: +08:00, Z.
function stated(iso) {
  const found = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}

export function ownTimes(root = document) {
  if (!zone) return;
  for (const time of root.querySelectorAll("time[datetime*='T']:not([data-own-zone], [data-own-done])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime()) || !/\d:\d\d/.test(time.textContent)) continue;
    time.dataset.ownDone = "";
    const there = stated(time.dateTime);
    if (there === -moment.getTimezoneOffset()) continue;
    const sameDay = new Date(moment.getTime() + there * 60000).getUTCDate() === moment.getDate();
    const words = said.replace("{time}", (sameDay ? clock : dated).format(moment)).replace("{zone}", zone.replaceAll("_", " "));
    if (time.closest(near)) time.title = words;
    else time.append(" ", Object.assign(document.createElement("span"), { className: "dim", textContent: `(${words})` }));
  }
}

ownTimes();
document.addEventListener("htmx:load", (event) => ownTimes(event.target));
