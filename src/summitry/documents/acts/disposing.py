"""Answers: to each comment and amendment of a version, published one by one or all together, corrected."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.models import Role, User
from summitry.people.queries import acting_as
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import consulting, consulting_faces, consulting_letters, dispositions
from ..models import Amendment, Comment, Contribution, Provision, Report, Said, Version
from ..models.consulting import LONGEST_ANSWER
from .commenting import hold
from .common import lock, told
from .words import lines, public, reason_of

State = Contribution.State
AT_ONCE = 500
_ANSWER = ["outcome", "answer", "answer_anchor", "answered_at", "answer_published_at"]


def check_answer(version: Version, outcome: str, words: Text | str, anchor: str = "") -> Text:
    """The words of an answer that may be given. Raises ValidationError by field."""
    kind = dispositions.get(outcome)
    if kind is None:
        raise ValidationError({"outcome": _("Choose one of these answers.")})
    if anchor:
        if not kind.places:
            raise ValidationError({"anchor": _("With this answer the text changes nowhere.")})
        there = Provision.objects.filter(version__document=version.document, anchor=anchor)
        if not there.filter(version__number__gte=version.number).exists():
            raise ValidationError(
                {
                    "anchor": _("There is no provision “%(anchor)s” in this version or a later one.")
                    % {"anchor": anchor[:12]}
                }
            )
    return public(words, "answer", LONGEST_ANSWER, _("Say why: the answer is published."))


def _label(said: Said) -> str:
    return (_("comment %(number)d") if isinstance(said, Comment) else _("amendment %(number)d")) % {
        "number": said.number
    }


def _parts(said: Iterable[Said]) -> list[Amendment]:
    """The amendments that were made part of these: they get the same answer."""
    found: list[Amendment] = []
    whole = [one.pk for one in said if isinstance(one, Amendment)]
    while whole:
        parts = list(
            Amendment.objects.select_for_update(of=("self",))
            .filter(combined_into__in=whole)
            .select_related("person__user", "organisation")
            .order_by("pk")
        )
        found += parts
        whole = [one.pk for one in parts]
    return found


def put_answer(
    actor: User,
    version: Version,
    said: Sequence[Said],
    outcome: str,
    words: Text,
    anchor: str,
    *,
    publish: bool,
) -> None:
    """Within an act, the version and these held: they are answered so, and what was made part of them. Where
    only members read, answers are published all together."""
    now, parts = timezone.now(), _parts(said)
    every: list[Said] = [*said, *parts]
    for one in every:
        one.version = version
        one.outcome, one.answer, one.answer_anchor, one.answered_at = outcome, words, anchor, now
        one.save(update_fields=_ANSWER)
    if publish and consulting.is_open_to_all(version):
        _publish(actor, version, every, now)


def _told(version: Version, kind: str, actor: User, **facts: Any) -> None:
    """Enters an act about the answers to a version, which are a subject of their own."""
    document = version.document
    enter(
        f"documents.{kind}",
        subject=f"documents.disposition:{version.key}",
        facts={"title": document.title, "slug": document.slug, "number": version.number, **facts},
        by=acting_as(actor, document, Role.SECRETARIAT),
        actor=actor,
    )


def _publish(actor: User, version: Version, said: Sequence[Said], now: datetime) -> None:
    """Answers become public; who asked is told in her language."""
    for model in (Comment, Amendment):
        keys = [one.pk for one in said if isinstance(one, model)]
        model._default_manager.filter(pk__in=keys).update(answer_published_at=now)
    for one in said:
        one.answer_published_at = now
    _told(
        version,
        "answered",
        actor,
        comments=sorted(one.number for one in said if isinstance(one, Comment)),
        amendments=sorted(one.number for one in said if isinstance(one, Amendment)),
        count=len(said),
    )
    consulting_letters.answers(version, said)


@act
def answer(
    actor: User,
    said: Sequence[Said],
    outcome: str,
    words: Text | str,
    *,
    anchor: str = "",
    publish: bool = False,
) -> list[Said]:
    """Answers comments and amendments of one version alike: what becomes of them (a key of `dispositions`),
    why, and where in the text it shows. Until it is published an answer can be changed and nobody outside the
    house sees it; `publish` does it at once, and tells those who asked.

    Raises PermissionDenied; ValidationError by field."""
    if not 1 <= len(said) <= AT_ONCE:
        raise ValidationError(
            {"said": _("Choose one to %(most)d comments and amendments.") % {"most": AT_ONCE}}
        )
    if len({one.version_id for one in said}) > 1:
        raise ValidationError({"said": _("These speak of different versions.")})
    version = said[0].version
    require(actor, "documents.answer", version)
    version = lock(version)
    why = check_answer(version, outcome, words, anchor)
    held: list[Said] = [hold(one) for one in sorted(said, key=lambda one: (one._meta.label, one.pk))]
    for one in held:
        if one.state != State.SHOWN:
            raise ValidationError(
                {"said": _("This does not wait for an answer: %(one)s.") % {"one": _label(one)}}
            )
        if one.has_public_answer:
            raise ValidationError(
                {
                    "said": _("The answer is published and can only be corrected: %(one)s.")
                    % {"one": _label(one)}
                }
            )
    put_answer(actor, version, held, outcome, why, anchor, publish=publish)
    return held


@act
def correct_answer(
    actor: User, said: Said, outcome: str, words: Text | str, reason: Text | str, *, anchor: str = ""
) -> Said:
    """Corrects a published answer, for a reason that everybody can read; who asked is told. The record keeps
    what the answer was. Raises PermissionDenied; ValidationError by field."""
    require(actor, "documents.answer", said.version)
    said = hold(said)
    if not said.has_public_answer:
        raise ValidationError(_("This answer is not published: it can be changed."), code="state")
    why, because = check_answer(said.version, outcome, words, anchor), reason_of(reason)
    if (said.outcome, said.answer, said.answer_anchor) == (outcome, why, anchor):
        return said
    before = said.outcome
    every: list[Said] = [said, *_parts([said])]
    for one in every:
        one.version = said.version
        one.outcome, one.answer, one.answer_anchor = outcome, why, anchor
        one.answered_at = timezone.now()
        one.save(update_fields=_ANSWER)
    _told(
        said.version,
        "answer_corrected",
        actor,
        said=f"{said._meta.model_name}s/{said.number}",
        before=before,
        after=outcome,
        reason=because,
    )
    consulting_letters.answers(said.version, every, correction=because)
    return said


def unanswered(version: Version) -> list[str]:
    """What waits for an answer, in words: "comment 3". Two queries."""
    return [
        _label(one)
        for model in (Comment, Amendment)
        for one in model._default_manager.filter(version=version).unanswered().order_by("number")
    ]


@act
def publish_disposition(actor: User, version: Version, *, now: datetime | None = None) -> Version:
    """Publishes the answers to everything that was said of a version whose comments have ended; those who
    were not told before are told now. Twice changes nothing.

    Raises PermissionDenied; ValidationError, with a list of what has no answer yet."""
    now = now or timezone.now()
    require(actor, "documents.publish_disposition", version)
    version = lock(version)
    if version.disposed_at is not None:
        return version
    if version.comments_until is None or now <= version.comments_until:
        raise ValidationError(_("Answers are published together once comments have ended."), code="early")
    if missing := unanswered(version):
        shown = ", ".join(missing[:50]) + (" …" if len(missing) > 50 else "")
        raise ValidationError(
            ngettext(
                "%(count)d answer is missing: %(which)s.",
                "%(count)d answers are missing: %(which)s.",
                len(missing),
            )
            % {"count": len(missing), "which": shown},
            code="unanswered",
        )
    said: list[Said] = []
    for model in (Comment, Amendment):
        rows = model._default_manager.filter(version=version, answer_published_at=None).exclude(outcome="")
        said += rows.select_related("person__user", "organisation").order_by("number")
    for one in said:
        one.version = version
    version.disposed_at = now
    version.save(update_fields=["disposed_at"])
    if said:
        _publish(actor, version, said, now)
    told(version, "disposition_published", actor)
    return version


@act
def report_error(actor: User, version: Version, words: str, *, place: str = "") -> Report:
    """Says that something in the published answers is wrong. The secretariat reads the words; its reply is
    public. place: of what it is said, "comments/14". Raises PermissionDenied; ValidationError by field."""
    require(actor, "documents.report_error", version)
    version = lock(version)
    if consulting_faces.answers_of(version) is None:
        raise ValidationError(_("No answers are published yet."), code="state")
    said = lines(words, "words", LONGEST_ANSWER, _("Say what is wrong."))
    place = _place(version, place)
    if same := version.reports.filter(person=actor.person, place=place, words=said).first():
        return same
    made = Report.objects.create(
        version=version,
        number=version.reports.count() + 1,
        person=actor.person,
        place=place,
        words=said,
    )
    told(version, "error_reported", actor, by="participant", report=made.number, private={"words": said})
    return made


def _place(version: Version, place: str) -> str:
    kind, _slash, number = place.partition("/")
    if not place:
        return ""
    model = {"comments": Comment, "amendments": Amendment}.get(kind)
    known = model is not None and number.isdecimal() and len(number) < 10
    if (
        model is None
        or not known
        or not model._default_manager.filter(version=version, number=number).exists()
    ):
        raise ValidationError({"place": _("There is no such comment or amendment.")})
    return f"{kind}/{int(number)}"


@act
def reply_to_report(actor: User, report: Report, corrected: bool, reply: Text | str) -> Report:
    """Replies to somebody who reported an error: it has been corrected, or the answer stays; with words that
    everybody can read. Final. Raises PermissionDenied; ValidationError by field."""
    require(actor, "documents.answer", report.version)
    version = lock(report.version)
    report = Report.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=report.pk)
    report.version = version
    said = public(reply, "reply", LONGEST_ANSWER, _("Say something: everybody can read it."))
    if report.replied_at is not None:
        if (report.corrected, report.reply) == (corrected, said):
            return report
        raise ValidationError(_("This report has its reply: it stays."), code="replied")
    report.corrected, report.reply, report.replied_at = corrected, said, timezone.now()
    report.save(update_fields=["corrected", "reply", "replied_at"])
    _told(version, "report_replied", actor, report=report.number, corrected=corrected)
    consulting_letters.to_reporter(report)
    return report
