"""The sheet filled in by the computed order, for the chair to depart from."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import act, require

from ..models import Call, Decision, Submission
from ..orders import order_of
from .common import check_version, lock, open_stage_for
from .deciding import Choice, decide


@act
def fill_sheet(actor: User, call: Call, standard: str, version: int | None = None) -> Call:
    """Decide every entry before the chair that has no decision yet as the order has it: the best get the
    tiers and places that are left, the next the reserve list, the others are rejected with a standard reason.

    Whoever is below the minimum, or has no place in the order, is rejected. Done again it changes nothing."""
    require(actor, "calls.decide_call", call)
    call = lock(call)
    open_stage_for(call, "decide")
    check_version(version, call.sheet)
    given, standings = order_of(call)
    if not given["stages"]:
        raise ValidationError(_("No stage of this call makes an order: each entry is decided by hand."))
    running = Submission.objects.filter(call=call).in_the_running()
    seen = dict(running.on_duty_of(actor).filter(decision=None).values_list("ref", "pk"))
    decided = Decision.objects.filter(submission__in=running)
    room = _Room(given, list(decided.values_list("result", "tier", "submission__category")))
    categories = {entry["ref"]: entry["category"] for entry in given["entries"]}
    choices: dict[int, Choice] = {}
    for ref, standing in standings.items():
        result, tier = room.take(standing.rank, standing.value, categories[ref]) if ref in seen else ("", "")
        if result == "accepted":
            choices[seen[ref]] = Choice("accepted", tier)
        elif result == "reserve":
            choices[seen[ref]] = Choice("reserve", standard=standard)
        elif result:
            choices[seen[ref]] = Choice("rejected", standard=standard)
    return decide(actor, call, choices) if choices else call


class _Room:
    """What is left to give: places in all, by tier and by category, and on the reserve list."""

    def __init__(self, given: Mapping[str, Any], decided: list[tuple[str, str, str]]):
        accepted = [(tier, category) for result, tier, category in decided if result == "accepted"]
        self.least = None if given["minimum"] is None else Fraction(given["minimum"])
        self.places = _left(given["places"], len(accepted))
        self.reserve = given["reserve"] - sum(result == "reserve" for result, _t, _c in decided)
        self.tiers = {
            one["key"]: _left(one["quota"], sum(tier == one["key"] for tier, _c in accepted))
            for one in given["tiers"]
        }
        self.categories = {
            one["key"]: _left(one["quota"], sum(category == one["key"] for _t, category in accepted))
            for one in given["categories"]
        }

    def take(self, rank: int | None, value: Any, category: str) -> tuple[str, str]:
        """(result, tier) of the next entry in the order."""
        if rank is None or (self.least is not None and value is not None and value < self.least):
            return ("rejected", "")
        tier = next((key for key, left in self.tiers.items() if left is None or left > 0), None)
        full = self.places == 0 or self.categories.get(category) == 0 or (self.tiers and tier is None)
        if not full:
            self.places = _less(self.places)
            if category in self.categories:
                self.categories[category] = _less(self.categories[category])
            if tier is not None:
                self.tiers[tier] = _less(self.tiers[tier])
            return ("accepted", tier or "")
        if self.reserve > 0:
            self.reserve -= 1
            return ("reserve", "")
        return ("rejected", "")


def _left(most: int | None, used: int) -> int | None:
    return None if most is None else max(0, most - used)


def _less(left: int | None) -> int | None:
    return None if left is None else left - 1
