// Stars without a new page: the same forms, sent in the background. Without this module they work as plain forms.
const form = document.getElementById("stars");
const count = document.getElementById("own-count");

async function send(button) {
  const body = new URLSearchParams([...new FormData(form), [button.name, button.value]]);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!response.headers.get("Content-Type")?.includes("json")) throw new Error(response.statusText);
  return { ok: response.ok, ...(await response.json()) };
}

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.classList.contains("star")) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await send(button);
    if (!answer.ok) throw new Error(answer.words);
    const mine = button.name === "add";
    button.name = mine ? "drop" : "add";
    button.setAttribute("aria-pressed", String(mine));
    button.closest("li")?.classList.toggle("mine", mine);
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
