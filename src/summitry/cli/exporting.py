"""`summitry export document SLUG`: a text as files."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.cli import environment
from summitry.cli.problem import Problem

if TYPE_CHECKING:
    from summitry.documents.models import Document, Version


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("export", help="write a document as files")
    parser.add_argument("what", choices=["document"], metavar="document")
    parser.add_argument("document", metavar="SLUG", help="the last part of its address")
    parser.add_argument("--version", type=int, metavar="N", help="this one (default: the newest published)")
    parser.add_argument(
        "--format", metavar="FORMAT", help="docx, markdown, akn or pdf (default: all of them)"
    )
    parser.add_argument(
        "--language",
        action="append",
        metavar="CODE",
        help="of its words; may be repeated (default: each language, a file each)",
    )
    parser.add_argument(
        "--beside", action="store_true", help="the languages side by side in one file, where a format can"
    )
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to (default: here)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    from summitry.documents import exporting, formats, queries
    from summitry.documents.formats.pdf import NoPrinter

    version = _version(_document(args.document), args.version)
    writers = [one for one in formats.writers() if args.format in (None, one.key)]
    if not writers:
        known = ", ".join(one.key for one in formats.writers())
        raise Problem(f"There is no format {args.format}. Those that are written: {known}.")
    wanted = args.language or version.document.languages
    if strange := [code for code in wanted if code not in version.document.languages]:
        raise Problem(f"The document has no language {strange[0]}.")
    rows, entry = queries.provisions(version), queries.publication(version)
    args.out.mkdir(parents=True, exist_ok=True)
    for one in writers:
        sets = [wanted[: one.several]] if args.beside and one.several > 1 else [[code] for code in wanted]
        for languages in sets:
            assert one.write is not None  # noqa: S101  (a writer)
            try:
                data = one.write(exporting.sheet(version, rows, entry, languages))
            except NoPrinter as error:
                raise Problem(str(error)) from None
            path = args.out / exporting.file_name(version, one, languages)
            path.write_bytes(data)
            print(f"{path}  {len(data):,} bytes")
    return 0


def _document(slug: str) -> "Document":
    from summitry.documents.models import Document

    found = Document.objects.filter(slug=slug).first()
    if found is None:
        raise Problem(f"There is no document {slug}.")
    return found


def _version(document: "Document", number: int | None) -> "Version":
    versions = document.versions.select_related("document").order_by("-number")
    found = versions.filter(number=number) if number else versions.filter(published_at__isnull=False)
    version = found.first()
    if version is None:
        raise Problem(
            f"{document.slug} has no version {number}."
            if number
            else f"Nothing of {document.slug} is published; --version names a draft."
        )
    return version
