"""What calls keep about a person, for her to take away. `forgetting.py` takes it from the house."""

from datetime import datetime
from typing import Any

from summitry.people.models import Mandate, Role, User

from .codec import moment
from .forgetting import forget, naming
from .models import Assessment, Assignment, Conflict, Decision, Screening, Submission

__all__ = ["SCHEMA", "forget", "give"]

_WORD = {"type": "string"}
_TEXT = {"type": "object", "additionalProperties": {"type": "string"}}
_MOMENT = {"type": "string", "format": "date-time"}
_PERHAPS = {"type": ["string", "null"], "format": "date-time"}
_ANSWERS = {"type": "object", "description": "The answers by the key of the call's field, as they are kept."}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _rows(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


_ENTRY = {"call": _WORD, "ref": _WORD}
_WORK = {**_ENTRY, "stage": _WORD}
SCHEMA = _object(
    submissions=_rows(
        **_ENTRY,
        uid={"type": "string", "format": "uuid"},
        title=_TEXT,
        state={"enum": list(Submission.State.values)},
        language=_WORD,
        organisation=_TEXT,
        category=_WORD,
        answers=_ANSWERS,
        draft_category=_WORD,
        draft=_ANSWERS,
        receipt=_WORD,
        started=_MOMENT,
        saved=_PERHAPS,
        sent=_PERHAPS,
        withdrawn=_PERHAPS,
        files=_rows(
            uid={"type": "string", "format": "uuid"},
            field=_WORD,
            name=_WORD,
            bytes={"type": "integer"},
            sha256=_WORD,
            uploaded=_MOMENT,
        ),
        decision={
            "anyOf": [
                {"type": "null"},
                _object(result={"enum": list(Decision.Result.values)}, tier=_WORD, reason=_TEXT),
            ]
        },
    ),
    co_applications=_rows(
        **_ENTRY,
        email=_WORD,
        name=_WORD,
        contribution=_TEXT,
        asked=_MOMENT,
        agreed=_PERHAPS,
        removed=_PERHAPS,
    ),
    assignments=_rows(**_WORK, assigned=_MOMENT, cleared=_PERHAPS, ended=_PERHAPS, end_reason=_WORD),
    assessments=_rows(
        **_WORK,
        marks={"type": "object", "additionalProperties": {"type": "integer"}},
        comment=_WORD,
        note=_WORD,
        saved=_MOMENT,
        sent=_PERHAPS,
        voided=_PERHAPS,
    ),
    screenings=_rows(**_WORK, passed={"type": "boolean"}, standard=_WORD, reason=_TEXT, at=_MOMENT),
    conflicts=_rows(**_ENTRY, reason=_WORD, declared=_MOMENT, lifted=_PERHAPS),
    decisions=_rows(
        **_ENTRY,
        role=_WORD,
        result={"enum": list(Decision.Result.values)},
        tier=_WORD,
        standard=_WORD,
        reason=_TEXT,
        departure_reason=_TEXT,
        at=_MOMENT,
    ),
)


def give(user: User) -> dict[str, Any]:
    """What she handed in, was asked to stand behind, marked, screened, stepped back from and decided. Of
    others' entries the number alone; of her own, the decision once it is published. Ten queries."""
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
        "conflicts": [
            _of(one)
            | {"reason": one.reason, "declared": moment(one.declared_at), "lifted": _at(one.lifted_at)}
            for one in Conflict.objects.filter(juror__user=user, source=Conflict.Source.DECLARED)
            .select_related("submission__call")
            .order_by("pk")
        ],
        "decisions": _decisions(user),
    }


def _at(value: datetime | None) -> str | None:
    return moment(value) if value else None


def _of(thing: Any) -> dict[str, Any]:
    return {"call": thing.submission.call.slug, "ref": thing.submission.ref}


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
