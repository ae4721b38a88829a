"""`summitry import frab FILE`: takes in a schedule in frab/Pentabarf XML."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.cli import environment
from summitry.cli.problem import Problem

if TYPE_CHECKING:
    from summitry.gatherings.imports import Item, Report

SHOWN = 10  # lines of each list


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("frab", help="a schedule in frab/Pentabarf XML")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--gathering", metavar="SLUG", help="into this one (default: the one of the file's acronym, else new)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument(
        "--allow-overlaps", action="store_true", help="take sessions that share a room at one time"
    )
    parser.add_argument(
        "--source", default="", help="whose ids of persons these are (default: the host of base_url)"
    )
    parser.add_argument("--release", action="store_true", help="publish the programme afterwards")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise Problem(f"{args.file} cannot be read ({error.strerror}).") from None
    environment.load()
    environment.need_migrated()
    from django.core.exceptions import ValidationError

    from summitry.gatherings import acts
    from summitry.gatherings.models import Gathering

    gathering = None
    if args.gathering:
        gathering = Gathering.objects.filter(slug=args.gathering).first()
        if gathering is None:
            raise Problem(f"There is no gathering {args.gathering}.")
    try:
        report = acts.import_frab(
            None,
            gathering,
            data,
            dry_run=args.dry_run,
            allow_overlaps=args.allow_overlaps,
            source=args.source,
        )
        print("\n".join(summary(report)))
        if args.release and not args.dry_run:
            reason = "The imported file says so." if report.overlaps else ""
            made = acts.release(None, report.gathering, overlap_reason=reason)
            print(f"Released as version {made.version}; digest {made.digest}.")
    except ValidationError as error:
        raise Problem("\n  ".join([f"{args.file}:", *error.messages])) from None
    return 0


def summary(report: "Report") -> Iterator[str]:
    """What an import did, line by line."""
    if report.dry_run:
        yield "Dry run: nothing has been changed."
    named = "new gathering" if report.is_new else "gathering"
    found = report.gathering
    yield f"{found.title} ({named} {found.slug}): {report.sessions:,} sessions in the file"
    for label, items in (
        ("new", report.new),
        ("changed", report.changed),
        ("retitled", report.retitled),
        ("moved", report.moved),
        ("cancelled", report.cancelled),
        ("restored", report.restored),
    ):
        yield f"  {label:<10}{len(items):>6,}"
        if not report.is_new:
            yield from _listed(items)
    yield f"  {'unchanged':<10}{report.unchanged:>6,}"
    yield f"  persons: {report.new_persons:,} new, {report.changed_persons:,} renamed"
    yield f"  rooms: {report.new_rooms:,} new; tracks: {report.new_tracks:,} new"
    for problem in report.overlaps[:SHOWN]:
        yield f"  overlap taken: {problem}"


def _listed(items: "tuple[Item, ...]") -> Iterator[str]:
    for item in items[:SHOWN]:
        what = f" ({', '.join(item.fields)})" if item.fields else ""
        yield f"      {item.external_id or item.slug}  {item.title}{what}"
    if len(items) > SHOWN:
        yield f"      … and {len(items) - SHOWN:,} more"
