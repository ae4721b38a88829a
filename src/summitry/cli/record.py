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
        description="Writes entries, tiles, checkpoint, key and faces as files, "
        'for mirrors and for "summitry verify".',
    )
    export.add_argument("directory", metavar="DIR", type=Path)
    renew = actions.add_parser(
        "renew-faces",
        help="take public pages anew after an update",
        description="After an update of the software that shows the same things in another form: "
        "enters, for all to see, the digest "
        "of each public page that is not as the last entry about it left it.",
    )
    renew.add_argument("--yes", action="store_true", help="do it; without this, only say what would be done")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    if args.action == "renew-faces":
        return _renew(args.yes)
    from summitry.record.export import export

    try:
        size = export(args.directory)
    except OSError as error:
        raise Problem(f"{args.directory}: {error.strerror}") from error
    print(f"{size:,} entries written to {args.directory}." if size else "The record has no entry yet.")
    return 0


def _renew(really: bool) -> int:
    from summitry.record import acts, queries

    for subject in acts.renew_faces() if really else queries.changed_faces():
        print(subject)
    if not really:
        print("Nothing was entered. To enter these, add --yes.")
    return 0
