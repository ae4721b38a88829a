// Keys of the scoring page: digits give the mark, J and K go to the next and the previous entry. A juror can turn
// them off (WCAG 2.1.4); the choice stays on this device. The page works without this file.
const OFF = "summitry-keys-off";
const form = document.querySelector("form[data-keys]");
const choice = document.getElementById("keys-on");

const off = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

function current(criteria) {
  const focused = document.activeElement?.closest(".crit");
  if (focused && criteria.includes(focused)) return focused;
  return criteria.find((one) => !one.querySelector(":checked")) || null;
}

function mark(value) {
  const criteria = [...(form?.querySelectorAll(".crit") || [])];
  const here = current(criteria);
  const radio = here && [...here.querySelectorAll('input[type="radio"]')].find((one) => one.value === value);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  const next = criteria[criteria.indexOf(here) + 1];
  const target = next?.querySelector(":checked") || next?.querySelector('input[type="radio"]') || form.querySelector("textarea");
  target?.focus();
  return true;
}

function follow(way) {
  const link = document.querySelector(`a[rel="${way}"]`);
  if (link) link.click();
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest('textarea, select, input:not([type="radio"], [type="checkbox"])')) return;
  const key = event.key.toLowerCase();
  const done = /^\d$/.test(key) ? mark(key) : key === "j" ? follow("next") : key === "k" ? follow("prev") : false;
  if (done) event.preventDefault();
});

if (choice) {
  choice.closest("[hidden]")?.removeAttribute("hidden");
  choice.checked = !off();
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, choice.checked ? "0" : "1");
    } catch {
      choice.checked = true; // nothing can be kept on this device
    }
  });
}

// Counts the criteria that wait for a mark.
const left = document.getElementById("left");
function count() {
  const open = [...form.querySelectorAll(".crit")].filter((one) => !one.querySelector(":checked")).length;
  left.textContent = open ? left.dataset.open.replace("{n}", open) : left.dataset.none;
}
if (form && left) {
  form.addEventListener("input", count);
  count();
}
