"""Who may vote where the public has a voice: accounts, and the networks that they come from."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.models import User
from summitry.people.networks import network_of
from summitry.text import moments

if TYPE_CHECKING:
    from .models import StageRun


def choices(run: "StageRun") -> int:
    """How many entries an account votes for; with `by_category`, in each category."""
    return int(run.rule.option("choices", 1))


def group(run: "StageRun", category: str) -> str:
    """Within what the choices are counted: the category where the order is made by category."""
    return category if run.call.rules.decision.by_category else ""


def newest(run: "StageRun") -> datetime | None:
    """The moment by which an account must have been made; None if the rules ask for no age."""
    days = run.rule.option("account_days")
    return run.opened_at - timedelta(days=days) if days and run.opened_at else None


def over(run: "StageRun", now: datetime) -> bool:
    """Past the published end, in whose very second a vote is still in time; the stage may be open longer, so
    that the votes can be looked at."""
    return run.closes_at is not None and now >= run.closes_at + timedelta(seconds=1)


def refusal(user: User, run: "StageRun", now: datetime) -> str:
    """Why this account cannot vote in an open stage, in words; empty if it can. At most one query."""
    if run.closes_at is not None and over(run, now):
        return _("The vote ended on %(moment)s.") % {"moment": moments.exact(run.closes_at)}
    last = newest(run)
    if last is not None and user.date_joined > last:
        days = int(run.rule.option("account_days"))
        return ngettext(
            "An account that votes here must have been %(days)d day old when the vote opened: made on "
            "%(moment)s at the latest. Yours was made on %(own)s.",
            "An account that votes here must have been %(days)d days old when the vote opened: made on "
            "%(moment)s at the latest. Yours was made on %(own)s.",
            days,
        ) % {"days": days, "moment": moments.minute(last), "own": moments.minute(user.date_joined)}
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return _("Confirm your e-mail address first: an account votes once its address is confirmed.")
    return ""


def origin(run: "StageRun", address: str) -> str:
    """The network that an address belongs to, as a hash keyed with the house's secret and the stage, in
    hexadecimal: nobody without the secret finds the address, and no two stages can be laid side by side.

    A network is an IPv4 address or an IPv6 /64, which one subscriber has. Empty for an unknown address."""
    network = network_of(address)
    if not network:
        return ""
    return salted_hmac(f"summitry.calls.vote:{run.pk}", network, algorithm="sha256").hexdigest()
