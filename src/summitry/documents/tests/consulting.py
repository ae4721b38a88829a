"""Consultations for tests: a zero draft on which one comments, the people who do, and what they say."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from summitry.documents import acts
from summitry.documents.models import Amendment, Comment, Version
from summitry.people import outbox
from summitry.people.models import Affiliation, Letter, Organisation, User
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from . import factories

WORDS = (
    Text.of("We act, and we act together.", zh_hans="我们共同行动。"),
    Text.of("Signatories should publish the conditions.", zh_hans="签署方应当公布条件。"),
    Text.of("This text ends here."),
)


def consulted(slug: str = "initiative", *, days: int = 14, **columns: Any) -> Version:
    """Version 1 with provisions p1 to p3, on which comments have run for a day and run for `days` more."""
    make_institution()
    now = timezone.now()
    document = factories.a_document(slug, comment_days=columns.pop("comment_days", 14))
    columns.setdefault("comments_from", now - timedelta(days=1))
    columns.setdefault("comments_until", now + timedelta(days=days))
    version = factories.a_version(document, **columns)
    factories.provisions(version, *WORDS)
    return version


def over(version: Version, ago: timedelta = timedelta(seconds=1)) -> Version:
    """Its comments ended so long ago."""
    version.comments_until = timezone.now() - ago
    version.comments_from = min(version.comments_from, version.comments_until - timedelta(days=1))
    version.save()
    return version


def next_draft(version: Version) -> Version:
    """The next version as a draft with the same provisions."""
    return acts.start_draft(None, version.document, Version.Stage.REVISION)


def speaks_for(user: User, name: str = "Open Lab", **columns: Any) -> Organisation:
    """A confirmed organisation in which this person has a place."""
    organisation = make_organisation(name, **columns)
    Affiliation.objects.create(person=user.person, organisation=organisation)
    return organisation


def a_comment(version: Version, text: str = "Well said.", user: User | None = None, **more: Any) -> Comment:
    return acts.comment(user or make_user(), version, text, **{"language": "en", **more})


def an_amendment(version: Version, user: User | None = None, **more: Any) -> Amendment:
    asked = {
        "anchor": "p2",
        "words": "Signatories will publish the conditions.",
        "reason": "It binds.",
        **more,
    }
    return acts.amend(user or make_user(), version, asked.pop("change", "replace"), **asked)


def unsealed() -> list[str]:
    """What stands otherwise than the record left it, of all that consultations enter."""
    own = ("documents.comment:", "documents.amendment:", "documents.disposition:")
    return [one for one in changed_faces() if one.startswith(own)]


@dataclass(frozen=True, slots=True)
class Post:
    """A letter in the outbox."""

    to: str
    subject: str
    text: str


def letters() -> list[Post]:
    """What waits in the outbox, in the order in which it was put there."""
    rows = Letter.objects.order_by("pk").values_list("sealed", flat=True)
    return [Post(**json.loads(outbox.unseal(sealed, "outbox"))) for sealed in rows]
