"""`summitry verify`: does a record hold? From public data alone; needs no database and no settings."""

import argparse
import json
import os
import sys
from pathlib import Path

from summitry.engines.merkle import note, receipt, tree
from summitry.record import sources, verify

HOLDS, FAILS, UNKNOWN = 0, 1, 2
MAX_FILE = 1_000_000  # bytes of a receipt or a checkpoint
DESCRIPTION = """Reads all entries of a record, recomputes every hash up to the root that its checkpoint
signs, checks that it continues the checkpoint of the last time, and compares what the public pages say now
with what was entered. Give a web address, a directory written by "summitry record export", or a .tlog-proof
file of one entry. Ends with 0 if all holds, 1 if something does not, 2 if it could not be verified."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "verify", help="verify a record from its public data", description=DESCRIPTION
    )
    parser.add_argument(
        "place", metavar="URL_OR_DIR", help="the site, an exported directory, or a .tlog-proof file"
    )
    parser.add_argument("--key", metavar="VKEY", help="the record's key, got on another way (name+id+key)")
    parser.add_argument(
        "--since", metavar="FILE", type=Path, help="a checkpoint kept earlier, which it must continue"
    )
    parser.add_argument(
        "--faces",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="compare the public pages' contents with the entries (default: yes)",
    )
    parser.add_argument(
        "--state", metavar="FILE", type=Path, help="where keys and checkpoints are remembered"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    try:
        given = note.Verifier.parse(args.key) if args.key else None
        if Path(args.place).is_file():
            return _receipt(Path(args.place), given)
        return _record(args, given)
    except note.NoteError as error:
        print(f"summitry verify: {error}", file=sys.stderr)
    except (sources.SourceError, OSError, UnicodeDecodeError) as error:
        print(f"summitry verify: {error}", file=sys.stderr)
    return UNKNOWN


def _record(args: argparse.Namespace, given: note.Verifier | None) -> int:
    state = _State(args.state or _default_state())
    source = sources.open_source(args.place)
    known, kept = state.get(source.place)
    key = given or known or verify.fetch_key(source)
    if given is None and known is None:
        print(f"No key given: trusting the key on first use.\n  {key}")
    if known != key:  # another log than the last time, as whoever gave the key says
        kept = None
    since = _read(args.since) if args.since else kept
    report = verify.verify(source, key, since=since, faces=args.faces)
    for line in report.notes:
        print(f"✓ {line}")
    for line in report.faults:
        print(f"✗ {line}")
    if report.unsaid:
        print(f"✗ and {report.unsaid:,} more")
    if not report.holds:
        print(f"{source.place} does NOT hold.")
        if given is None and known is not None:
            print(f"  The key and the last checkpoint are those kept in {state.path}.")
        return FAILS
    if since is None:
        print("  Nothing to compare with from an earlier time; the checkpoint is kept for the next one.")
    state.put(source.place, key, report.checkpoint)
    print(f"{source.place} holds.")
    return HOLDS


def _receipt(path: Path, given: note.Verifier | None) -> int:
    if given is None:
        print("summitry verify: a proof file needs --key: it must not vouch for itself", file=sys.stderr)
        return UNKNOWN
    found = receipt.Receipt.parse(_read(path))
    try:
        head = found.verify(given)
    except (note.NoteError, tree.ProofError) as error:
        print(f"✗ {path}: {error}\n{path} does NOT hold.")
        return FAILS
    entry = (found.extra or b"").decode(errors="replace")
    print(
        f"✓ entry {found.index:,} is in checkpoint {head.size:,} of {head.origin}\n  {entry}\n{path} holds."
    )
    return HOLDS


def _read(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise note.NoteError(f"{path} is longer than {MAX_FILE:,} bytes")
    return data.decode()


def _default_state() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "summitry-verify"


class _State:
    """The keys and checkpoints of earlier times, one JSON file: {place: {"key", "checkpoint"}}."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._kept = json.loads(path.read_bytes())
            if not isinstance(self._kept, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            self._kept = {}
        except ValueError as error:
            raise sources.SourceError(f"{path} is not a state file of this command: {error}") from None

    def get(self, place: str) -> tuple[note.Verifier | None, str | None]:
        """The key and the checkpoint of the last time."""
        kept = self._kept.get(place)
        if not isinstance(kept, dict):
            return None, None
        return note.Verifier.parse(str(kept.get("key"))), str(kept.get("checkpoint"))

    def put(self, place: str, key: note.Verifier, checkpoint: str) -> None:
        self._kept[place] = {"key": str(key), "checkpoint": checkpoint}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        fresh.write_text(json.dumps(self._kept, indent=1, sort_keys=True) + "\n")
        fresh.replace(self.path)
