"""Who may object to an entry during its notice period."""

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from summitry.people.models import Role, User
from summitry.text.moments import exact

from .stages.notice import ends

if TYPE_CHECKING:
    from .models import StageRun


def refusal(user: User, run: "StageRun", now: datetime) -> str:
    """Why this account cannot object at this moment, in words; empty if it can. The last instant counts."""
    end = ends(run)
    if not run.is_open or end is None:
        return _("No notice period is open in this call now.")
    if now > end:
        return _("Objections were taken until %(end)s; yours arrived at %(now)s.") % {
            "end": exact(end),
            "now": exact(now),
        }
    if run.rule.option("members") and not is_delegate(user):
        return _("Only members’ delegates can object here.")
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return _("Confirm your e-mail address first: an account objects once its address is confirmed.")
    return ""


def is_delegate(user: User) -> bool:
    """Whether the user holds a member’s mandate, of whichever member."""
    return any(role == Role.DELEGATE for role, _scope in user.roles)
