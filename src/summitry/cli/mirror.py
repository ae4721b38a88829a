"""`summitry mirror GATHERING DIR`: a gathering as a folder of files, to be read without a server."""

import argparse
import os
import signal
import sys
from pathlib import Path

from summitry.cli import environment
from summitry.cli.problem import Problem

DESCRIPTION = """Writes every published page of a gathering, in all languages, with search, exports and
proofs, as a static site: into a new or an empty folder, or in place of an older copy of the same gathering.
It is read from a stick, without a server or a connection. The folder changes only when all is made."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "mirror", help="write a gathering as files to read anywhere", description=DESCRIPTION
    )
    parser.add_argument("gathering", metavar="GATHERING", help="the last part of its address")
    parser.add_argument("folder", metavar="DIR", type=Path, help="where to; made if it is not there")
    parser.add_argument(
        "--processes",
        type=int,
        default=min(os.cpu_count() or 1, 6),
        help="how many work at it (one a processor)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    from summitry.gatherings import mirror
    from summitry.gatherings.models import Gathering

    gathering = Gathering.objects.select_related("released").filter(slug=args.gathering).first()
    if gathering is None:
        raise Problem(f"There is no gathering {args.gathering}.")

    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # and what was begun is taken away
    try:
        made = mirror.write(
            gathering, args.folder, processes=args.processes, say=lambda words: print(words, flush=True)
        )
    except mirror.Problem as problem:
        raise Problem(str(problem)) from None
    print(f"{args.folder}: {made.pages:,} pages, {made.files:,} files, {made.bytes / 1e6:,.0f} MB.")
    print(f"Open {args.folder / 'index.html'}")
    return 0
