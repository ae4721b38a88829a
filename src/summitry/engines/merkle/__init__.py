"""A verifiable append-only log: RFC 9162 trees, C2SP tiles, signed checkpoints and receipts.

Pure computations on bytes and text. Nothing here knows where entries come from or where they are kept.

    tree     hashing, roots, inclusion and consistency proofs and their verification
    tiles    the tree as a finite set of immutable files
    note     signed notes, checkpoints, keys (Ed25519)
    receipt  .tlog-proof: one entry's proof with its checkpoint, to be verified offline
"""
