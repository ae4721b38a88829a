"""Letters to those who follow a document, each in her language, put into the outbox within the act."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from summitry.people import mail
from summitry.people.models import User
from summitry.people.queries import institution
from summitry.text.moments import exact

from .models import Reader, Version

SALT = "summitry.documents.unfollow"
_LINK = "\ue000"  # private use: stands for what differs from reader to reader


def link(language: str, name: str, *args: Any) -> str:
    """The absolute address of a page of documents in a language."""
    with translation.override(language):
        return settings.BASE_URL + reverse(f"documents:{name}", args=args)


def _moment(moment: datetime | None, language: str) -> str:
    with translation.override(language):
        return exact(moment) if moment is not None else ""


def to_followers(
    version: Version,
    template: str,
    context: Mapping[str, Any] | None = None,
    besides: User | None = None,
) -> int:
    """A letter to all who follow the document of a version, with a link by which each follows it no more. How
    many go. Two queries, and the letters; the words are composed once a language."""
    document = version.document
    readers = Reader.objects.filter(document=document, follows=True, user__is_active=True)
    users = [one.user for one in readers.exclude(user=besides).select_related("user").order_by("pk")]
    if not users:
        return 0
    house, composed = institution(), {}
    letters = []
    for user in users:
        language = user.language or settings.LANGUAGE_CODE
        if language not in composed:
            more = {
                "institution": house,
                "document": document,
                "version": version,
                "since": _moment(version.comments_from, language),
                "until": _moment(version.comments_until, language),
                "link": link(language, "version", document.slug, version.number),
                "changes": link(language, "changes", document.slug),
                "unfollow": _LINK,
                **(context or {}),
            }
            composed[language] = mail.compose(f"documents/{template}", more, language)
        subject, text = composed[language]
        word = signing.dumps([user.pk, document.pk], salt=SALT)
        letters.append((user.email, subject, text.replace(_LINK, link(language, "unfollow", word))))
    return mail.post_all(letters)


def published(version: Version, besides: User | None = None) -> int:
    """A version is published: to all who follow its document. How many go. Two queries, and the letters."""
    return to_followers(version, "published", besides=besides)
