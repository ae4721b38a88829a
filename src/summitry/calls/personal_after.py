"""What calls keep about a person after the answers: appeals, what was owed, changes of her answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from summitry.people.models import Person, User, scope_of
from summitry.people.shapes import MOMENT, PERHAPS, TEXT, WORD, rows
from summitry.record import acts as record
from summitry.record.queries import entries_about
from summitry.text.value import Text

from .codec import moment
from .models import Appeal, Call, Owed, Revision

if TYPE_CHECKING:
    from .forgetting import Names

_ENTRY = {"call": WORD, "ref": WORD}


PARTS = {
    "appeals": rows(
        **_ENTRY, words=WORD, filed=MOMENT, upheld={"type": ["boolean", "null"]}, answer=TEXT, at=PERHAPS
    ),
    "appeal_answers": rows(**_ENTRY, upheld={"type": "boolean"}, answer=TEXT, at=MOMENT),
    "owed": rows(
        **_ENTRY,
        key=WORD,
        due=MOMENT,
        words=TEXT,
        link=WORD,
        delivered=PERHAPS,
        waived=PERHAPS,
        waiver=TEXT,
    ),
    "revisions": rows(**_ENTRY, cause=WORD, before=WORD, after=WORD, reason=TEXT, at=MOMENT),
}


def give(user: User) -> dict[str, Any]:
    """Her appeals, the appeals that she answered, what her accepted entries owe, and how the answers to her
    entries were changed, once they are published. Four queries."""
    changed = Revision.objects.filter(
        decision__submission__applicant__user=user, decision__submission__call__state=Call.State.PUBLISHED
    )
    owed = Owed.objects.filter(submission__applicant__user=user)
    return {
        "appeals": [
            _of(one.submission)
            | {
                "words": one.words,
                "filed": moment(one.filed_at),
                "upheld": one.upheld,
                "answer": one.answer.values,
                "at": _at(one.answered_at),
            }
            for one in _appeals(person__user=user)
        ],
        "appeal_answers": [
            _of(one.submission)
            | {"upheld": one.upheld, "answer": one.answer.values, "at": _at(one.answered_at)}
            for one in _appeals(answered_by__user=user)
        ],
        "owed": [
            _of(one.submission)
            | {
                "key": one.key,
                "due": moment(one.due_at),
                "words": one.words.values,
                "link": one.link,
                "delivered": _at(one.delivered_at),
                "waived": _at(one.waived_at),
                "waiver": one.waiver.values,
            }
            for one in owed.select_related("submission__call").order_by("pk")
        ],
        "revisions": [
            _of(one.decision.submission)
            | {
                "cause": one.cause,
                "before": one.before,
                "after": one.after,
                "reason": one.reason.values,
                "at": moment(one.at),
            }
            for one in changed.select_related("decision__submission__call").order_by("pk")
        ],
    }


def _appeals(**where: Any) -> Any:
    return Appeal.objects.filter(**where).select_related("submission__call").order_by("pk")


def _of(submission: Any) -> dict[str, Any]:
    return {"call": submission.call.slug, "ref": submission.ref}


def _at(value: datetime | None) -> str | None:
    return moment(value) if value else None


def forget(person: Person, names: "Names") -> None:
    """The grounds of her appeals and what she delivered go, with what opens the record's commitments to them;
    that there was an appeal, how it ended and that something was delivered stays. Her name goes out of the
    answers that she wrote, and out of those that she got."""
    for appeal in _appeals(person=person):
        _put(appeal, words="", answer=_without(appeal.answer, names))
        _unsay(appeal.submission, "calls.appealed", "grounds")
    for appeal in _appeals(answered_by=person):
        _put(appeal, answer=_without(appeal.answer, names))
    for owed in Owed.objects.filter(submission__applicant=person).select_related("submission"):
        _put(owed, words=Text(), link="", waiver=_without(owed.waiver, names))
        _unsay(owed.submission, "calls.delivered", "delivered")
        _unsay(owed.submission, "calls.waived", "reason")
    revised = Revision.objects.filter(decision__submission__applicant=person)
    for one in (*revised, *Revision.objects.filter(by=person)):
        _put(one, reason=_without(one.reason, names))


def _unsay(submission: Any, kind: str, name: str) -> None:
    for entry in entries_about(scope_of(submission)).filter(kind=kind):
        record.forget(entry, name)


def _without(words: Text, names: "Names") -> Text:
    return Text.from_json(names.out_of_text(words.to_json())) if words else words


def _put(thing: Any, **values: Any) -> None:
    """Save what differs."""
    changed = [name for name, value in values.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, values[name])
    if changed:
        thing.save(update_fields=changed)
