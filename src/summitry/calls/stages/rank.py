"""Ranking: each juror puts the entries in her order, and the orders are counted as transferable votes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.engines import tally
from summitry.people.models import Person, Role, User, scope_of
from summitry.people.queries import holders

from ..codec import Problem
from .base import Door, Pen, Sight, StageKind, Weighed, Weighing, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission
    from ..rules import RuleSet, Stage


@register
class Rank(StageKind):
    """Closes when every juror has sent her ranking. Options: `seats`, the places that the count fills (it
    must be said), and `least`, how many entries a ranking must name (1 unless said).

    Every juror ranks the entries with which she has no conflict. They are counted by the Scottish rule; the
    order is that of election, then of exclusion, the last first. An entry that nobody named has no place.
    Lots are drawn from the seed of the call. The chair sees no ranking."""

    key = "rank"
    label = _("ranking")
    allows = frozenset({"rank"})
    sees = {Role.JUROR: Sight(entries="all"), Role.JURY_CHAIR: Sight(entries="all")}
    ordering = True
    options = {"seats": int, "least": int}
    doors = (Door("calls.see_jury", "calls:rank", _("Rank"), by_stage=True),)
    worker = Role.JUROR
    icon = "list"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if "seats" not in stage.options:
            yield Problem(f"{path}.options.seats", gettext("say how many places the count fills"))
        for name in ("seats", "least"):
            if isinstance(stage.option(name), int) and not 1 <= stage.option(name) <= 10000:
                yield Problem(
                    f"{path}.options.{name}", gettext("must be from 1 to %(most)d") % {"most": 10000}
                )

    def progress(self, run: "StageRun") -> tuple[int, int]:
        jury = {one.person_id for one in holders(scope_of(run.call), Role.JUROR)}
        sent = run.rankings.filter(sent_at__isnull=False, juror__in=jury)
        return (sent.count(), len(jury))

    def blockers(self, run: "StageRun") -> list[str]:
        found = super().blockers(run)
        if not found and not run.rankings.filter(sent_at__isnull=False).exists():
            found.append(gettext("Nobody has sent a ranking."))
        return found

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d juror has not sent her ranking yet.",
            "%(count)d jurors have not sent their rankings yet.",
            count,
        ) % {"count": count}

    def closing(self, run: "StageRun") -> dict[str, int]:
        return {
            "rankings": run.rankings.filter(sent_at__isnull=False).count(),
            "entries": run.call.submissions.in_the_running().count(),
        }

    def told(self, counts: Mapping[str, int]) -> str:
        return gettext("Rankings: %(rankings)d; entries: %(entries)d") % {
            "rankings": counts.get("rankings", 0),
            "entries": counts.get("entries", 0),
        }

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        from ..models import Ranking, StageRun

        sent = Ranking.objects.filter(stage=OuterRef("pk"), juror__user=user, sent_at__isnull=False)
        waiting = StageRun.objects.filter(pk__in=[run.pk for run in runs]).exclude(Exists(sent))
        return dict.fromkeys(waiting.values_list("pk", flat=True), 1)

    def asks(self, run: "StageRun", count: int) -> str:
        return gettext("Put the entries of “%(call)s” in order") % {"call": run.call.title} if count else ""

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        """Her ranking stands without the entry."""
        for found in run.rankings.select_for_update().filter(juror=person):
            if submission.pk in found.order:
                found.order = [one for one in found.order if one != submission.pk]
                found.version, found.saved_at = found.version + 1, timezone.now()
                found.save(update_fields=["order", "version", "saved_at"])

    def people(self, run: "StageRun", entries: "Sequence[Submission]") -> Iterable[Person]:
        return Person.objects.filter(pk__in=run.rankings.filter(sent_at__isnull=False).values("juror"))

    def gather(self, run: "StageRun", entries: "Sequence[Submission]", pen: Pen) -> dict[str, Any]:
        """The rankings that were sent, of these entries alone; an empty one is no ballot."""
        refs = {entry.pk: entry.ref for entry in entries}
        found = [
            {"juror": pen(one.juror), "order": [refs[pk] for pk in one.order if pk in refs]}
            for one in run.rankings.filter(sent_at__isnull=False).select_related("juror")
        ]
        return {
            "seats": run.rule.option("seats"),
            "seed": run.call.seed,
            "ballots": sorted(
                (one for one in found if one["order"]), key=lambda one: (len(one["juror"]), one["juror"])
            ),
        }

    def weigh(self, data: Mapping[str, Any], entries: Mapping[str, str], ties: Sequence[str]) -> Weighing:
        """An entry that is the k-th of n is worth n + 1 - k. Notes: the quota, every stage of the count in
        units of 1e-5 votes, and whom only a lot told apart."""
        orders = [one["order"] for one in data["ballots"]]
        named = [ref for ref in entries if any(ref in order for order in orders)]
        low, high = Fraction(0), Fraction(max(1, len(named)))
        if not named:
            return Weighing({}, low, high)
        found = tally.count(tally.gathered(orders, named), named, data["seats"], data["seed"])
        weighed = {
            ref: Weighed(Fraction(len(named) - at), count=sum(ref in order for order in orders))
            for at, ref in enumerate(found.order)
        }
        return Weighing(weighed, low, high, _notes(found))


def _notes(found: tally.Count) -> dict[str, Any]:
    return {
        "quota": found.quota,
        "valid": found.valid,
        "winners": list(found.winners),
        "drawn": list(found.drawn),
        "stages": [
            {
                "number": one.number,
                "deed": one.deed,
                "of": one.of,
                "votes": dict(one.votes),
                "transfers": dict(one.transfers),
                "exhausted": one.exhausted,
                "elected": list(one.elected),
                "drawn": list(one.drawn),
            }
            for one in found.stages
        ],
    }
