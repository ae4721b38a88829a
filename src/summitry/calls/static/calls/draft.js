// A draft saved as its writer types: at once on this device, a moment later on the server. Without a connection
// it stays here and goes out when the connection is back. The form works without this file.
const PAUSE = 1200; // ms without typing before a draft goes to the server
const RETRY = 15000; // ms between attempts while there is no connection
const KEEP = 30 * 24 * 3600 * 1000; // ms that a copy may lie on a device

const language = document.documentElement.lang || "en";
const clock = (at) => new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" });

function read(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key));
    return copy && Date.now() - copy.at < KEEP ? copy : null;
  } catch {
    return null; // no storage on this device, or somebody else's data
  }
}

function write(key, copy) {
  try {
    localStorage.setItem(key, JSON.stringify(copy));
    return true;
  } catch {
    return false; // storage is full or forbidden: the server's copy is the only one
  }
}

const forget = (key) => {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
};

function values(form) {
  const pairs = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "version" && name !== "go") pairs.push([name, value]);
  }
  return pairs;
}

// What pairs say: an answer left out and an empty one are the same, such as a further person's.
const said = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, value.trim()]).filter((pair) => pair[1]));

function fill(form, pairs) {
  const wanted = Map.groupBy ? Map.groupBy(pairs, (pair) => pair[0]) : pairs.reduce((all, pair) => all.set(pair[0], [...(all.get(pair[0]) || []), pair]), new Map());
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || field.type === "submit" || field.name === "version" || field.name === "csrfmiddlewaretoken") continue;
    const given = (wanted.get(field.name) || []).map((pair) => pair[1]);
    if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = given.includes(option.value);
    else if (given.length) field.value = given[0];
    if (field.value) field.closest("details")?.setAttribute("open", "");
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.key;
    this.line = document.getElementById(form.dataset.saved);
    this.note = document.getElementById(form.dataset.trouble);
    this.stopped = false;
    this.sending = false;
    this.again = false;
    this.onServer = JSON.stringify(values(form));
    form.addEventListener("input", () => this.touched());
    form.addEventListener("change", () => this.touched());
    form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.send());
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.timer && this.send());
    this.offer();
  }

  get version() {
    return this.form.elements.version;
  }

  touched() {
    if (this.stopped) return;
    this.here = write(this.key, { at: Date.now(), version: this.version.value, values: values(this.form), sent: false });
    if (!navigator.onLine) this.say("device");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  // What is on its way arrives first: otherwise the server would take the form for an older window's.
  submitted(event) {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.sending) return;
    event.preventDefault();
    this.waiting = event.submitter;
  }

  // A copy that never reached the server: taken up at once if nobody wrote since, offered otherwise.
  offer() {
    const copy = read(this.key);
    if (!copy || copy.sent) return;
    if (said(copy.values) === said(values(this.form))) {
      forget(this.key);
    } else if (copy.version === this.version.value) {
      fill(this.form, copy.values);
      this.touched();
    } else {
      const box = document.getElementById(this.form.dataset.older);
      if (!box) return;
      box.querySelector("time").textContent = new Date(copy.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short", numberingSystem: "latn" });
      box.hidden = false;
      box.querySelector("[data-take]").addEventListener("click", () => {
        fill(this.form, copy.values);
        box.hidden = true;
        this.touched();
      });
      box.querySelector("[data-drop]").addEventListener("click", () => {
        forget(this.key);
        box.hidden = true;
      });
    }
  }

  async send() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.stopped) return;
    if (this.sending) {
      this.again = true;
      return;
    }
    const now = values(this.form);
    if (JSON.stringify(now) === this.onServer) return;
    this.sending = true;
    const body = new FormData();
    for (const [name, value] of now) body.append(name, value);
    body.set("version", this.version.value);
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(this.form.dataset.save, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) {
        const said = await answer.json();
        this.version.value = said.version;
        this.onServer = JSON.stringify(now);
        const here = write(this.key, { at: Date.now(), version: String(said.version), values: now, sent: true });
        this.say(here ? "both" : "server");
      } else if (answer.status >= 500) {
        throw new Error(answer.status);
      } else {
        // stale, closed, signed out: what is typed stays in the page and on the device, the reader is told why
        let why = this.form.dataset.refused;
        if (answer.headers.get("Content-Type")?.includes("json")) why = (await answer.json()).message || why;
        this.stop(why);
      }
    } catch {
      this.say("device");
      this.timer = setTimeout(() => this.send(), RETRY);
    } finally {
      this.sending = false;
      if (this.waiting) {
        this.again = false;
        this.form.requestSubmit(this.waiting);
      } else if (this.again) {
        this.again = false;
        this.send();
      }
    }
  }

  stop(why) {
    this.stopped = true;
    if (!this.note) return;
    this.note.querySelector("[data-why]").textContent = why;
    this.note.hidden = false;
    this.note.focus();
  }

  say(where) {
    if (!this.line) return;
    this.line.textContent = this.line.dataset[where].replace("{time}", clock(Date.now()));
    this.line.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-save]")) new Draft(form);
for (const done of document.querySelectorAll("[data-draft-done]")) forget(done.dataset.draftDone);
