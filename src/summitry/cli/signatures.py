"""`summitry signatures FILE`: does a certified copy hold? From the file alone; needs no database and no
settings."""

import argparse
import sys
from pathlib import Path

from summitry.documents import proofs
from summitry.engines.merkle import note

HOLDS, FAILS, UNKNOWN = 0, 1, 2
DESCRIPTION = """Verifies the certified true copy of an adopted text: the note by which the house signed it,
the digest of its words, and each electronic signature over them. Ends with 0 if all holds, 1 if something
does not, 2 if it could not be verified."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "signatures", help="verify the signatures of a certified copy", description=DESCRIPTION
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="certified-copy.json of a document")
    parser.add_argument("--key", metavar="VKEY", help="the record’s key, got on another way (name+id+key)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    try:
        key = note.Verifier.parse(args.key) if args.key else None
        report = proofs.verify(args.file.read_bytes(), key)
    except (OSError, note.NoteError, proofs.ProofError) as error:
        print(f"summitry signatures: {error}", file=sys.stderr)
        return UNKNOWN
    print(f"{report.document}, version {report.version}, words {report.digest}")
    if report.certified_by and report.holds:
        print(f"✓ certified by {report.certified_by}")
    elif key is None:
        print("  No key given: who certified this copy is not checked.")
    for fault in report.faults:
        print(f"✗ {fault}")
    for line in report.lines:
        if line.problem:
            print(f"✗ {line.organisation}: {line.problem}")
        elif line.checked:
            print(f"✓ {line.organisation}: {line.means}, {line.state}")
    others = sum(not line.checked and not line.problem for line in report.lines)
    if others:
        print(f"  {others:,} on paper or taken in from elsewhere: nothing to check here.")
    print(f"{args.file} {'holds' if report.holds else 'does NOT hold'}.")
    return HOLDS if report.holds else FAILS
