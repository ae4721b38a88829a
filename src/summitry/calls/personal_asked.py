"""What calls keep about a person beside her entries and her judging: supplements, mergers, objections."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import timezone

from summitry.people.models import Person, User
from summitry.people.shapes import MOMENT, PERHAPS, TEXT, WORD, rows
from summitry.text.value import Text

from .codec import moment
from .models import Call, Elimination, Merger, MergerConsent, Objection, Supplement

if TYPE_CHECKING:
    from .forgetting import Names

_MAYBE = {"type": ["boolean", "null"]}
_WORK = {"call": WORD, "ref": WORD, "stage": WORD}


PARTS = {
    "supplements": rows(**_WORK, sent=MOMENT, sha256=WORD),
    "merger_answers": rows(**_WORK, into=WORD, agrees={"type": "boolean"}, at=MOMENT),
    "merger_proposals": rows(**_WORK, into=WORD, reason=TEXT, state=WORD, at=MOMENT),
    "objections": rows(**_WORK, words=WORD, filed=MOMENT, withdrawn=PERHAPS, upheld=_MAYBE, answer=TEXT),
    "objection_replies": rows(**_WORK, reply=WORD, at=MOMENT),
    "objection_answers": rows(**_WORK, upheld={"type": "boolean"}, answer=TEXT, at=MOMENT),
}


def give(user: User) -> dict[str, Any]:
    """What she sent in addition, agreed to or refused, proposed, objected to, and answered as the chair; and
    the replies to objections to her entries, without the objections. Six queries."""
    consents = MergerConsent.objects.filter(person__user=user).select_related(
        "merger__submission__call", "merger__into", "merger__stage"
    )
    proposals = Merger.objects.filter(proposed_by__user=user).select_related(
        "submission__call", "into", "stage"
    )
    hers = Supplement.objects.filter(submission__applicant__user=user)
    return {
        "supplements": [
            _of(one) | {"sent": moment(one.sent_at), "sha256": one.digest}
            for one in hers.select_related("submission__call", "stage").order_by("pk")
        ],
        "merger_answers": [
            _of(one.merger) | {"into": one.merger.into.ref, "agrees": one.agrees, "at": moment(one.at)}
            for one in consents.order_by("pk")
        ],
        "merger_proposals": [
            _of(one)
            | {
                "into": one.into.ref,
                "reason": one.reason.values,
                "state": one.state,
                "at": moment(one.proposed_at),
            }
            for one in proposals.order_by("pk")
        ],
        "objections": [
            _of(one)
            | {
                "words": one.words,
                "filed": moment(one.filed_at),
                "withdrawn": _at(one.withdrawn_at),
                "upheld": one.upheld,
                "answer": one.answer.values,
            }
            for one in _objections(person__user=user)
        ],
        "objection_replies": [
            _of(one) | {"reply": one.reply, "at": _at(one.replied_at)}
            for one in _objections(submission__applicant__user=user, replied_at__isnull=False)
        ],
        "objection_answers": [
            _of(one) | {"upheld": one.upheld, "answer": one.answer.values, "at": _at(one.answered_at)}
            for one in _objections(answered_by__user=user)
        ],
    }


def _objections(**where: Any) -> Any:
    return Objection.objects.filter(**where).select_related("submission__call", "stage").order_by("pk")


def _of(thing: Any) -> dict[str, Any]:
    return {"call": thing.submission.call.slug, "ref": thing.submission.ref, "stage": thing.stage.key}


def _at(value: datetime | None) -> str | None:
    return moment(value) if value else None


def forget(person: Person, names: "Names") -> None:
    """Her objections that have no answer are withdrawn, and their words go; those that were answered stay as
    nobody's, without her name, with what the chair said. Her consents stay: on them a merger rests."""
    hers = Objection.objects.filter(person=person)
    waiting = hers.filter(upheld=None)
    still = waiting.filter(
        withdrawn_at=None, submission__call__state__in=[Call.State.OPEN, Call.State.CLOSED]
    )
    still.update(withdrawn_at=timezone.now())
    waiting.update(words="")
    for one in hers.exclude(words="").select_related("submission"):
        _put(one, words=names.out_of(one.words, one.submission.language))
    for one in _objections(submission__applicant=person).exclude(reply=""):
        _put(one, reply=names.out_of(one.reply, one.submission.language))
    for one in Objection.objects.filter(answered_by=person):
        _put(one, answer=_without(one.answer, names))
    for proposal in Merger.objects.filter(proposed_by=person):
        _put(proposal, reason=_without(proposal.reason, names))
    out = Elimination.objects.filter(
        cause=Elimination.Cause.OBJECTION,
        submission__objections__answered_by=person,
        submission__objections__stage=F("stage"),
    )
    for taken in out.distinct():
        _put(taken, reason=_without(taken.reason, names))


def _without(words: Text, names: "Names") -> Text:
    return Text.from_json(names.out_of_text(words.to_json()))


def _put(thing: Any, **values: Any) -> None:
    """Save what differs."""
    changed = [name for name, value in values.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, values[name])
    if changed:
        thing.save(update_fields=changed)
