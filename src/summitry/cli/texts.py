"""`summitry import document FILE`: a text into a draft, or as a translation."""

import argparse
from typing import TYPE_CHECKING

from summitry.cli import environment
from summitry.cli.problem import Problem

if TYPE_CHECKING:
    from summitry.documents.importing import Look
    from summitry.documents.models import Version
    from summitry.documents.structure import Draft


def take_in(args: argparse.Namespace) -> int:
    """`summitry import document FILE --document SLUG`: into its draft, which is begun if there is none, or as
    a translation. A document that is not there yet is made; its title is that of the file."""
    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise Problem(f"{args.file} cannot be read ({error.strerror}).") from None
    environment.load()
    environment.need_migrated()
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from summitry.documents import formats, importing

    if not args.document:
        raise Problem("Say which document it is: --document SLUG")
    try:
        taken = formats.read(data, args.language)
        with transaction.atomic():  # first only looked at
            look = importing.look(_prepared(args, taken), taken)
            transaction.set_rollback(True)
        print("\n".join(summary(look, dry_run=args.dry_run)))
        if not args.dry_run:
            importing.take(None, _prepared(args, taken), taken)
    except ValidationError as error:
        raise Problem("\n  ".join([f"{args.file}:", *error.messages])) from None
    return 0


def _prepared(args: argparse.Namespace, taken: "Draft") -> "Version":
    """The version that a file goes into; document and draft are begun where they are not there."""
    from summitry.documents import acts
    from summitry.documents.models import Document, Version
    from summitry.text.value import Text

    document = Document.objects.filter(slug=args.document).first()
    if document is None:
        if not taken.title:
            raise Problem(f"{args.file} has no title, and there is no document {args.document} yet.")
        title = Text.from_values(taken.title)
        document = acts.create_document(None, slug=args.document, title=title, languages=taken.languages)
    version = document.versions.filter(published_at__isnull=True).first()
    if version is None and document.source not in taken.languages:  # a translation of what is published
        version = document.versions.order_by("-number").first()
    return version or acts.start_draft(None, document, args.stage or Version.Stage.ZERO)


def summary(look: "Look", dry_run: bool) -> list[str]:
    """What a file changes, line by line."""
    lines = ["Dry run: nothing has been changed."] if dry_run else []
    version, count = look.version, len(look.taken.passages)
    what = "translation into" if look.translation else "text in"
    lines.append(f"{version.document.slug}, version {version.number}: {what} {', '.join(look.languages)}")
    lines.append(f"  {'passages':<11}{count:>6,}")
    lines += [f"  {fate:<11}{n:>6,}" for fate, n in look.counts.items()]
    return [*lines, *(f"  {remark}" for remark in look.taken.remarks)]
