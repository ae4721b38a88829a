"""What looks odd among public votes, for somebody to judge. Nothing here takes a vote away.

A check finds groups of votes; a group has a key, under which `votes` finds the same votes again."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import ClassVar

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Lower, StrIndex, Substr, TruncMinute
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.text.moments import bare

from .models import PublicVote, StageRun

WINDOW = timedelta(minutes=10)
BURST = 5  # times the median of the windows in which anybody voted
LEAST = 20  # votes in a burst
CROWD = 10  # votes of one origin, or of one domain in one minute for one entry
YOUNG = timedelta(days=7)  # before the stage opened
MOST = 50  # groups that a check lists
_STAMP = "%Y%m%d%H%M"


@dataclass(frozen=True, slots=True)
class Group:
    """Votes that look odd together. label: what the group is; entry: the key of the one entry that all of
    them are for, if there is one."""

    key: str
    label: str
    count: int
    aside: int
    entry: int | None = None


class Check(ABC):
    """One question that is asked of the votes of a stage."""

    key: ClassVar[str]
    label: ClassVar[object]  # lazily translated
    help: ClassVar[object]

    @abstractmethod
    def groups(self, run: StageRun) -> Iterator[Group]:
        """The groups that it finds, the largest first. At most two queries."""

    @abstractmethod
    def votes(self, run: StageRun, rest: str) -> QuerySet[PublicVote]:
        """The votes of a group, by what follows the check's key in the group's. Raises ValueError."""


_ASIDE = Count("pk", filter=Q(set_aside__isnull=False))


def _minute(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


class Bursts(Check):
    key = "burst"
    label = gettext_lazy("Bursts")
    help = gettext_lazy("Ten minutes with far more votes than is usual here.")

    def groups(self, run: StageRun) -> Iterator[Group]:
        windows: dict[datetime, list[int]] = {}
        minutes = run.public_votes.order_by().values_list(TruncMinute("cast_at", tzinfo=UTC))
        for minute, count, aside in minutes.annotate(count=Count("pk"), aside=_ASIDE):
            start = minute - timedelta(minutes=minute.minute % 10)
            found = windows.setdefault(start, [0, 0])
            found[0] += count
            found[1] += aside
        if not windows:
            return
        usual = median(count for count, _aside in windows.values())
        odd = [one for one in windows.items() if one[1][0] >= LEAST and one[1][0] >= BURST * usual]
        if len(windows) == 1:  # nothing to compare it with: all votes within ten minutes
            odd = [one for one in windows.items() if one[1][0] >= LEAST * BURST]
        for start, (count, aside) in sorted(odd, key=lambda one: -one[1][0])[:MOST]:
            label = _("%(moment)s UTC and ten minutes; the median is %(usual)s") % {
                "moment": bare(start),
                "usual": f"{usual:g}",
            }
            yield Group(f"{self.key}:{start.strftime(_STAMP)}", label, count, aside)

    def votes(self, run: StageRun, rest: str) -> QuerySet[PublicVote]:
        start = _minute(rest)
        return run.public_votes.filter(cast_at__gte=start, cast_at__lt=start + WINDOW)


class NewAccounts(Check):
    key = "new"
    label = gettext_lazy("New accounts")
    help = gettext_lazy("Accounts made after the vote opened, or in the week before.")

    def groups(self, run: StageRun) -> Iterator[Group]:
        found = self.votes(run, "all").aggregate(count=Count("pk"), aside=_ASIDE)
        if found["count"] >= CROWD:
            label = _("accounts made since %(moment)s UTC") % {"moment": bare(_since(run))}
            yield Group(f"{self.key}:all", label, found["count"], found["aside"])

    def votes(self, run: StageRun, rest: str) -> QuerySet[PublicVote]:
        if rest != "all":
            raise ValueError(rest)
        return run.public_votes.filter(voter__user__date_joined__gte=_since(run))


def _since(run: StageRun) -> datetime:
    return (run.opened_at or timezone.now()) - YOUNG


class Origins(Check):
    key = "origin"
    label = gettext_lazy("One origin")
    help = gettext_lazy("Many votes from one network: a company, a school, or one person.")

    def groups(self, run: StageRun) -> Iterator[Group]:
        found = run.public_votes.exclude(origin="").order_by().values_list("origin")
        many = found.annotate(count=Count("pk"), aside=_ASIDE).filter(count__gte=CROWD)
        for origin, count, aside in many.order_by("-count", "origin")[:MOST]:
            label = _("network %(name)s") % {"name": origin[:8]}
            yield Group(f"{self.key}:{origin}", label, count, aside)

    def votes(self, run: StageRun, rest: str) -> QuerySet[PublicVote]:
        if not rest:
            raise ValueError(rest)
        return run.public_votes.filter(origin=rest)


class Flocks(Check):
    key = "flock"
    label = gettext_lazy("At the same moment for the same entry")
    help = gettext_lazy("Accounts with one e-mail domain that voted for one entry within the same minute.")

    def groups(self, run: StageRun) -> Iterator[Group]:
        address = F("voter__user__email")
        found = (
            run.public_votes.filter(voter__user__isnull=False)
            .annotate(
                minute=TruncMinute("cast_at", tzinfo=UTC),
                domain=Lower(Substr(address, StrIndex(address, Value("@")) + 1)),
            )
            .order_by()
            .values_list("submission", "minute", "domain")
            .annotate(count=Count("pk"), aside=_ASIDE)
            .filter(count__gte=CROWD)
        )
        for entry, minute, domain, count, aside in found.order_by("-count", "minute", "submission")[:MOST]:
            label = _("%(domain)s, %(moment)s UTC") % {
                "domain": domain,
                "moment": bare(minute),
            }
            key = f"{self.key}:{entry}:{minute.strftime(_STAMP)}:{domain}"
            yield Group(key, label, count, aside, entry)

    def votes(self, run: StageRun, rest: str) -> QuerySet[PublicVote]:
        entry, stamp, domain = rest.split(":", 2)
        start = _minute(stamp)
        return run.public_votes.filter(
            submission=int(entry),
            cast_at__gte=start,
            cast_at__lt=start + timedelta(minutes=1),
            voter__user__email__iendswith=f"@{domain}",
        )


CHECKS: tuple[Check, ...] = (Bursts(), NewAccounts(), Origins(), Flocks())


def check_of(key: str) -> Check | None:
    """The check that a group's key belongs to."""
    return next((one for one in CHECKS if one.key == key.partition(":")[0]), None)


def votes(run: StageRun, key: str) -> QuerySet[PublicVote]:
    """The votes of a group. Raises ValueError for a key that no check would give."""
    check = check_of(key)
    if check is None:
        raise ValueError(key)
    return check.votes(run, key.partition(":")[2])
