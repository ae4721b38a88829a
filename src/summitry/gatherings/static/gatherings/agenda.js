// A reader's agenda, laid over a page that is the same bytes for everybody, and stars without a new page. The agenda is
// her cookie: keys of sessions in base 36, "1a.2b:", signed. Without this module Django renders it and stars are plain
// forms; the cookie "lay" says that the module is here.
const form = document.getElementById("stars");
const count = document.getElementById("own-count");

export function agenda() {
  const kept = document.cookie.split("; ").find((one) => one.startsWith(`${form.dataset.agenda}=`));
  const keys = kept?.slice(form.dataset.agenda.length + 1).split(":")[0].split(".") ?? [];
  return new Set(keys.filter(Boolean).map((key) => parseInt(key, 36)));
}

function show(button, mine) {
  button.name = mine ? "drop" : "add";
  if (button.dataset.add) {
    button.classList.toggle("go", !mine);
    button.querySelector("span").textContent = button.dataset[button.name];
  } else {
    button.setAttribute("aria-pressed", String(mine));
    button.closest("li")?.classList.toggle("mine", mine);
  }
}

function lay() {
  const own = agenda();
  for (const button of form.elements) if (["add", "drop"].includes(button.name)) show(button, own.has(Number(button.value)));
  if (count) count.textContent = own.size || "";
}

if (form?.dataset.agenda) {
  document.cookie = "lay=1; path=/; max-age=34560000; samesite=lax";
  lay();
  addEventListener("pageshow", (event) => event.persisted && lay());
}

async function send(button) {
  const body = new URLSearchParams([...new FormData(form), [button.name, button.value]]);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!response.headers.get("Content-Type")?.includes("json")) throw new Error(response.statusText);
  return { ok: response.ok, ...(await response.json()) };
}

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!["add", "drop"].includes(button?.name)) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await send(button);
    if (!answer.ok) throw new Error(answer.words);
    show(button, button.name === "add");
    if (count) count.textContent = answer.count || "";
  } catch (error) {
    const note = document.createElement("p");
    note.className = "note due";
    note.setAttribute("role", "alert");
    note.textContent = error instanceof TypeError ? form.dataset.failed : error.message || form.dataset.failed;
    document.querySelector("main .note[role=alert]")?.remove();
    form.after(note);
  } finally {
    button.removeAttribute("aria-busy");
  }
});
