"""Who may do what with gatherings. A programme manager works in the scope of a gathering or of the
institution."""

from typing import Any

import rules

from summitry.people.models import Person, Role
from summitry.people.permissions import holds, holds_here, signed_in

from . import queries
from .models import Session, SessionReport

secretariat = holds(Role.SECRETARIAT)
works_on_programmes = holds(Role.SECRETARIAT, Role.PROGRAMME)


def _person(user: Any) -> Person | None:
    return getattr(user, "person", None) if user.is_authenticated else None


@rules.predicate
def reports_on(user: Any, obj: Any = None) -> bool:
    """She is rapporteur or host of the session, or proposed it."""
    session = obj.session if isinstance(obj, SessionReport) else obj
    person = _person(user)
    return isinstance(session, Session) and person is not None and queries.is_reporter(person, session)


@rules.predicate
def takes_part(user: Any, obj: Any = None) -> bool:
    """She leads the session: as moderator, rapporteur or host."""
    person = _person(user)
    if not isinstance(obj, Session) or person is None:
        return False
    return obj.parts.filter(person=person).exclude(role="speaker").exists()


rules.add_perm("gatherings.create_gathering", secretariat | holds(Role.PROGRAMME))
rules.add_perm("gatherings.edit_gathering", works_on_programmes)
rules.add_perm("gatherings.edit_programme", works_on_programmes)
rules.add_perm("gatherings.see_working", works_on_programmes | holds(Role.AUDITOR, Role.TRANSLATOR))
rules.add_perm("gatherings.release_programme", works_on_programmes)
rules.add_perm("gatherings.watch_agenda", signed_in)
rules.add_perm("gatherings.deliver_report", works_on_programmes | reports_on)
rules.add_perm("gatherings.write_outcome", works_on_programmes | takes_part)
# The thing is a `Convener`, whose scope is its organisation: a focal point of the institution at large does
# not speak for one of its conveners.
rules.add_perm("gatherings.speak_for_convener", holds_here(Role.FOCAL_POINT))
