// Buttons that move an entry up and down and number the list anew. The page works without this file: one types
// the numbers.
const list = document.getElementById("ranking");
const input = (row) => row.querySelector("input");
const ranked = () => [...list.children].filter((row) => input(row).value !== "");

function move(row, by) {
  const rows = ranked();
  const at = rows.indexOf(row);
  if (at < 0) rows.push(row); // it had no number: it comes after those that have one
  else {
    const to = Math.min(Math.max(at + by, 0), rows.length - 1);
    rows.splice(to, 0, ...rows.splice(at, 1));
  }
  rows.forEach((one, n) => {
    input(one).value = n + 1;
  });
  list.prepend(...rows);
}

function button(row, label, by) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn s";
  made.textContent = label;
  made.setAttribute("aria-label", `${label}: ${row.querySelector("b").textContent}`);
  made.addEventListener("click", () => {
    move(row, by);
    made.focus();
  });
  return made;
}

for (const row of list?.children ?? [])
  row.lastElementChild.append(button(row, list.dataset.up, -1), button(row, list.dataset.down, 1));
