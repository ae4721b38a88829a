"""What machines have translated: kept apart from what people wrote, by the words that were translated."""

import hashlib

from django.db import models
from django.utils import timezone


def key_of(words: str) -> str:
    """SHA-256 of words, in hex."""
    return hashlib.sha256(words.encode()).hexdigest()


class MachineText(models.Model):
    """A machine's translation of these words, whoever wrote them and wherever they stand. Words that change
    have another key, so it is never outdated."""

    source = models.CharField(max_length=12)
    target = models.CharField(max_length=12)
    key = models.CharField(max_length=64)  # of the words
    words = models.TextField()  # in the target language
    provider = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "target", "source"], name="machine_words_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
