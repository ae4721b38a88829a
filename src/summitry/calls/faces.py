"""What the public sees of calls and of their decisions: plain data from the database, which the record keeps
a digest of. Whoever verifies compares it with what stands now."""

from collections.abc import Iterable
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


def call_faces(slugs: Iterable[str]) -> dict[str, Any]:
    """The rules in force and the state of each call; drafts have no face. Three queries."""
    calls = Call.objects.public().filter(slug__in=list(slugs)).prefetch_related("versions", "stages")
    return {call.slug: _call_face(call) for call in calls}


def _call_face(call: Call) -> dict[str, Any]:
    versions = sorted(call.versions.all(), key=lambda one: one.version)
    runs = sorted(call.stages.all(), key=lambda run: run.position)
    return {
        "slug": call.slug,
        "state": call.state,
        "rules": call.working,
        "versions": [
            {"version": one.version, "digest": one.digest, "reason": encode(one.reason)} for one in versions
        ],
        "seed_digest": call.seed_digest,
        "seed": call.seed if call.is_sealed else None,
        "stages": [{"key": run.key, "state": run.state} for run in runs],
        "opens_at": moment(call.opens_at) if call.opens_at else None,
        "closes_at": moment(call.closes_at) if call.closes_at else None,
    }


def call_keys() -> list[str]:
    return list(Call.objects.public().order_by("slug").values_list("slug", flat=True))


def verdict_faces(slugs: Iterable[str]) -> dict[str, Any]:
    """The digest of each sealed verdict; once it is published what was accepted, where it stands in the
    order, and what came of it. Two queries."""
    verdicts = {
        one.call.slug: one
        for one in Verdict.objects.filter(call__slug__in=list(slugs), superseded_at=None).select_related(
            "call"
        )
    }
    faces: dict[str, Any] = {
        slug: {"call": slug, "digest": one.digest, "published": one.call.is_published}
        for slug, one in verdicts.items()
    }
    published = [one.call_id for one in verdicts.values() if one.call.is_published]
    for slug, one in verdicts.items():
        if one.call.is_published:
            faces[slug]["accepted"] = []
    found = Decision.objects.filter(
        submission__call__in=published, submission__state="accepted", result=Decision.Result.ACCEPTED
    )
    for decision in found.select_related("submission__call").order_by(
        "submission__call", "submission__number"
    ):
        submission = decision.submission
        faces[submission.call.slug]["accepted"].append(
            {
                "ref": submission.ref,
                "category": submission.category,
                "tier": decision.tier,
                "rank": decision.computed_rank,
                "departs": decision.departs,
                "departure_reason": encode(decision.departure_reason),
                "outcome": decision.outcome,
            }
        )
    return faces


def verdict_keys() -> list[str]:
    found = Verdict.objects.filter(superseded_at=None)
    return list(found.order_by("call__slug").values_list("call__slug", flat=True))
