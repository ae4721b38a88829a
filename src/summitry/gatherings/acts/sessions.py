"""Sessions: what they are and who takes part."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, Person, User
from summitry.people.slugs import free_slug
from summitry.record.act import act
from summitry.text.value import Text

from ..models import Gathering, Link, Session, SessionPerson
from .common import allow, checked, locked, locked_session, programme_changed, same_gathering
from .placing import leave

SESSION = (
    "kind",
    "title",
    "subtitle",
    "abstract",
    "description",
    "language",
    "interpreted",
    "captions",
    "mode",
    "track",
    "minutes",
    "do_not_record",
    "license",
    "logo",
    "url",
    "feedback_url",
    "origin_url",
)
# A person, her role, a key of SessionPerson.Role, and for whom she takes part; without a third it stays.
type Part = tuple[Person, str] | tuple[Person, str, Organisation | None]


@act
def add_session(
    actor: User | None,
    gathering: Gathering,
    *,
    title: Text,
    people: Iterable[Part] = (),
    slug: str = "",
    **fields: Any,
) -> Session:
    """A new session, not placed yet (`SESSION` names the fields)."""
    allow(actor, "gatherings.edit_programme", gathering)
    return make_session(gathering, title=title, people=people, slug=slug, **fields)


@act
def make_session(
    gathering: Gathering,
    *,
    title: Text,
    people: Iterable[Part] = (),
    slug: str = "",
    source: str = "",
    **fields: Any,
) -> Session:
    """A new session for an act that has checked its own permission, such as the outcome of a call. `source`
    names what it came from; the same source twice gives the same session."""
    gathering = locked(gathering)
    if source and (found := gathering.sessions.filter(source=source).first()):
        return found
    session = Session(gathering=gathering, title=title, source=source)
    _fill(session, fields)
    session.slug = slug or free_slug(Session, title, gathering=gathering)
    checked(session, "title", "slug", *SESSION)
    same_gathering(gathering, "track", session.track)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"slug": _("There is a session of this short name already.")}) from error
    _set_people(session, people)
    programme_changed(gathering)
    return session


@act
def edit_session(
    actor: User | None,
    session: Session,
    version: int | None = None,
    *,
    people: Iterable[Part] | None = None,
    **fields: Any,
) -> Session:
    """Changes what a session is; its address stays. Stale if somebody has changed it since `version`."""
    allow(actor, "gatherings.edit_programme", session)
    gathering = locked(session.gathering)
    session = locked_session(session, version)
    _fill(session, fields)
    checked(session, *SESSION)
    same_gathering(gathering, "track", session.track)
    session.version += 1
    session.save()
    if people is not None:
        _set_people(session, people)
    programme_changed(gathering)
    return session


@act
def cancel_session(actor: User | None, session: Session) -> Session:
    """The session does not take place; it leaves its slot and keeps its page. Twice changes nothing."""
    allow(actor, "gatherings.edit_programme", session)
    gathering = locked(session.gathering)
    session = locked_session(session, None)
    if session.is_cancelled:
        return session
    leave(actor, gathering, session)
    session.state = Session.State.CANCELLED
    session.version += 1
    session.save(update_fields=["state", "version"])
    programme_changed(gathering)
    return session


@act
def restore_session(actor: User | None, session: Session) -> Session:
    """A cancelled session takes place after all; it waits for a slot. Twice changes nothing."""
    allow(actor, "gatherings.edit_programme", session)
    gathering = locked(session.gathering)
    session = locked_session(session, None)
    if not session.is_cancelled:
        return session
    session.state = Session.State.ACCEPTED
    session.version += 1
    session.save(update_fields=["state", "version"])
    programme_changed(gathering)
    return session


@act
def add_link(
    actor: User | None,
    session: Session,
    *,
    url: str,
    title: str = "",
    kind: str = Link.Kind.LINK,
    language: str = "",
) -> Link:
    """Adds a link to a session; the same address twice is one. `language` is that of what it leads to."""
    allow(actor, "gatherings.edit_programme", session)
    locked(session.gathering)
    if found := session.links.filter(url=url, kind=kind).first():
        return found
    if not url.startswith(("https://", "http://")):
        raise ValidationError({"url": _("An address begins with https:// or http://.")})
    link = Link(session=session, url=url, title=title, kind=kind, language=language)
    link.position = session.links.count()
    link.extra = {"own": True}  # an import that comes again leaves it
    checked(link, "url", "title", "kind", "language")
    link.save()
    return link


@act
def remove_link(actor: User | None, link: Link) -> None:
    """Takes a link away; twice changes nothing."""
    allow(actor, "gatherings.edit_programme", link.session)
    Link.objects.filter(pk=link.pk).delete()


def _fill(session: Session, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in SESSION:
            raise TypeError(f"a session has no field {name!r}")
        setattr(session, name, value)


def _set_people(session: Session, people: Iterable[Part]) -> None:
    """Makes the parts of a session these, in this order. Those added here are marked so, for imports."""
    wanted: dict[tuple[int, str], tuple[Organisation | None, ...]] = {}
    for person, role, *bodies in people:
        wanted.setdefault((person.pk, str(role)), tuple(bodies))
    for _person, role in wanted:
        if role not in SessionPerson.Role.values:
            raise ValidationError({"people": _("“%(role)s” is no role in a session.") % {"role": role}})
    kept = {(part.person_id, part.role): part for part in session.parts.all()}
    for key, part in kept.items():
        if key not in wanted:
            part.delete()
    for position, (key, given) in enumerate(wanted.items()):
        part = kept.get(key) or SessionPerson(
            session=session, person_id=key[0], role=key[1], extra={"own": True}
        )
        body = given[0] if given else part.organisation
        if part.pk is None or (part.position, part.organisation_id) != (position, body.pk if body else None):
            part.position, part.organisation = position, body
            part.save()
