// Somebody who comes back to the frame keeps her voice, where the browser lets a frame keep something.
const form = document.querySelector("form[data-voice]");
const name = `voice ${form.dataset.voice}`;
try {
  const kept = localStorage.getItem(name);
  if (kept && "fresh" in form.dataset) {
    form.elements.voice.value = kept;
    form.submit();
  } else localStorage.setItem(name, form.elements.voice.value);
} catch {
  // nothing may be kept here: the form carries the voice all the same
}
