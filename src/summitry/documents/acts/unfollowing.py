"""The end of letters, by the link that stands in each of them."""

from django.core import signing

from summitry.record.act import act

from ..letters import SALT
from ..models import Document, Reader


@act
def unfollow_by_link(word: str) -> Document | None:
    """What the link in a letter does, without signing in; None for a link that is none. Twice changes
    nothing."""
    try:
        user, document = signing.loads(word, salt=SALT)
    except signing.BadSignature:
        return None
    for reader in Reader.objects.select_for_update().filter(user=user, document=document, follows=True):
        reader.follows = False
        reader.save(update_fields=["follows"])
    return Document.objects.filter(pk=document).first()
