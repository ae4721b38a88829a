"""What readers with an account do for themselves; nothing of it is public."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import act, require

from ..models import Document, Reader, Version


@act
def mark_read(actor: User, version: Version) -> Reader:
    """Remembers that somebody has read a version, so that she sees later what has changed since. Raises
    PermissionDenied."""
    require(actor, "documents.follow", version)
    if not version.is_public:
        raise PermissionDenied(_("This version is not published."))
    return _reader(actor, version.document, version=version, read_at=timezone.now())


@act
def follow(actor: User, document: Document, follows: bool = True) -> Reader:
    """Asks for a letter whenever a version is published, or for none any more. Raises PermissionDenied."""
    require(actor, "documents.follow", document)
    if not document.versions.filter(published_at__isnull=False).exists():
        raise PermissionDenied(_("Nothing of this document is published."))
    return _reader(actor, document, follows=follows)


def _reader(actor: User, document: Document, **columns: object) -> Reader:
    return Reader.objects.update_or_create(user=actor, document=document, defaults=columns)[0]
