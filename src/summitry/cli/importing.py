"""`summitry import FORMAT FILE`: takes in a programme in any registered format, an opinion vote, or a list of
signatories."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.cli import environment, texts
from summitry.cli.problem import Problem

if TYPE_CHECKING:
    from summitry.gatherings.imports import Item, Report

SHOWN = 10  # lines of each list


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("import", help="take in a programme, an opinion vote or signatories")
    parser.add_argument(
        "format",
        metavar="FORMAT",
        help="frab, csv, … (docs/formats.md lists them), or “auto”: told by the file; “polis” for an opinion "
        "vote: a folder or a zip of its export; “signatories” for a CSV of those who signed a document; "
        "“document” for a text",
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--gathering", metavar="SLUG", help="into this one (default: the one that the file names, else new)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument(
        "--allow-overlaps", action="store_true", help="take sessions that share a room at one time"
    )
    parser.add_argument(
        "--source",
        default="",
        help="whose ids of persons these are (default: the host of base_url); whose list of signatories",
    )
    parser.add_argument(
        "--document", metavar="SLUG", help="that these signatories have signed, or whose text it is"
    )
    parser.add_argument("--release", action="store_true", help="publish the programme afterwards")
    parser.add_argument(
        "--language",
        default="en",
        help="of a Polis export’s statements, of signatories’ names, of a text (default: en)",
    )
    parser.add_argument("--stage", metavar="STAGE", help="of a draft that is begun (default: zero)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.format in OTHERS:
        return OTHERS[args.format](args)
    data = _bytes(args.file)
    environment.load()
    environment.need_migrated()
    from django.core.exceptions import ValidationError

    from summitry.gatherings import acts, formats
    from summitry.gatherings.models import Gathering

    readers = {one.key for one in formats.readers()}
    if args.format not in readers | {"auto"}:
        raise Problem(f"There is no format {args.format}. Those that are read: {', '.join(sorted(readers))}.")
    gathering = None
    if args.gathering:
        gathering = Gathering.objects.filter(slug=args.gathering).first()
        if gathering is None:
            raise Problem(f"There is no gathering {args.gathering}.")
    try:
        report = acts.import_schedule(
            None,
            gathering,
            data,
            format="" if args.format == "auto" else args.format,
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


def take_in_opinions(args: argparse.Namespace) -> int:
    """An export of Polis, and the map of it."""
    if not args.file.exists():
        raise Problem(f"{args.file} cannot be read (there is no such file or folder).")
    environment.load()
    environment.need_migrated()
    from django.core.exceptions import ValidationError

    from summitry.opinions import acts, polis

    try:
        report = acts.import_polis(None, polis.read(args.file), language=args.language, dry_run=args.dry_run)
        if args.dry_run:
            print("Dry run: nothing has been changed.")
        elif report.conversation is not None and not report.conversation.reported_at:
            acts.draw_map(report.conversation)
    except ValidationError as error:
        raise Problem("\n  ".join([f"{args.file}:", *error.messages])) from None
    named = report.conversation.slug if report.conversation else "new"
    print(f"{report.title} ({named})")
    for label, all_, new in (
        ("people", report.people, report.new_people),
        ("statements", report.statements, report.new_statements),
        ("votes", report.votes, report.new_votes),
    ):
        print(f"  {label:<11}{all_:>8,}, {new:,} new")
    if report.changed_votes:
        print(f"  {report.changed_votes:,} votes changed")
    return 0


def take_in_signatories(args: argparse.Namespace) -> int:
    """A list of those who signed a document elsewhere."""
    data = _bytes(args.file)
    environment.load()
    environment.need_migrated()
    from django.core.exceptions import ValidationError

    from summitry.documents import acts, roll
    from summitry.documents.models import Document

    document = Document.objects.filter(slug=args.document or "").first()
    if document is None:
        raise Problem(f"There is no document {args.document}." if args.document else "Name it: --document.")
    try:
        rows, remarks = roll.read(data)
        report = acts.take_in_signatories(
            None,
            document,
            rows,
            source=args.source or args.file.name,
            remarks=remarks,
            language=args.language,
            dry_run=args.dry_run,
        )
    except ValidationError as error:
        raise Problem("\n  ".join([f"{args.file}:", *error.messages])) from None
    if args.dry_run:
        print("Dry run: nothing has been changed.")
    print(f"{document.title} ({document.slug}): {report.rows:,} signatories, {report.countries} countries")
    print(f"  {report.new:,} new, {report.changed:,} with another date, {report.same:,} as they were")
    print(f"  {report.new_organisations:,} new organisations; {report.undated:,} undated")
    for remark in report.remarks[:SHOWN]:
        print(f"  {remark}")
    if len(report.remarks) > SHOWN:
        print(f"  … and {len(report.remarks) - SHOWN:,} more")
    if report.gone:
        print(f"  {report.gone:,} signatures of an earlier list are not in this one: they stay")
    return 0


# What is taken in beside programmes.
OTHERS = {"polis": take_in_opinions, "signatories": take_in_signatories, "document": texts.take_in}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}).") from None


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
