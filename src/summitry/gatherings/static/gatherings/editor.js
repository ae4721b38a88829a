// The programme editor without new pages: drag and drop, the same by keyboard, and what others moved.
// Without this module every link and button of the board works as a page of its own.
const POLL = 4000; // milliseconds between two looks at the server
const FAR = 5; // pixels after which a press is a drag

const place = (element) => {
  for (const one of [element, ...element.querySelectorAll("[data-style]")])
    for (const pair of (one.dataset.style ?? "").split(";")) {
      const [name, value] = pair.split(":");
      if (value) one.style.setProperty(`--${name}`, value);
    }
  return element;
};
// Without the style block, which the content policy of this page would report: `place` does its work.
const read = (html) => new DOMParser().parseFromString(html.replace(/<style[^]*?<\/style>/, ""), "text/html");
const fill = (words, facts) => words.replace(/%(\w+)%/g, (all, name) => facts[name] ?? all);
const clock = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

class ProgrammeBoard extends HTMLElement {
  connectedCallback() {
    this.sent = new WeakMap(); // each part as the server wrote it
    this.tag = "";
    this.held = null; // the session in hand
    this.live = Object.assign(document.createElement("p"), { className: "vh" });
    this.live.setAttribute("role", "status");
    this.live.setAttribute("aria-live", "assertive");
    this.after(this.live);
    for (const part of this.parts(this)) this.remember(part);
    this.addEventListener("submit", this.submitted);
    if (this.dataset.edit !== undefined) {
      this.addEventListener("pointerdown", this.pressed);
      this.addEventListener("dragstart", (event) => event.preventDefault());
      this.addEventListener("click", this.clicked, true);
      this.addEventListener("keydown", this.typed);
      this.addEventListener("focusout", (event) => this.held?.byKeys && event.target === this.held.grip && event.relatedTarget && this.leave());
      this.dress();
    }
    this.timer = setInterval(() => document.hidden || this.look(), POLL);
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  // -- what the server says ---------------------------------------------------------------------------
  parts(root) {
    return root.querySelectorAll("#grid > li, #tray-list > li, :scope > [id], .aside > [id]");
  }

  remember(part) {
    this.sent.set(part, part.outerHTML);
  }

  async look() {
    if (this.busy) return;
    const headers = this.tag ? { "If-None-Match": this.tag } : {};
    try {
      const answer = await fetch(this.dataset.since + location.search, { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 304 || this.busy) return;
      if (!answer.ok) throw new Error(answer.statusText);
      const first = !this.tag;
      this.tag = answer.headers.get("ETag");
      if (this.show(await answer.text()) && !first) this.tell(this.dataset.others);
      this.lost = false;
    } catch {
      if (!this.lost) this.say(this.dataset.gone, true);
      this.lost = true;
    }
  }

  // Puts the fresh board in place of this one, part by part; what is the same stays, and so does what is in hand.
  show(html) {
    const fresh = read(html).body;
    const focus = document.activeElement?.closest?.("programme-board") ? document.activeElement : null;
    const home = focus?.closest("[id]")?.id;
    const kind = focus?.className;
    let changed = false;
    const list = (old, now, root) => {
      if (!old || !now) return;
      for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      place(old);
      const known = new Map([...old.children].filter((one) => one.id).map((one) => [one.id, one]));
      let at = old.firstElementChild;
      const skip = () => { while (at?.classList.contains("ghost")) at = at.nextElementSibling; };
      for (const one of now.children) {
        const before = root.querySelector(`#${CSS.escape(one.id)}`);
        skip();
        if (before && this.sent.get(before) === one.outerHTML) {
          if (before !== at) old.insertBefore(before, at);
          else at = at.nextElementSibling;
        } else {
          const words = one.outerHTML;
          const made = place(document.importNode(one, true));
          this.sent.set(made, words);
          if (before && before === at) at = at.nextElementSibling;
          before?.remove();
          old.insertBefore(made, at);
          changed = true;
        }
        known.delete(one.id);
      }
      for (const [, gone] of known) if (gone.parentNode === old) { gone.remove(); changed = true; }
    };
    for (const id of ["board-head", "board-tools", "board-view", "act", "picked", "tray", "told", "moves"]) {
      const old = this.querySelector(`#${id}`);
      const now = fresh.querySelector(`#${id}`);
      if (id === "tray" && old && now && old.querySelector("#tray-list") && now.querySelector("#tray-list")) {
        list(old.querySelector("#tray-list"), now.querySelector("#tray-list"), this);
        old.querySelector(".chip")?.replaceWith(now.querySelector(".chip"));
        continue;
      }
      if (!now) old?.remove();
      else if (!old) (id === "picked" ? this.querySelector(".board") : this.querySelector(".aside")).before(place(document.importNode(now, true)));
      else if (this.sent.get(old) !== now.outerHTML) {
        const open = [...old.querySelectorAll("details")].map((one) => one.open);
        const made = place(document.importNode(now, true));
        made.querySelectorAll("details").forEach((one, at) => (one.open = open[at] ?? one.open));
        this.sent.set(made, now.outerHTML);
        old.replaceWith(made);
      }
    }
    list(this.grid, fresh.querySelector("#grid"), this);
    this.grid.classList.toggle("choosing", fresh.querySelector("#grid").classList.contains("choosing"));
    this.dress();
    if (home && (!document.activeElement || document.activeElement === document.body)) {
      const now = document.getElementById(home);
      (kind && now?.querySelector(`.${CSS.escape(kind.split(" ")[0])}`) || now?.querySelector("a, button"))?.focus();
    }
    const card = this.held && this.querySelector(`#s${this.held.session}`);
    if (card) {
      card.classList.add("held");
      Object.assign(this.held, { card, grip: card.querySelector(".grip") });
    }
    return changed;
  }

  get grid() {
    return this.querySelector("#grid");
  }

  // -- acts -------------------------------------------------------------------------------------------
  submitted(event) {
    const form = event.target;
    if (form.method !== "post") return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    this.send(form.getAttribute("action") ?? "", body);
  }

  async send(query, body) {
    if (this.busy) return;
    this.busy = true;
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(location.pathname + query, { method: "POST", body, headers: { "X-Board": "1" }, redirect: "error" });
      if (![200, 409, 422].includes(answer.status)) throw new Error(answer.statusText);
      const html = await answer.text();
      const said = read(html).querySelector("#said");
      if (answer.ok && /[?&]pick=/.test(location.search) && !/ class="[^"]*choosing/.test(html))
        history.replaceState(null, "", location.search.replace(/([?&])pick=\d+&?/, "$1").replace(/[?&]$/, "") || location.pathname);
      this.tag = "";
      this.show(html);
      this.say(said.textContent, !answer.ok);
    } catch (error) {
      this.say(this.dataset.gone, true);
      if (!(error instanceof TypeError && /fetch|network/i.test(error.message))) throw error;
    } finally {
      this.busy = false;
      this.removeAttribute("aria-busy");
    }
  }

  act(session, version, what) {
    const body = new URLSearchParams(new FormData(this.querySelector("#act")));
    body.set("session", `${session} ${version}`);
    for (const [name, value] of Object.entries(what)) body.set(name, value);
    return this.send(this.querySelector("#act").getAttribute("action"), body);
  }

  say(words, bad = false) {
    const said = this.querySelector("#said");
    said.textContent = words;
    said.classList.toggle("due", bad);
    said.hidden = !words;
  }

  tell(words) {
    this.live.textContent = words;
  }

  // -- the session in hand ----------------------------------------------------------------------------
  dress() {
    for (const card of this.querySelectorAll(".card:not(.chosen)")) {
      if (card.querySelector(".grip") || !card.querySelector(".move")) continue;
      const grip = document.createElement("button");
      grip.type = "button";
      grip.className = "grip";
      grip.setAttribute("aria-label", fill(this.dataset.grip, { title: this.title(card) }));
      const icon = this.querySelector("svg.i use").getAttribute("href").split("#")[0];
      grip.innerHTML = `<svg class="i" aria-hidden="true"><use href="${icon}#i-grip"/></svg>`;
      card.append(grip);
    }
  }

  title(card) {
    return card.querySelector("h4, b").textContent;
  }

  // Rows and columns of the grid as they lie on the screen now; false while it is shown as a list.
  measure() {
    const heads = [...this.grid.querySelectorAll(".room")];
    if (!heads.length || getComputedStyle(this.grid).display !== "grid") return false;
    const rows = getComputedStyle(this.grid).gridTemplateRows.split(" ").map(parseFloat);
    const { unit, step, clock: at, begins } = this.grid.dataset;
    const [hour, minute] = at.split(":").map(Number);
    return { heads, head: rows[0], row: rows[1], rows: rows.length - 1, unit: +unit, step: +step / +unit, clock: hour * 60 + minute, begins };
  }

  take(card, byKeys) {
    const lie = this.measure();
    if (!lie) return false;
    const style = Object.fromEntries((card.dataset.style ?? "").split(";").map((pair) => pair.split(":")));
    const inGrid = card.parentNode === this.grid;
    const rows = inGrid ? style.e - style.s : Math.max(1, Math.ceil(card.dataset.minutes / lie.unit));
    this.held = {
      lie, card, byKeys, rows, inGrid,
      grip: card.querySelector(".grip"),
      session: card.id.slice(1),
      version: card.dataset.v,
      title: this.title(card),
      column: inGrid ? +style.c : 1,
      first: inGrid ? +style.s : 0,
      length: rows,
      wrong: {},
    };
    const ghost = document.createElement("li");
    ghost.className = "ghost";
    ghost.append(document.createElement("b"), document.createElement("p"));
    this.grid.append(ghost);
    this.held.ghost = ghost;
    card.classList.add("held");
    this.foresee();
    return true;
  }

  async foresee() {
    const held = this.held;
    const query = new URLSearchParams(location.search);
    query.set("pick", held.session);
    try {
      const answer = await fetch(`${this.dataset.places}?${query}`, { cache: "no-store", redirect: "error" });
      if (answer.ok) held.wrong = (await answer.json()).rooms;
      if (this.held === held) this.move(held.column, held.first, held.length);
    } catch { /* it is said when it is put down */ }
  }

  move(column, first, length = this.held.length) {
    const held = this.held;
    const { lie, ghost } = held;
    column = Math.min(Math.max(column, 1), lie.heads.length);
    first = Math.min(Math.max(first, 0), lie.rows - 1);
    Object.assign(held, { column, first, length });
    ghost.style.setProperty("--c", column);
    ghost.style.setProperty("--s", first);
    ghost.style.setProperty("--e", Math.min(first + length, lie.rows));
    const room = lie.heads[column - 1];
    const begins = lie.clock + first * lie.unit;
    const wrong = held.wrong[room.dataset.room]?.[first];
    ghost.classList.toggle("bad", Boolean(wrong?.error));
    const words = [
      fill(this.dataset.at, { room: room.querySelector("h3").textContent, from: clock(begins), to: clock(begins + length * lie.unit) }),
      ...(wrong?.words ?? []),
    ].join(" ");
    ghost.firstChild.textContent = held.title;
    ghost.lastChild.textContent = words;
    if (held.byKeys) {
      this.tell(words);
      ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  leave(words = "") {
    const held = this.held;
    this.held = null;
    held.ghost.remove();
    held.card.classList.remove("held");
    this.querySelector(".over")?.classList.remove("over");
    if (words) this.tell(words);
  }

  async drop() {
    const { lie, column, first, length, rows, session, version, inGrid, card } = this.held;
    const stays = inGrid && `c:${column};s:${first};` === card.dataset.style.slice(0, `c:${column};s:${first};`.length);
    const room = lie.heads[column - 1].dataset.room;
    const starts = new Date(new Date(lie.begins).getTime() + first * lie.unit * 60000).toISOString();
    if (stays && length === rows) return this.leave(fill(this.dataset.left, { title: this.held.title }));
    this.leave();
    await this.act(session, version, { to: `${room} ${starts}`, ...(length === rows ? {} : { minutes: length * lie.unit }) });
    this.querySelector(`#s${session} .grip`)?.focus();
  }

  // -- by pointer: mouse anywhere on the card, touch and pen on its grip, so that the page still scrolls --
  pressed(event) {
    const card = event.target.closest(".card");
    const grip = event.target.closest(".grip");
    if (!card || event.button || this.held || this.busy || (event.pointerType !== "mouse" && !grip)) return;
    if (!card.querySelector(".grip") || event.target.closest("button:not(.grip)")) return;
    const box = card.getBoundingClientRect();
    const begun = { x: event.clientX, y: event.clientY, top: Math.min(event.clientY - box.top, box.height) };
    const stop = new AbortController();
    const { signal } = stop;
    let scroll = 0;
    let last = event;
    const follow = (now) => {
      last = now;
      if (!this.held) {
        if (Math.hypot(now.clientX - begun.x, now.clientY - begun.y) < FAR || !this.take(card, false)) return;
        if (!this.held.inGrid) begun.top = 8;
      }
      now.preventDefault();
      const over = document.elementsFromPoint(now.clientX, now.clientY).map((one) => one.closest("[data-drop], [data-carry]")).find(Boolean);
      const before = this.querySelector(".over");
      if (before !== over) { before?.classList.remove("over"); over?.classList.add("over"); }
      const { lie } = this.held;
      const box = this.grid.getBoundingClientRect();
      const column = lie.heads.findIndex((one) => { const at = one.getBoundingClientRect(); return now.clientX >= at.left - 4 && now.clientX <= at.right + 4; }) + 1;
      const row = (now.clientY - begun.top - box.top - lie.head) / lie.row;
      this.held.outside = !column || now.clientY < box.top || now.clientY > box.bottom;
      if (!this.held.outside) this.move(column, Math.round(row / lie.step) * lie.step);
      this.held.ghost.hidden = this.held.outside;
    };
    const glide = () => {
      if (signal.aborted) return;
      if (this.held) {
        const edge = last.clientY < 48 ? -12 : last.clientY > innerHeight - 48 ? 12 : 0;
        if (edge) { scrollBy(0, edge); follow(last); }
      }
      scroll = requestAnimationFrame(glide);
    };
    const end = (put) => (now) => {
      stop.abort();
      cancelAnimationFrame(scroll);
      if (!this.held) return;
      this.quiet = true; // the click that follows a drag opens nothing
      setTimeout(() => (this.quiet = false), 0);
      const over = this.querySelector(".over");
      if (!put) this.leave(fill(this.dataset.left, { title: this.held.title }));
      else if (over?.dataset.drop === "out") this.takeOut();
      else if (over?.dataset.carry !== undefined) this.carry(over);
      else if (this.held.outside) this.leave(fill(this.dataset.left, { title: this.held.title }));
      else this.drop();
      now.preventDefault?.();
    };
    document.addEventListener("pointermove", follow, { signal, passive: false });
    document.addEventListener("pointerup", end(true), { signal });
    document.addEventListener("pointercancel", end(false), { signal });
    document.addEventListener("keydown", (now) => now.key === "Escape" && end(false)(now), { signal });
    glide();
  }

  takeOut() {
    const { session, version, inGrid } = this.held;
    this.leave();
    if (inGrid) this.act(session, version, { out: `${session} ${version}` });
  }

  // To another day or other rooms: that page opens with the session chosen.
  carry(link) {
    const to = new URL(link.href);
    to.searchParams.set("pick", this.held.session);
    this.leave();
    location.assign(to);
  }

  // -- by keyboard ------------------------------------------------------------------------------------
  clicked(event) {
    if (this.quiet) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const grip = event.target.closest?.(".grip");
    if (!grip) return;
    event.preventDefault();
    if (this.held) return void this.drop();
    if (this.busy) return;
    const card = grip.closest(".card");
    if (event.detail || !this.take(card, true)) return void location.assign(card.querySelector(".move").href);
    this.move(this.held.column, this.held.first);
    this.tell(fill(this.dataset.picked, { title: this.held.title }));
  }

  typed(event) {
    const held = this.held;
    if (!held?.byKeys) return;
    const { lie } = held;
    const ahead = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const snap = (way) => (way > 0 ? Math.floor(held.first / lie.step) : Math.ceil(held.first / lie.step)) * lie.step + way * lie.step;
    const hour = 60 / lie.unit;
    const keys = {
      ArrowUp: () => this.move(held.column, snap(-1)),
      ArrowDown: () => this.move(held.column, snap(1)),
      ArrowLeft: () => this.move(held.column - ahead, held.first),
      ArrowRight: () => this.move(held.column + ahead, held.first),
      PageUp: () => this.move(held.column, held.first - hour),
      PageDown: () => this.move(held.column, held.first + hour),
      Home: () => this.move(held.column, 0),
      "+": () => held.inGrid && this.move(held.column, held.first, held.length + lie.step),
      "-": () => held.inGrid && held.length > lie.step && this.move(held.column, held.first, held.length - lie.step),
      Delete: () => this.takeOut(),
      Escape: () => this.leave(fill(this.dataset.left, { title: held.title })),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }
}

customElements.define("programme-board", ProgrammeBoard);
