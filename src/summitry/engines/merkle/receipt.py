"""A receipt: one entry's proof and the checkpoint that it leads to, in one text that is verified offline.

Source: c2sp.org/tlog-proof. The optional `extra` carries the entry itself here; it is hashed, so nothing is
taken on trust.
"""

from dataclasses import dataclass

from .note import MAX_NOTE, NoteError, TreeHead, Verifier, b64, open_checkpoint, unb64
from .tree import HASH_SIZE, hash_leaf, verify_inclusion

MAGIC = "c2sp.org/tlog-proof@v1"
MAX_STEPS = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str  # the signed note
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {b64(self.extra)}"]
        return "\n".join([MAGIC, *extra, f"index {self.index}", *map(b64, self.proof), "", self.checkpoint])

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Raises NoteError for anything that is not a receipt; verifies nothing."""
        if len(text.encode()) > MAX_NOTE:
            raise NoteError(f"the receipt is longer than {MAX_NOTE} bytes")
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != MAGIC:
            raise NoteError(f"a receipt begins with {MAGIC}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = unb64(lines.pop(0).removeprefix("extra "), "the extra data")
        word, _, number = lines.pop(0).partition(" ") if lines else ("", "", "")
        if word != "index" or not (number.isascii() and number.isdigit()) or number != str(int(number[:20])):
            raise NoteError("a receipt names the index of its entry")
        if len(lines) > MAX_STEPS:
            raise NoteError(f"a proof has at most {MAX_STEPS} hashes")
        proof = tuple(unb64(line, "a hash of the proof") for line in lines)
        if any(len(step) != HASH_SIZE for step in proof):
            raise NoteError(f"a hash of the proof has {HASH_SIZE} bytes")
        return cls(int(number), proof, checkpoint, extra)

    def verify(self, verifier: Verifier, entry: bytes | None = None) -> TreeHead:
        """The tree head that holds the entry (default: that in `extra`). Raises NoteError or ProofError."""
        entry = self.extra if entry is None else entry
        if entry is None:
            raise NoteError("the receipt does not hold the entry; give it")
        head = open_checkpoint(self.checkpoint, verifier)
        verify_inclusion(hash_leaf(entry), self.index, head.size, self.proof, head.root)
        return head
