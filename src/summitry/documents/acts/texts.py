"""The life of a document and of its versions: made, drafted, published."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry import kept
from summitry.people import checks
from summitry.people.models import User
from summitry.people.slugs import free_slug
from summitry.record.act import Stale, act, require
from summitry.text.value import Text

from .. import letters, source
from ..models import Document, Provision, Version
from .common import enterable, lock, told

COLUMNS = (
    *("title", "summary", "issued_by", "languages", "authentic", "derives_from"),
    *("comment_days", "objection_days", "open_to_signature"),
)
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*\Z")
_MOST = 60  # languages
_PAGES = {"new", "translations", "import", "signatures", "comments"}


@act
def create_document(actor: User | None, *, title: Text, slug: str = "", **columns: Any) -> Document:
    """Makes a document without a version; nobody but those who work here sees it before one is published.

    columns: those of `COLUMNS`, and parent_scope. None as the actor is the operator. Raises PermissionDenied;
    ValidationError by field.
    """
    if actor is not None:
        require(actor, "documents.keep_document")
    parent = {name: columns.pop(name) for name in ("parent_scope",) if name in columns}
    made = Document(slug=slug or _slug(title), title=title, **_known(columns), **parent)
    _save(made)
    return made


def _slug(title: Text) -> str:
    """A free address, besides those that pages of the desk have."""
    found = free_slug(Document, title)
    return f"{found}-text" if found in _PAGES else found


@act
def edit_document(actor: User | None, document: Document, version: int, **columns: Any) -> Document:
    """Changes the facts of a document that is as old as `version` says. Once something is published its
    source language stays, and languages are only added. Raises PermissionDenied; Stale; ValidationError by
    field."""
    if actor is not None:
        require(actor, "documents.keep_document", document)
    document = lock(document)
    if version != document.version:
        raise Stale
    changed = {name: one for name, one in _known(columns).items() if getattr(document, name) != one}
    if not changed:
        return document
    public = document.versions.filter(published_at__isnull=False).exists()
    if "languages" in changed and Provision.objects.filter(version__document=document).exists():
        _check_languages_stay(document, changed["languages"])
    for name, value in changed.items():
        setattr(document, name, value)
    document.version += 1
    _save(document)
    if public:
        told(document, "edited", actor, fields=sorted(changed))
    return document


def _known(columns: dict[str, Any]) -> dict[str, Any]:
    if unknown := columns.keys() - set(COLUMNS):
        raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
    return columns


def _check_languages_stay(document: Document, wanted: list[str]) -> None:
    if wanted[:1] != document.languages[:1] or not set(document.languages) <= set(wanted):
        raise ValidationError(
            {"languages": _("There are texts already: the first language stays, others are only added.")}
        )


def _save(document: Document) -> None:
    document.title = checks.title(document.title, "title")
    for field in ("title", "summary", "issued_by"):
        enterable(getattr(document, field), field)
    codes = list(dict.fromkeys(document.languages))
    if unknown := [code for code in codes if not _CODE.match(code)]:
        raise ValidationError(
            {"languages": _("“%(code)s” is no code of a language.") % {"code": unknown[0][:20]}}
        )
    if not codes or len(codes) > _MOST:
        raise ValidationError({"languages": _("Name the languages of the text, the source first.")})
    document.languages = codes
    document.authentic = [code for code in codes if code in document.authentic] or codes[:1]
    for field in ("comment_days", "objection_days"):
        if getattr(document, field) > 365:
            raise ValidationError({field: _("At most %(most)d days.") % {"most": 365}})
    _check_ancestry(document)
    document.full_clean()
    document.save()


def _check_ancestry(document: Document) -> None:
    """Raises ValidationError if a document would derive from itself, over others."""
    ancestor, steps = document.derives_from, 0
    while ancestor is not None and document.pk:
        steps += 1
        if ancestor.pk == document.pk or steps > 100:
            raise ValidationError({"derives_from": _("A document does not derive from itself.")})
        ancestor = ancestor.derives_from


@act
def start_draft(
    actor: User | None,
    document: Document,
    stage: str,
    *,
    note: Text | None = None,
    empty: bool = False,
) -> Version:
    """Begins the next version: a copy of the last one with its anchors and translations, or an empty one.

    Raises PermissionDenied; ValidationError if there is a draft already, or the text is adopted.
    """
    if actor is not None:
        require(actor, "documents.keep_document", document)
    document = lock(document)
    last = document.versions.order_by("-number").first()
    if last is not None and not last.is_public:
        raise ValidationError(_("There is a draft already: publish or discard it first."), code="state")
    if document.versions.filter(adopted_at__isnull=False).exists():
        raise ValidationError(
            _("This text is adopted: what follows it is a new document that derives from it."), code="state"
        )
    made = Version(document=document, number=last.number + 1 if last else 1, stage=stage, note=note or Text())
    _save_version(made)
    if last is not None and not empty:
        with kept.only():
            rows = list(last.provisions.all())
            for row in rows:
                row.pk, row.version, row._state.adding = None, made, True
            Provision.objects.bulk_create(rows, batch_size=100)
    return made


def _save_version(version: Version) -> None:
    enterable(version.note, "note")
    version.full_clean()
    with kept.only():
        version.save()


def draft(version: Version, revision: int | None = None) -> Version:
    """A draft, locked, its document too. Raises Stale if it is not as old as `revision` says; ValidationError
    if it is published."""
    document = lock(version.document)
    version = lock(version)
    version.document = document
    if version.is_public:
        raise ValidationError(_("This version is published: its text stays as it is."), code="state")
    if revision is not None and revision != version.revision:
        raise Stale
    return version


@act
def edit_version(actor: User, version: Version, *, stage: str, note: Text) -> Version:
    """Says what a draft is. Raises PermissionDenied; ValidationError."""
    require(actor, "documents.keep_document", version)
    version = draft(version)
    version.stage, version.note = stage, note
    _save_version(version)
    return version


@act
def discard_draft(actor: User, version: Version, revision: int | None = None) -> None:
    """Throws a draft away; the anchors that it gave out are not given again. Raises PermissionDenied; Stale;
    ValidationError if it is published."""
    require(actor, "documents.keep_document", version)
    version = draft(version, revision)
    with kept.only():
        version.delete()


@act
def publish_version(
    actor: User | None,
    version: Version,
    revision: int | None = None,
    *,
    comments_from: datetime | None = None,
    comments_until: datetime | None = None,
) -> Version:
    """Publishes a draft: its source words never change again, and the record holds their digest. With an
    end, comments are taken from now (or from later on) until then. Those who follow the document get a
    letter.

    Raises PermissionDenied; Stale; ValidationError by field.
    """
    if actor is not None:
        require(actor, "documents.keep_document", version)
    version = draft(version, revision)
    document = version.document
    rows = list(version.provisions.order_by("position"))
    if not rows:
        raise ValidationError(_("There is nothing in this draft yet."), code="empty")
    if document.versions.filter(adopted_at__isnull=False).exists():  # while it was drafted
        raise ValidationError(_("Another version of this document is adopted."), code="state")
    now = timezone.now()
    if comments_until is not None:
        comments_from = max(comments_from or now, now)
        check_period(document, comments_from, comments_until)
    elif comments_from is not None:
        raise ValidationError({"comments_until": _("Say until when comments are taken.")})
    first = not document.versions.filter(published_at__isnull=False).exists()
    version.published_at, version.digest = now, source.digest(version, rows)
    version.comments_from, version.comments_until = comments_from, comments_until
    version.full_clean()
    version.save()
    if first:
        told(document, "begun", actor)
    told(
        version,
        "published",
        actor,
        stage=version.stage,
        provisions=len(rows),
        digest=version.digest,
        comments_until=comments_until.isoformat() if comments_until else None,
    )
    letters.published(version, besides=actor)
    return version


def check_period(document: Document, begins: datetime, ends: datetime, field: str = "comments_until") -> None:
    """Raises ValidationError under this field unless comments run for as long as the document asks."""
    days = document.comment_days
    earliest = begins + timedelta(days=days, minutes=1)  # shown without its seconds
    if ends < begins + timedelta(days=days) or ends <= begins:
        raise ValidationError(
            {
                field: ngettext(
                    "Comments are taken for at least %(days)d day: until %(earliest)s UTC at the earliest.",
                    "Comments are taken for at least %(days)d days: until %(earliest)s UTC at the earliest.",
                    days,
                )
                % {"days": days, "earliest": date_format(earliest, "SHORT_DATETIME_FORMAT")}
            }
        )
