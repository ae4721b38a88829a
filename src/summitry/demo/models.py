"""The mailbox of a demonstration: what would have been sent to people's addresses."""

from django.db import models
from django.urls import reverse


class Mail(models.Model):
    """One letter. It exists only where settings.DEMO is on; anyone in the demonstration may read it."""

    to = models.CharField(max_length=320, db_index=True)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("demo:mail", args=[self.pk])
