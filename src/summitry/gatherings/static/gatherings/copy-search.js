// The search of a copy: words are prepared as the server prepares them (summitry/text/search.py), and looked up in what
// the copy brings along. A plain script, for browsers load no modules from files.
(() => {
  "use strict";
  const { marks, cases, fold, han, words } = globalThis.copyWords;
  const dropped = new RegExp(`[${marks}]`, "gu");
  const runs = new RegExp(`(${han}+)`, "u");
  const shown = 60;

  function plain(sign) {
    if (/\p{Nd}/u.test(sign)) {
      let digit = 0;
      while (digit < 9 && /\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0) - digit - 1))) digit += 1;
      return String(digit);
    }
    return /[\p{L}\p{N}\p{M}]/u.test(sign) ? sign : " ";
  }

  function prepared(text) {
    const bare = [...text.normalize("NFKD").replace(dropped, "")];
    const lower = bare.map((sign) => cases[sign] ?? sign.toLowerCase()).join("").normalize("NFKC");
    return [...lower].map((sign) => fold[sign] ?? sign).flatMap((sign) => [...sign].map(plain)).join("").split(/\s+/u).filter(Boolean).join(" ");
  }

  function pairs(part) {
    const signs = [...part];
    if (!runs.test(part) || signs.length < 3) return [part];
    return signs.slice(1).map((sign, at) => signs[at] + sign);
  }

  function terms(query) {
    const found = prepared([...query].slice(0, 200).join("")).split(" ").flatMap((word) => word.split(runs)).filter(Boolean).flatMap(pairs);
    return [...new Set(found)].slice(0, 12);
  }
  Object.assign(globalThis.copyWords, { prepared, terms });

  const box = document.getElementById("find");
  const input = document.getElementById("words");
  const told = document.getElementById("told");
  const list = document.getElementById("hits");

  function hit([title, where, href]) {
    const item = document.createElement("li");
    const head = document.createElement("h2");
    const link = Object.assign(document.createElement("a"), { href, textContent: title, dir: "auto" });
    head.append(link);
    item.append(head);
    if (where) item.append(Object.assign(document.createElement("p"), { textContent: where, dir: "auto" }));
    return item;
  }

  function look() {
    const wanted = terms(input.value);
    const has = (text) => wanted.every((term) => text.includes(term));
    const found = words.map((_, at) => at).filter((at) => wanted.length && globalThis.copyThings[at][2] && has(words[at][1]));
    found.sort((one, two) => has(words[two][0]) - has(words[one][0]));
    list.replaceChildren(...found.slice(0, shown).map((at) => hit(globalThis.copyThings[at])));
    const say = found.length > shown ? box.dataset.first : found.length ? box.dataset.found : box.dataset.none;
    told.textContent = wanted.length ? say.replace("{n}", found.length).replace("{shown}", shown) : "";
  }

  if (!box) return;
  document.getElementById("unfound").hidden = true;
  box.hidden = false;
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("input", look);
  look();
})();
