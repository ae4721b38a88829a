"""What the public sees of calls and of their decisions: plain data from the database, which the record keeps
a digest of. Whoever verifies compares it with what stands now."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from .codec import encode, moment
from .models import Call, Decision, Verdict


def call_url(slug: str) -> str | None:
    try:
        return reverse("calls:detail", args=[slug])
    except NoReverseMatch:
        return None


def submission_url(ref: str) -> str | None:
    """An entry has no public page of its own: its call has."""
    slug, dash, number = ref.rpartition("-")
    return call_url(slug) if dash and number.isdecimal() else None


def call_face(slug: str) -> Any:
    """The rules in force and the state of a call; None for a draft."""
    call = Call.objects.public().filter(slug=slug).first()
    if call is None:
        return None
    return {
        "slug": call.slug,
        "state": call.state,
        "rules": call.working,
        "versions": [
            {"version": one.version, "digest": one.digest, "reason": encode(one.reason)}
            for one in call.versions.order_by("version")
        ],
        "seed_digest": call.seed_digest,
        "seed": call.seed if call.is_sealed else None,
        "stages": [{"key": run.key, "state": run.state} for run in call.stages.order_by("position")],
        "opens_at": moment(call.opens_at) if call.opens_at else None,
        "closes_at": moment(call.closes_at) if call.closes_at else None,
    }


def call_keys() -> list[str]:
    return list(Call.objects.public().order_by("slug").values_list("slug", flat=True))


def verdict_face(slug: str) -> Any:
    """The published list of decisions: what was accepted, where it stands in the order, and what came of
    it."""
    verdict = Verdict.objects.select_related("call").filter(call__slug=slug).first()
    if verdict is None:
        return None
    face: dict[str, Any] = {"call": slug, "digest": verdict.digest, "published": verdict.call.is_published}
    if verdict.call.is_published:
        accepted = Decision.objects.filter(submission__call=verdict.call, result=Decision.Result.ACCEPTED)
        face["accepted"] = [
            {
                "ref": one.submission.ref,
                "category": one.submission.category,
                "tier": one.tier,
                "rank": one.computed_rank,
                "departs": one.departs,
                "departure_reason": encode(one.departure_reason),
                "outcome": one.outcome,
            }
            for one in accepted.select_related("submission").order_by("submission__number")
        ]
    return face


def verdict_keys() -> list[str]:
    return list(Verdict.objects.order_by("call__slug").values_list("call__slug", flat=True))
