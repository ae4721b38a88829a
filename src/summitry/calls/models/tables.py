"""Entries that came in a table: under which id, and what it said."""

from django.db import models

from .call import Call
from .submission import Submission


class Imported(models.Model):
    """An entry that a call manager took in. `key` is the table's id for it; `digest` of what was taken, and
    `version` of the submission then: as long as nobody else has changed it, a table may."""

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="imported")
    call = models.ForeignKey(Call, models.CASCADE, related_name="imported")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical JSON
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="one_imported_a_key")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.key}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()
