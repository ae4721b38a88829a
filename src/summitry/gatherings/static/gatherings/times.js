// The reader's own time beside the gathering's, where the two differ.
const said = document.getElementById("zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const times = [...document.querySelectorAll(".at time[datetime]")];

function clock(moment, zone) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(moment);
}

if (said && here && times.length) {
  const differ = times.some((one) => {
    const moment = new Date(one.dateTime);
    return clock(moment, here) !== clock(moment, said.dataset.zone);
  });
  if (differ) {
    for (const one of times) {
      const yours = document.createElement("span");
      yours.className = "yours";
      yours.textContent = ` ${clock(new Date(one.dateTime), here)}`;
      one.append(yours);
    }
    const note = document.createElement("span");
    note.textContent = ` ${said.dataset.words.replace("%zone%", here.replaceAll("_", " "))}`;
    said.append(note);
  }
}
