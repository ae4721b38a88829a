"""What all acts on gatherings share: locks, permission of the operator, entries, the mark of a changed
programme."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as
from summitry.record.act import Stale, require
from summitry.record.acts import enter

from .. import queries
from ..models import Gathering, Session


def allow(actor: User | None, permission: str, thing: Any = None) -> None:
    """None is the operator at the command line, who may do everything."""
    if actor is not None:
        require(actor, permission, thing)


def locked(gathering: Gathering) -> Gathering:
    """The gathering as it stands now, held until the act ends: changes of one programme go one after
    another."""
    return Gathering.objects.select_for_update(of=("self",)).select_related("released").get(pk=gathering.pk)


def locked_session(session: Session, version: int | None) -> Session:
    """The session as it stands now. Stale if somebody has changed it since the version that the actor saw."""
    found = Session.objects.select_for_update(of=("self",)).select_related("gathering").get(pk=session.pk)
    if version is not None and found.version != version:
        raise Stale()
    return found


def programme_changed(gathering: Gathering) -> None:
    """Marks that the working programme may differ from the released one; the first change keeps its time."""
    Gathering.objects.filter(pk=gathering.pk, changed_at=None).update(changed_at=timezone.now())


def checked(thing: Any, *fields: str) -> None:
    """Validates the named fields of a model instance as forms would; raises ValidationError by field."""
    thing.clean_fields(exclude={one.name for one in thing._meta.fields if one.name not in fields})


def desk_role(actor: User | None, gathering: Gathering) -> str:
    """The role in which somebody of the programme's desk acts; empty for others."""
    return acting_as(actor, gathering, Role.PROGRAMME, Role.SECRETARIAT)


def told(kind: str, gathering: Gathering, actor: User | None, by: str = "", **facts: Any) -> None:
    """Enters a public act about a gathering in the record; `by` is the role, by default the desk's."""
    enter(
        kind,
        subject=scope_of(gathering),
        facts={"title": gathering.title, "slug": gathering.slug, **facts},
        by=by or desk_role(actor, gathering),
        actor=actor,
    )


def told_of_session(kind: str, session: Session, by: str, actor: User | None, **facts: Any) -> None:
    """Enters a public act about a session in the record, under its title of the programme's last release."""
    row = queries.released_row(session)
    enter(
        kind,
        subject=f"{session._meta.label_lower}:{session.gathering.slug}/{session.slug}",
        facts={
            "title": row.title if row else session.title,
            "slug": session.slug,
            "gathering": session.gathering.slug,
            **facts,
        },
        by=by,
        actor=actor,
    )


def same_gathering(gathering: Gathering, field: str, thing: Any) -> None:
    """Raises ValidationError under this field for a thing of another gathering."""
    if thing is not None and thing.gathering_id != gathering.pk:
        raise ValidationError({field: _("This belongs to another gathering.")})
