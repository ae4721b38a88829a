"""What changes in the demonstration's mailbox. None of it is a public act."""

from django.db import transaction
from django.utils import timezone

from .models import Mail


@transaction.atomic
def keep_mail(to: str, subject: str, text: str) -> Mail:
    """Puts a letter into the mailbox."""
    return Mail.objects.create(to=to[:320], subject=subject[:500], text=text, sent_at=timezone.now())
