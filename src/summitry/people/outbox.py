"""Letters that wait to be sent. Their words are sealed with the deployment's secret, since a letter may hold
a link or a code that opens an account; a letter that has gone is deleted."""

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone

from .models import Letter

CLAIM = timedelta(minutes=5)  # a worker that dies while it sends frees its letter after this
KEPT = timedelta(days=7)  # a letter that nobody could deliver for so long is thrown away


class Busy(RuntimeError):
    """Another worker is sending this letter; whether it succeeds is seen later."""


def _key(purpose: str) -> Fernet:
    key = hashlib.sha256(f"summitry {purpose} {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(words: str, purpose: str) -> str:
    """Words encrypted and authenticated (Fernet) under the deployment's secret, for one purpose."""
    return _key(purpose).encrypt(words.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The reverse; InvalidToken if the secret has changed or the words were touched."""
    return _key(purpose).decrypt(sealed.encode()).decode()


def put(address: str, subject: str, text: str) -> Letter:
    return Letter.objects.create(sealed=_sealed(address, subject, text))


def put_all(letters: Iterable[tuple[str, str, str]]) -> list[Letter]:
    """Many letters, each (address, subject, text), in few statements."""
    return Letter.objects.bulk_create([Letter(sealed=_sealed(*one)) for one in letters], batch_size=500)


def _sealed(address: str, subject: str, text: str) -> str:
    return seal(json.dumps({"to": address, "subject": subject, "text": text}), "outbox")


def deliver(uid: UUID | str) -> bool:
    """Send one letter. True if it went now, False if it has gone before; Busy if another worker has it.

    No lock is held while the mail server talks: a claim with an end stands for it. A failure is noted and
    raised, and the task queue tries again.
    """
    now = timezone.now()
    letter = Letter.objects.filter(uid=uid).first()
    if letter is None:
        return False
    free = Letter.objects.filter(uid=uid).filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
    if not free.update(claimed_until=now + CLAIM, attempts=F("attempts") + 1):
        raise Busy(f"letter {uid} is being sent")
    words = json.loads(unseal(letter.sealed, "outbox"))
    try:
        EmailMessage(words["subject"], words["text"], settings.DEFAULT_FROM_EMAIL, [words["to"]]).send()
    except Exception as problem:
        Letter.objects.filter(uid=uid).update(claimed_until=None, error=type(problem).__name__)
        raise
    letter.delete()
    return True


def forgotten() -> list[UUID]:
    """Letters whose task has given up: nobody has tried for an hour."""
    before = timezone.now() - timedelta(hours=1)
    free = Letter.objects.filter(made_at__lt=before).filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=before)
    )
    return list(free.order_by("made_at").values_list("uid", flat=True)[:100])


def throw_away() -> int:
    """Delete letters that are too old to be of use. How many."""
    return Letter.objects.filter(made_at__lt=timezone.now() - KEPT).delete()[0]
