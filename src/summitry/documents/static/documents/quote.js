// The words that are selected in the provision go into the form. They are counted as the server counts:
// by characters, not by halves of them.
const text = document.querySelector("[data-provision]");
const form = document.querySelector("[data-speaks]");

if (text && form) {
  const { quote, quote_start: start } = form.elements;
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.toString();
    const skipped = [...words].length - [...words.trimStart()].length;
    quote.value = words.trim();
    start.value = [...before.toString()].length + skipped;
  });
  quote.addEventListener("input", () => {
    start.value = "";
  });
}
