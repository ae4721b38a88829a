// The reader's own clock beside the programme's, where the two differ; what reading aloud needs is in the note above.
const said = document.getElementById("zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
let differ = false;

for (const one of document.querySelectorAll(".prog .at time[datetime]")) {
  const own = clock.format(new Date(one.dateTime));
  if (own === one.textContent.trim()) continue;
  differ = true;
  one.after(Object.assign(document.createElement("span"), { className: "yours", textContent: ` ${own}` }));
}
if (differ && said) said.append(` ${said.dataset.words.replace("%zone%", here.replaceAll("_", " "))}`);
