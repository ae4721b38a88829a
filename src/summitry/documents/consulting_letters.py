"""Letters to those who said something of a version, each in her language; acts put them into the outbox."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from summitry.people import mail
from summitry.people.models import Institution, User
from summitry.people.queries import institution
from summitry.text.value import Text

from . import dispositions
from .letters import link
from .models import Comment, Report, Said, Version


def _address(said: Said, language: str) -> str:
    name = "comment" if isinstance(said, Comment) else "amendment"
    return link(language, name, said.version.document.slug, said.version.number, said.number)


def _author(said: Said) -> User | None:
    user = said.person.user if said.person is not None else None
    return user if user is not None and user.is_active else None


def _composed(
    said: Said, user: User, template: str, house: Institution, context: Mapping[str, Any]
) -> tuple[str, str, str]:
    language = user.language or settings.LANGUAGE_CODE
    into = context.get("into")
    more = {
        "said": said,
        "is_comment": isinstance(said, Comment),
        "document": said.version.document,
        "version": said.version,
        "institution": house,
        "link": _address(into or said, language),
        **context,
    }
    return (user.email, *mail.compose(f"documents/{template}", more, language))


def to_author(said: Said, template: str, context: Mapping[str, Any] | None = None) -> None:
    """A letter to whoever wrote a comment or proposed an amendment, if she still has an account."""
    if (user := _author(said)) is not None:
        mail.post(*_composed(said, user, template, institution(), context or {}))


def answers(version: Version, said: Iterable[Said], correction: Text | None = None) -> int:
    """Their answers, to all who asked, each about her own; how many letters go."""
    house = institution()
    return mail.post_all(
        _composed(
            one,
            user,
            "answered",
            house,
            {"disposition": dispositions.get(one.outcome), "correction": correction},
        )
        for one in said
        if (user := _author(one)) is not None
    )


def to_reporter(report: Report) -> None:
    """The reply to somebody who reported an error in the answers."""
    user = report.person.user if report.person is not None else None
    if user is None or not user.is_active:
        return
    language, version = user.language or settings.LANGUAGE_CODE, report.version
    context = {
        "report": report,
        "document": version.document,
        "link": link(language, "disposition", version.document.slug, version.number),
    }
    mail.send("documents/report_replied", user, context, language)
