"""The log: entries, the hashes above them, checkpoints; and what may be erased without breaking any of them.

A fork is impossible by primary keys: one entry an index, one hash a place, one checkpoint a size.
"""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from . import canonical, sentences

UNREADABLE: dict[str, Any] = {  # stands for a body that somebody has spoiled
    "at": "1970-01-01T00:00:00.000000Z",
    "kind": "record.unreadable",
    "subject": "record.entry:unreadable",
    "by": "",
    "facts": {},
    "commitments": {},
}


class Octets(models.BinaryField):
    """Bytes, as `bytes` on every database."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)


class Entry(models.Model):
    """One public act. `body` is what is hashed; kind, subject and at repeat it for lists and search only."""

    index = models.PositiveBigIntegerField(primary_key=True)  # its place in the log, from 0
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    body = Octets()  # canonical JSON
    leaf = Octets(db_index=True)  # SHA-256(0x00 || body)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "index"], name="record_kind"),
            models.Index(fields=["subject", "index"], name="record_subject"),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.index}: {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("record:entry", args=[self.index])

    @cached_property
    def said(self) -> dict[str, Any]:
        """The body as data. What pages show comes from here, never from the columns beside it."""
        try:
            found = canonical.decode(bytes(self.body))
            datetime.fromisoformat(found["at"])
            return {**UNREADABLE, **found} if isinstance(found["facts"], dict) else UNREADABLE
        except (ValueError, TypeError, KeyError):
            return UNREADABLE

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.said["facts"]
        return facts

    @property
    def when(self) -> datetime:
        """The moment that the body gives."""
        return datetime.fromisoformat(self.said["at"])

    @property
    def url(self) -> str:
        return self.get_absolute_url()

    def sentence(self) -> str:
        """What happened, in the reader's language."""
        return sentences.plain(self.said)

    def sentence_html(self) -> SafeString:
        """The same with the subject's name as a link to its page."""
        return sentences.html(self.said)


class Node(models.Model):
    """A hash above the leaves, kept on every eighth level only (row 1: over 256 entries each, row 2: over
    65,536).
    """

    pk = models.CompositePrimaryKey("row", "place")
    row = models.PositiveSmallIntegerField()
    place = models.PositiveBigIntegerField()
    hash = Octets()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(row__gte=1), name="record_rows_above_the_leaves")]

    def __str__(self) -> str:
        return f"{self.row}/{self.place}"


class Checkpoint(models.Model):
    """A signed statement: so many entries, this root. Sealed at the end of an act that entered something."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = Octets()
    at = models.DateTimeField()
    note = models.TextField()  # the signed note, as published

    def __str__(self) -> str:
        return f"{self.size}: {self.root.hex()}"


class Opening(models.Model):
    """What a commitment in an entry commits to. Deleting it leaves the entry as it was, and says nothing any
    more.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="openings")
    name = models.CharField(max_length=80)
    salt = Octets()
    value = Octets()  # canonical JSON

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="record_one_opening")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.name}"
