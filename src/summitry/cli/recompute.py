"""`summitry recompute`: does a sealed verdict follow from its own inputs?"""

import argparse
import hashlib
import sys
from pathlib import Path

from summitry.cli import environment
from summitry.cli.problem import Problem

MATCHES, DIFFERS = 0, 1
MAX_FILE = 500_000_000  # bytes of a sealed verdict
DESCRIPTION = """Computes a call's sealed verdict again from the inputs, the rules' version and the seed that
are sealed in it, and compares the result to the byte. Give the address of a call of this deployment, or a
file that an auditor was given: then no database is asked. Ends with 0 if it is the same, 1 if it is not."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("recompute", help="compute a sealed verdict again", description=DESCRIPTION)
    parser.add_argument("place", metavar="CALL_OR_FILE", help="the address of a call, or a verdict's file")
    parser.add_argument("--digest", metavar="HEX", help="the digest that the record has; it must be this one")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    path = Path(args.place)
    if path.is_file():
        if path.stat().st_size > MAX_FILE:
            raise Problem(f"{path} is too large for a verdict.")
        try:
            body = path.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise Problem(f"{path} is no text: {error}") from error
        sealed = [(path.name, body, args.digest)]
    else:
        sealed = [(name, body, args.digest or digest) for name, body, digest in _of_call(args.place)]
    return max([_compare(name, body, digest) for name, body, digest in sealed])


def _of_call(slug: str) -> list[tuple[str, str, str]]:
    """The verdict in force with the digest that entered the record."""
    environment.connect()
    from summitry.calls.models import Call
    from summitry.record.queries import entries_about

    call = Call.objects.filter(slug=slug).first()
    if call is None:
        raise Problem(f"There is neither a file nor a call “{slug}”.")
    verdict = call.verdicts.filter(superseded_at=None).first()
    if verdict is None:
        raise Problem(f"The verdict of “{slug}” has not been sealed.")
    entered = entries_about(f"calls.verdict:{slug}").filter(kind="calls.sealed").last()
    return [(slug, verdict.body, entered.facts["verdict"] if entered else verdict.digest)]


def _compare(name: str, body: str, digest: str | None) -> int:
    from summitry.calls import verdicts

    found = hashlib.sha256(body.encode()).hexdigest()
    print(f"{name}: {len(body.encode()):,} bytes, sha256 {found}")
    status = MATCHES
    if digest and digest.lower() != found:
        print(f"The digest is not the one that was entered: {digest}", file=sys.stderr)
        status = DIFFERS
    try:
        again = verdicts.recompute(body)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        print(f"This is no sealed verdict: {type(error).__name__} {error}", file=sys.stderr)
        return DIFFERS
    if again != body:
        at = next(
            (n for n, (one, two) in enumerate(zip(body, again, strict=False)) if one != two), len(again)
        )
        print(
            f"Computed again it differs, first at character {at:,}: …{again[max(0, at - 40) : at + 40]}…",
            file=sys.stderr,
        )
        return DIFFERS
    print("Computed again it is the same to the byte.")
    return status
