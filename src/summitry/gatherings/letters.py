"""Letters about programmes: each in its reader's language, put into the outbox within the act that sends
it."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings

from summitry.calls.acts.common import link
from summitry.people import mail
from summitry.people.models import Organisation, User
from summitry.people.queries import institution

from . import queries
from .models import Gathering, OutcomeDocument, Release
from .programme import Changes


def _language(user: User) -> str:
    return user.language or settings.LANGUAGE_CODE


def released(release: Release, changes: Changes) -> int:
    """One digest to each account that a release concerns: as somebody who takes part in changed sessions or
    speaks for a convener of them, as a reader who watches them. How many go. Seven queries, whatever the
    number of readers."""
    gathering = release.gathering
    concerned = queries.concerned(gathering, changes)
    if not concerned:
        return 0
    context = {
        "institution": institution(),
        "gathering": gathering,
        "release": release,
        "zone": ZoneInfo(gathering.time_zone),
        "rooms": {room.slug: room.name for room in gathering.rooms.all()},
    }
    return mail.post_all(
        (
            one.user.email,
            *mail.compose(
                "gatherings/released",
                {
                    **context,
                    "own": one.own,
                    "convened": one.convened,
                    "watched": one.watched,
                    "link": link(_language(one.user), "gatherings:release", gathering.slug, release.version),
                },
                _language(one.user),
            ),
        )
        for one in concerned
    )


def outcome_proposed(document: OutcomeDocument, conveners: Iterable[Organisation]) -> int:
    """To everybody who may speak for a convener: the outcome document waits for her side's word."""
    session, house, sent = document.session, institution(), 0
    row = queries.released_row(session)  # a title that waits for the next release is told to nobody
    for organisation in conveners:
        for mandate in queries.speakers_for(organisation):
            user = mandate.person.user
            if user is None or not user.is_active:
                continue
            language = _language(user)
            context = {
                "institution": house,
                "document": document,
                "title": row.title if row else session.title,
                "organisation": organisation,
                "link": link(language, "gatherings:outcome", session.gathering.slug, session.slug),
            }
            mail.send("gatherings/outcome_proposed", user, context, language)
            sent += 1
    return sent


def reports_late(gathering: Gathering) -> int:
    """One letter to each account that owes a late report of an edition, naming all of them."""
    house, late = institution(), queries.late_reporters(gathering)
    for user, reports in late.items():
        language = _language(user)
        context = {
            "institution": house,
            "gathering": gathering,
            "reports": reports,
            "link": link(language, "people:me"),
        }
        mail.send("gatherings/reports_late", user, context, language)
    return len(late)
