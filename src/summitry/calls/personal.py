"""What calls keep about a person, for her to take away. `forgetting.py` takes it from the house."""

from datetime import datetime
from typing import Any

from summitry.people.models import Mandate, Role, User
from summitry.people.shapes import MOMENT, PERHAPS, TEXT, WORD, rows, thing

from . import personal_after, personal_asked, personal_bars, personal_jury
from .codec import moment
from .forgetting import forget, naming
from .models import (
    Assessment,
    Assignment,
    Comparison,
    Decision,
    PublicVote,
    Ranking,
    Screening,
    SetAside,
    Submission,
)

__all__ = ["SCHEMA", "forget", "give"]

_ANSWERS = {"type": "object", "description": "The answers by the key of the call's field, as they are kept."}


_ENTRY = {"call": WORD, "ref": WORD}
_WORK = {**_ENTRY, "stage": WORD}
SCHEMA = thing(
    submissions=rows(
        **_ENTRY,
        uid={"type": "string", "format": "uuid"},
        title=TEXT,
        state={"enum": list(Submission.State.values)},
        language=WORD,
        organisation=TEXT,
        category=WORD,
        answers=_ANSWERS,
        draft_category=WORD,
        draft=_ANSWERS,
        receipt=WORD,
        started=MOMENT,
        saved=PERHAPS,
        sent=PERHAPS,
        withdrawn=PERHAPS,
        files=rows(
            uid={"type": "string", "format": "uuid"},
            field=WORD,
            name=WORD,
            bytes={"type": "integer"},
            sha256=WORD,
            uploaded=MOMENT,
        ),
        decision={
            "anyOf": [
                {"type": "null"},
                thing(result={"enum": list(Decision.Result.values)}, tier=WORD, reason=TEXT),
            ]
        },
    ),
    co_applications=rows(
        **_ENTRY,
        email=WORD,
        name=WORD,
        contribution=TEXT,
        asked=MOMENT,
        agreed=PERHAPS,
        removed=PERHAPS,
    ),
    assignments=rows(**_WORK, assigned=MOMENT, cleared=PERHAPS, ended=PERHAPS, end_reason=WORD),
    assessments=rows(
        **_WORK,
        marks={"type": "object", "additionalProperties": {"type": "integer"}},
        comment=WORD,
        note=WORD,
        saved=MOMENT,
        sent=PERHAPS,
        voided=PERHAPS,
    ),
    comparisons=rows(
        call=WORD,
        stage=WORD,
        refs={"type": "array", "items": WORD},
        winner={"type": ["string", "null"]},
        at=MOMENT,
        undone=PERHAPS,
        voided=PERHAPS,
    ),
    rankings=rows(call=WORD, stage=WORD, refs={"type": "array", "items": WORD}, saved=MOMENT, sent=PERHAPS),
    votes=rows(
        **_WORK,
        category=WORD,
        origin={"type": "string", "description": "A keyed hash of the network, until the verdict is sealed."},
        cast=MOMENT,
        set_aside={"anyOf": [{"type": "null"}, TEXT], "description": "The reason, if it does not count."},
    ),
    votes_set_aside=rows(call=WORD, stage=WORD, count={"type": "integer"}, reason=TEXT, at=MOMENT),
    screenings=rows(**_WORK, passed={"type": "boolean"}, standard=WORD, reason=TEXT, at=MOMENT),
    decisions=rows(
        **_ENTRY,
        role=WORD,
        result={"enum": list(Decision.Result.values)},
        tier=WORD,
        standard=WORD,
        reason=TEXT,
        departure_reason=TEXT,
        at=MOMENT,
    ),
    **personal_asked.PARTS,
    **personal_after.PARTS,
    **personal_bars.PARTS,
    **personal_jury.PARTS,
)


def give(user: User) -> dict[str, Any]:
    """What she handed in, was asked to stand behind, marked, compared, ranked, voted for, screened, stepped
    back from and decided. Of others' entries the number alone; of her own, the decision once it is published.
    A fixed number of queries."""
    entry = Submission.objects.filter(applicant__user=user).select_related("call", "organisation", "decision")
    work = ("submission__call", "stage")
    return {
        "submissions": [_submission(one) for one in entry.prefetch_related("uploads").order_by("pk")],
        "co_applications": [
            _of(one)
            | {
                "email": one.email,
                "name": one.name,
                "contribution": one.contribution.values,
                "asked": moment(one.invited_at),
                "agreed": _at(one.confirmed_at),
                "removed": _at(one.removed_at),
            }
            for one in naming(user).select_related("submission__call").order_by("pk")
        ],
        "assignments": [
            _of(one)
            | {
                "stage": one.stage.key,
                "assigned": moment(one.assigned_at),
                "cleared": _at(one.cleared_at),
                "ended": _at(one.ended_at),
                "end_reason": one.end_reason,
            }
            for one in Assignment.objects.filter(juror__user=user).select_related(*work).order_by("pk")
        ],
        "assessments": [
            _of(one)
            | {
                "stage": one.stage.key,
                "marks": one.marks,
                "comment": one.comment,
                "note": one.note,
                "saved": moment(one.saved_at),
                "sent": _at(one.sent_at),
                "voided": _at(one.voided_at),
            }
            for one in Assessment.objects.filter(juror__user=user).select_related(*work).order_by("pk")
        ],
        "comparisons": _comparisons(user),
        "rankings": _rankings(user),
        "votes": _votes(user),
        "votes_set_aside": _votes_set_aside(user),
        "screenings": [
            _of(one)
            | {
                "stage": one.stage.key,
                "passed": one.passed,
                "standard": one.standard,
                "reason": one.reason.values,
                "at": moment(one.at),
            }
            for one in Screening.objects.filter(screener__user=user).select_related(*work).order_by("pk")
        ],
        "decisions": _decisions(user),
        **personal_asked.give(user),
        **personal_after.give(user),
        **personal_bars.give(user),
        **personal_jury.give(user),
    }


def _at(value: datetime | None) -> str | None:
    return moment(value) if value else None


def _of(thing: Any) -> dict[str, Any]:
    return {"call": thing.submission.call.slug, "ref": thing.submission.ref}


def _comparisons(user: User) -> list[dict[str, Any]]:
    """One query."""
    found = Comparison.objects.filter(juror__user=user).select_related(
        "stage__call", "left", "right", "winner"
    )
    return [
        {
            "call": one.stage.call.slug,
            "stage": one.stage.key,
            "refs": [one.left.ref, one.right.ref],
            "winner": one.winner.ref if one.winner else None,
            "at": moment(one.at),
            "undone": _at(one.undone_at),
            "voided": _at(one.voided_at),
        }
        for one in found.order_by("pk")
    ]


def _rankings(user: User) -> list[dict[str, Any]]:
    """At most two queries."""
    found = list(Ranking.objects.filter(juror__user=user).select_related("stage__call").order_by("pk"))
    named = {pk for one in found for pk in one.order}
    refs = dict(Submission.objects.filter(pk__in=named).values_list("pk", "ref"))
    return [
        {
            "call": one.stage.call.slug,
            "stage": one.stage.key,
            "refs": [refs[pk] for pk in one.order if pk in refs],
            "saved": moment(one.saved_at),
            "sent": _at(one.sent_at),
        }
        for one in found
    ]


def _votes(user: User) -> list[dict[str, Any]]:
    """As one of the public. One query."""
    found = PublicVote.objects.filter(voter__user=user).select_related(
        "submission__call", "stage", "set_aside"
    )
    return [
        _of(one)
        | {
            "stage": one.stage.key,
            "category": one.category,
            "origin": one.origin,
            "cast": moment(one.cast_at),
            "set_aside": one.set_aside.reason.values if one.set_aside else None,
        }
        for one in found.order_by("pk")
    ]


def _votes_set_aside(user: User) -> list[dict[str, Any]]:
    """As a manager. One query."""
    found = SetAside.objects.filter(by__user=user).select_related("stage__call")
    return [
        {
            "call": one.stage.call.slug,
            "stage": one.stage.key,
            "count": one.count,
            "reason": one.reason.values,
            "at": moment(one.at),
        }
        for one in found.order_by("pk")
    ]


def _submission(one: Submission) -> dict[str, Any]:
    decision = getattr(one, "decision", None) if one.call.is_published else None
    if decision:
        decision.submission = one
    return {
        "call": one.call.slug,
        "ref": one.ref,
        "uid": str(one.uid),
        "title": one.title.values,
        "state": one.state,
        "language": one.language,
        "organisation": one.organisation.name.values if one.organisation else {},
        "category": one.category,
        "answers": one.answers,
        "draft_category": one.draft_category,
        "draft": one.draft,
        "receipt": one.receipt,
        "started": moment(one.started_at),
        "saved": _at(one.saved_at),
        "sent": _at(one.sent_at),
        "withdrawn": _at(one.withdrawn_at),
        "files": [
            {
                "uid": str(file.uid),
                "field": file.field,
                "name": file.name,
                "bytes": file.size,
                "sha256": file.digest,
                "uploaded": moment(file.uploaded_at),
            }
            for file in one.uploads.all()
        ],
        "decision": {"result": decision.result, "tier": decision.tier, "reason": decision.words.values}
        if decision
        else None,
    }


def _decisions(user: User) -> list[dict[str, Any]]:
    """The decisions that she took, each with the role in which she did. Two queries."""
    held = set(Mandate.objects.filter(person__user=user).values_list("role", "scope"))
    found = Decision.objects.filter(decided_by__user=user).select_related("submission__call").order_by("pk")
    return [
        _of(one)
        | {
            "role": str(
                Role.JURY_CHAIR
                if any((Role.JURY_CHAIR, scope) in held for scope in one.submission.call.scopes())
                else Role.SCREENER
            ),
            "result": one.result,
            "tier": one.tier,
            "standard": one.standard,
            "reason": one.reason.values,
            "departure_reason": one.departure_reason.values,
            "at": moment(one.decided_at),
        }
        for one in found
    ]
