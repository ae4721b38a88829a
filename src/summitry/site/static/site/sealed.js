// The record's last checkpoint, filled into the foot when a reader comes to it: each public act moves it, and the
// page itself is to be the same bytes until what it shows has changed. Without this module the foot links to the record.
const foot = document.getElementById("sealed");

async function fill() {
  const answer = await fetch(foot.dataset.from);
  if (!answer.ok) return;
  const [, size, root] = (await answer.text()).split("\n"); // c2sp.org/tlog-checkpoint
  const hex = [...atob(root)].map((sign) => sign.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  const line = foot.querySelector("p[hidden]");
  line.querySelector("b").textContent = Number(size).toLocaleString("en");
  line.querySelector(".hash").textContent = `${hex.slice(0, 16)}…${hex.slice(-7)}`;
  const at = new Date(answer.headers.get("Last-Modified"));
  if (!Number.isNaN(at.getTime())) {
    const form = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: "UTC", numberingSystem: "latn", calendar: "gregory" };
    const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // the day first, as the house writes it
    const words = `${new Intl.DateTimeFormat(language, form).format(at)} UTC`;
    line.append(document.createElement("br"), foot.dataset.words.replace("{sealed}", words));
  }
  line.hidden = false;
}

if (foot) {
  new IntersectionObserver(([seen], watching) => {
    if (!seen.isIntersecting) return;
    watching.disconnect();
    fill().catch(() => {}); // offline: the link stays
  }).observe(foot);
}
