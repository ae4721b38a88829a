"""Comments: made, withdrawn, translated; and what comments and amendments share."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, Role, User
from summitry.people.queries import acting_as
from summitry.record import acts as record
from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.record.queries import entries_about
from summitry.text import machine
from summitry.text.value import Text

from .. import consulting, quoting
from ..models import Amendment, Comment, Contribution, Provision, Said, Version
from ..models.consulting import LONGEST_COMMENT
from .common import lock
from .words import language_of, lines

State = Contribution.State


def hold[C: Comment | Amendment](said: C, seen: str = "") -> C:
    """A comment or an amendment as it stands now, held with its version until the act ends. `seen`: the state
    in which somebody saw it; Stale if it is in another."""
    version = lock(said.version)
    found = (
        type(said)
        .objects.select_for_update(of=("self",))
        .select_related("person__user", "organisation")
        .get(pk=said.pk)
    )
    found.version = version
    if seen and seen != found.state:
        raise Stale
    return cast(C, found)


def next_number(model: type[Contribution], version: Version) -> int:
    """The number of the next one; the version is held."""
    last = model._default_manager.filter(version=version).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def provision_of(version: Version, anchor: str) -> Provision | None:
    """The provision that is spoken of; None for the whole version. Raises ValidationError."""
    if not anchor:
        return None
    found = version.provisions.filter(anchor=anchor).first()
    if found is None:
        raise ValidationError(
            {"anchor": _("There is no provision “%(anchor)s” in this version.") % {"anchor": anchor[:12]}}
        )
    return found


def told_of(said: Said, kind: str, actor: User | None, *, by: str = "", **more: Any) -> None:
    """Enters an act about a comment or an amendment in the record: numbers, never what somebody wrote.
    private: what is only committed to. `by`: the role, else that of the house."""
    private = more.pop("private", None)
    document = said.version.document
    facts = {"title": document.title, "slug": document.slug, "version": said.version.number}
    enter(
        f"documents.{kind}",
        subject=said.subject,
        facts={**facts, "number": said.number, **more},
        by=by or acting_as(actor, document, Role.SECRETARIAT, Role.TRANSLATOR),
        actor=actor,
        private=private,
    )


def _quote(provision: Provision | None, words: str, language: str, start: int | None) -> dict[str, Any]:
    """The columns of what is quoted. Raises ValidationError."""
    if not words.strip():
        return {}
    if provision is None:
        raise ValidationError({"quote": _("Say in which provision these words stand.")})
    text = provision.text.get(language)
    if not text:
        raise ValidationError({"quote": _("This provision has no words in that language.")})
    found = quoting.find(text, lines(words, "quote", 2000), start)
    return {"quote": found.words, "quote_start": found.start, "quote_language": language}


@act
def comment(
    actor: User,
    version: Version,
    text: str,
    *,
    language: str = "",
    anchor: str = "",
    quote: str = "",
    quote_language: str = "",
    quote_start: int | None = None,
    organisation: Organisation | None = None,
    now: datetime | None = None,
) -> Comment:
    """Comments on a version, on a provision (`anchor`), or on words in it (`quote`, in one language of the
    version, found where they stand), while comments run; for herself or for an organisation. `now` is when
    the request arrived: at the last instant it is in time. The same twice gives the same.

    The record holds the comment's number and a commitment to its words. Raises PermissionDenied;
    ValidationError by field, or with the exact times for what is late.
    """
    now = now or timezone.now()
    require(actor, "documents.comment", version)
    version = lock(version)
    consulting.check_open(version, now)
    consulting.check_speaker(actor, organisation)
    words = lines(text, "text", LONGEST_COMMENT, _("Write your comment."))
    code = language_of(language)
    quoted = _quote(
        provision_of(version, anchor), quote, quote_language or version.document.source, quote_start
    )
    same = version.comments.filter(
        person=actor.person, organisation=organisation, anchor=anchor, state=State.SHOWN, **quoted
    )
    for one in same if quoted else same.filter(quote=""):
        if one.text.get(one.text.source) == words:
            return one
    made = Comment.objects.create(
        version=version,
        number=next_number(Comment, version),
        anchor=anchor,
        person=actor.person,
        organisation=organisation,
        text=Text.of(words, code),
        made_at=now,
        **quoted,
    )
    told_of(made, "commented", actor, by="participant", anchor=anchor, private={"words": words})
    return made


def forget_words(said: Said) -> None:
    """What the record could open of its commitments to somebody's words goes."""
    for entry in entries_about(said.subject):
        record.forget(entry, "words")


@act
def withdraw_comment(actor: User, said: Comment) -> Comment:
    """Takes one's comment back, at any time: its words go for good, its place and its answer stay. Twice
    changes nothing. Raises PermissionDenied."""
    require(actor, "documents.withdraw_contribution", said)
    said = hold(said)
    if not said.text:
        return said
    machine.forget(said.text)
    said.text = Text()
    if said.state == State.SHOWN:
        said.state, said.decided_at = State.WITHDRAWN, timezone.now()
    said.save(update_fields=["text", "state", "decided_at"])
    told_of(said, "comment_withdrawn", actor, by="participant")
    forget_words(said)
    return said


@act
def translate_comment(actor: User, said: Comment, language: str, words: str) -> Comment:
    """Gives, or mends, a translation of a comment; empty words take away one that is there. Raises
    PermissionDenied; ValidationError by field."""
    require(actor, "documents.translate", said.version)
    said = hold(said)
    if not said.is_shown:
        raise ValidationError(_("This comment is not shown any more."), code="state")
    if language not in settings.CONTENT_LANGUAGES or language == said.text.source:
        raise ValidationError({"language": _("Choose another language than that of the comment.")})
    line, there = lines(words, "words", LONGEST_COMMENT), said.text.get(language)
    if not line and not there:
        raise ValidationError({"words": _("Write the translation.")})
    if line == there:
        return said
    said.text = said.text.edited({**said.text.values, language: line})
    if line:
        said.text = said.text.reviewed(language)
    said.save(update_fields=["text"])
    told_of(said, "comment_translated", actor, language=language)
    return said
