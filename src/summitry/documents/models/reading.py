"""What readers with an account keep of a document for themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.people.models import User

from .texts import Document, Version


class Reader(models.Model):
    """A person with an account and a document: which version she has read last, and whether she wants to be
    told of the next. Nobody else sees it; it goes with the account."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="readers")
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    follows = models.BooleanField(_("letters about new versions"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "document"], name="one_reader_a_document")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.document_id}"
