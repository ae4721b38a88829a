"""The command line: `summitry --help`. Django is loaded only by the commands that need it."""

import argparse
import importlib
import os
import sys
from typing import NoReturn

from summitry import __version__
from summitry.cli.problem import Problem

# Each module offers add_parser(subparsers) and run(args) -> exit status.
COMMANDS = (
    "demo",
    "serve",
    "worker",
    "migrate",
    "check",
    "importing",
    "exporting",
    "timetable",
    "verify",
    "opinions",
    "signatures",
    "recompute",
    "mirror",
    "record",
    "manage",
)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="summitry",
        description="Runs an international summit and the permanent institution behind it.",
        epilog="Settings are environment variables; docs/operations.md lists them all.",
    )
    top.add_argument("--version", action="version", version=f"summitry {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"summitry.cli.{name}").add_parser(commands)
    return top


def main(argv: list[str] | None = None) -> NoReturn:
    """Runs one command and leaves with its exit status: 0 done, 1 a problem to mend, 2 wrong usage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.settings")
    words = sys.argv[1:] if argv is None else argv
    try:
        if sys.version_info < (3, 12):  # noqa: UP036  (what the packaging promises, an old checkout may not keep)
            raise Problem(f"Summitry needs Python 3.12 or newer, this is {sys.version.split()[0]}.")
        if words[:1] == ["manage"]:  # its own words may begin with "-": argparse would take them for ours
            from summitry.cli import manage

            sys.exit(manage.pass_on(words[1:]))
        top = parser()
        args = top.parse_args(words)
        if args.command is None:
            top.print_help()
            sys.exit(2)
        sys.exit(args.run(args))
    except Problem as problem:
        print(f"summitry: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as in `summitry record export | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
