"""What may be asked about the demonstration."""

from django.db.models import QuerySet

from .models import Mail


def mails(to: str = "") -> QuerySet[Mail]:
    """The letters, the newest first; of one receiver if an address is given. One query."""
    found = Mail.objects.defer("text")
    return found.filter(to__iexact=to) if to else found
