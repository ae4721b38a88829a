// The clock on the screen of the hall: minutes and seconds that are left. Without it the page says until when.
const pad = (number) => String(number).padStart(2, "0");

function tick() {
  const clock = document.querySelector("[data-until]");
  if (!clock) return;
  const left = Math.max(0, Math.ceil((new Date(clock.dataset.until) - Date.now()) / 1000));
  clock.textContent = `${Math.floor(left / 60)}:${pad(left % 60)}`;
  clock.classList.toggle("warn", left === 0);
}

tick();
setInterval(tick, 250);
document.addEventListener("htmx:afterSwap", tick);
