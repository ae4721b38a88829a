// Checks an entry's proof on the reader's own device: the text on the page, hashed up to the sealed root (RFC 9162),
// and the checkpoint's Ed25519 signature where the browser knows it.
const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
};
const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const leaf = (data) => sha256(join(new Uint8Array([0]), data));
const node = (left, right) => sha256(join(new Uint8Array([1]), left, right));

export async function rootOf(hash, index, size, proof) {
  let place = BigInt(index), last = BigInt(size) - 1n;
  for (const step of proof) {
    if (last === 0n) return null;
    if (place & 1n || place === last) {
      hash = await node(step, hash);
      while (!(place & 1n) && place) { place >>= 1n; last >>= 1n; }
    } else hash = await node(hash, step);
    place >>= 1n; last >>= 1n;
  }
  return last ? null : hash;
}

export function read(receipt) {
  const cut = receipt.indexOf("\n\n");
  const lines = receipt.slice(0, cut).split("\n").filter((line) => !line.startsWith("extra "));
  const checkpoint = receipt.slice(cut + 2), gap = checkpoint.lastIndexOf("\n\n");
  const text = checkpoint.slice(0, gap + 1);
  const [origin, size, root] = text.split("\n");
  return {
    index: lines[1].replace("index ", ""), proof: lines.slice(2).map(bytes), text, origin, size, root: bytes(root),
    signatures: checkpoint.slice(gap + 2).trim().split("\n").map((line) => line.split(" ")).map(([, name, data]) => ({ name, data: bytes(data) })),
  };
}

async function signed(said, vkey) {
  const key = vkey.slice(vkey.indexOf("+", vkey.indexOf("+") + 1) + 1), name = vkey.slice(0, vkey.indexOf("+"));
  let opened;
  try { opened = await crypto.subtle.importKey("raw", bytes(key).slice(1), "Ed25519", false, ["verify"]); } catch { return null; }
  for (const one of said.signatures)
    if (one.name === name && said.origin === name && await crypto.subtle.verify("Ed25519", opened, one.data.slice(4), utf8(said.text))) return true;
  return false;
}

async function check(box) {
  let said;
  try {
    const answer = await fetch(box.dataset.receipt);
    if (!answer.ok) return "away";
    said = read(await answer.text());
  } catch { return "away"; }
  const root = said.index === box.dataset.index && await rootOf(await leaf(utf8(document.getElementById("body").textContent)), said.index, said.size, said.proof);
  if (!root || !same(root, said.root)) return "wrong";
  const holds = await signed(said, box.dataset.key);
  return holds === null ? "included" : holds ? "whole" : "forged";
}

const box = globalThis.document?.getElementById("check");
if (box && globalThis.crypto?.subtle) {
  const say = await check(box).catch(() => "wrong");
  box.querySelector(`[data-say="${say}"]`).hidden = false;
  box.dataset.said = say;
}
