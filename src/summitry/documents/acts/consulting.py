"""The period in which a version is commented on: opened, extended, about to end."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import act, require
from summitry.text.moments import clock, exact
from summitry.text.value import Text

from .. import consulting, letters
from ..models import Version
from .common import lock, told
from .texts import check_period
from .words import reason_of

CLOSING = timedelta(days=3)  # so long before the end followers hear of it


def _check_consultable(version: Version) -> None:
    """Raises ValidationError unless this is the text that stands: the newest published one, not adopted."""
    if not version.is_public:
        raise ValidationError(_("Publish this version first."), code="draft")
    document = version.document
    if document.versions.filter(adopted_at__isnull=False).exists():
        raise ValidationError(
            _("This text has been adopted: it is not commented on any more."), code="adopted"
        )
    if document.versions.filter(number__gt=version.number, published_at__isnull=False).exists():
        raise ValidationError(_("A later version is published: comments go there."), code="later")


@act
def open_comments(
    actor: User | None,
    version: Version,
    until: datetime,
    *,
    since: datetime | None = None,
    commenters: str = Version.Commenters.ACCOUNTS,
    now: datetime | None = None,
) -> Version:
    """Opens the comments on the newest published version, from now or from a later moment, for as many days
    as its document asks for at least; followers are told. The same again changes nothing.

    None as the actor is the operator at the command line. Raises PermissionDenied; ValidationError by field.
    """
    now = now or timezone.now()
    if actor is not None:
        require(actor, "documents.open_comments", version)
    version = lock(version)
    _check_consultable(version)
    since = since or now
    if version.comments_until is not None:
        if (version.comments_from, version.comments_until) == (since, until):
            return version
        raise ValidationError(_("Comments were opened already: they can be extended."), code="state")
    if since < now:
        raise ValidationError({"since": _("This is past.")})
    if commenters not in Version.Commenters.values:
        raise ValidationError({"commenters": _("Choose one of these.")})
    check_period(version.document, since, until, "until")
    version.comments_from, version.comments_until, version.commenters = since, until, commenters
    version.save(update_fields=["comments_from", "comments_until", "commenters"])
    told(
        version,
        "comments_opened",
        actor,
        since=clock(since),
        until=clock(until),
        commenters=commenters,
    )
    letters.to_followers(version, "comments_opened")
    return version


@act
def extend_comments(
    actor: User, version: Version, until: datetime, reason: Text | str, *, now: datetime | None = None
) -> Version:
    """Lets comments run longer, for a reason that everybody can read; also when they have ended, as long as
    the answers are not published. Followers are told. The same again changes nothing.

    Raises PermissionDenied; ValidationError by field."""
    now = now or timezone.now()
    require(actor, "documents.open_comments", version)
    version = lock(version)
    _check_consultable(version)
    if version.comments_until is None:
        raise ValidationError(_("Comments on this version are not open."), code="closed")
    if until == version.comments_until:
        return version
    if version.disposed_at is not None:
        raise ValidationError(_("The answers are published: comments stay closed."), code="disposed")
    if until < version.comments_until or until <= now:
        raise ValidationError(
            {
                "until": _("Comments run until %(until)s already: they can only end later.")
                % {"until": exact(version.comments_until)}
            }
        )
    why = reason_of(reason)
    version.comments_until, version.closing_told_at = until, None
    version.save(update_fields=["comments_until", "closing_told_at"])
    told(version, "comments_extended", actor, until=clock(until), reason=why)
    letters.to_followers(version, "comments_extended", {"reason": why})
    return version


@act
def tell_closing(version: Version, *, now: datetime | None = None) -> int:
    """Tells followers that comments end soon, once; how many letters go."""
    version = lock(version)
    if version.closing_told_at is not None or not consulting.takes(version, now):
        return 0
    version.closing_told_at = now or timezone.now()
    version.save(update_fields=["closing_told_at"])
    return letters.to_followers(version, "comments_closing")


def tell_all_closing() -> int:
    """For the worker's schedule: of every version whose comments end within `CLOSING`. How many letters."""
    now = timezone.now()
    soon = Version.objects.filter(
        closing_told_at__isnull=True,
        comments_from__lt=now - CLOSING,
        comments_until__gt=now,
        comments_until__lte=now + CLOSING,
    ).select_related("document")
    return sum(tell_closing(one) for one in soon)
