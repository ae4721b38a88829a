"""What tests read in letters."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.core import mail


@contextmanager
def posted(capture) -> Iterator[list]:
    """The letters that went out within: `with posted(django_capture_on_commit_callbacks) as letters:`."""
    before = len(mail.outbox)
    letters: list = []
    with capture(execute=True):
        yield letters
    letters += mail.outbox[before:]


def secret_in(letter) -> str:
    """The secret of an invitation's link."""
    return re.search(r"/invitation/([^/\s]+)/", letter.body).group(1)


def code_in(letter) -> str:
    """The code of one of allauth's letters."""
    return re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", letter.body, re.MULTILINE).group(1)
