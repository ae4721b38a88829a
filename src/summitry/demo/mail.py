"""Where a demonstration's mails go: into its own mailbox page, never out of the house."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.mail.backends.base import BaseEmailBackend

from .acts import keep_mail

if TYPE_CHECKING:
    from django.core.mail import EmailMessage


class MailboxBackend(BaseEmailBackend):
    """Keeps each message once for each of its receivers."""

    def send_messages(self, email_messages: "Sequence[EmailMessage]") -> int:
        for message in email_messages:
            for address in message.recipients():
                keep_mail(address, str(message.subject), str(message.body))
        return len(email_messages)
