"""`summitry record`: the record's public data as files."""

import argparse
from pathlib import Path

from summitry.cli import environment
from summitry.cli.problem import Problem


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "record", help="write the record's public data", description="The public record."
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    export = actions.add_parser(
        "export",
        help="write it as a directory",
        description='Writes entries, tiles, checkpoint, key and faces as files, for mirrors and for "summitry verify".',
    )
    export.add_argument("directory", metavar="DIR", type=Path)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    from summitry.record.export import export

    try:
        size = export(args.directory)
    except OSError as error:
        raise Problem(f"{args.directory}: {error.strerror}") from error
    print(f"{size:,} entries written to {args.directory}." if size else "The record has no entry yet.")
    return 0
