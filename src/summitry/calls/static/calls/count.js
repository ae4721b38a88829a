// Says how much room a text has left, in every input that has a limit.
for (const field of document.querySelectorAll("[data-most]")) {
  const label = document.querySelector(`label[for="${field.id}"]`);
  if (!label) continue;
  const most = Number(field.dataset.most);
  const line = document.createElement("span");
  line.className = "tiny nowrap";
  line.dir = "ltr";
  line.setAttribute("aria-hidden", "true"); // the hint says the limit; a name that changes at each key is noise
  label.append(document.createElement("br"), line);
  const show = () => {
    const n = [...field.value].length;
    line.textContent = `${n} / ${most}`;
    line.classList.toggle("warn", n > most);
  };
  field.addEventListener("input", show);
  show();
}
