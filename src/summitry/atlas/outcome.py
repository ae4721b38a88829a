"""What the engine of calls asks of the library: a case for each accepted submission."""

from summitry.calls.models import Decision
from summitry.people.models import User, scope_of

from . import acts


def make(actor: User | None, decision: Decision) -> str:
    """The outcome "atlas.case": publishes the case and gives its subject in the record."""
    return scope_of(acts.publish_case(actor, decision))


def take_back(decision: Decision) -> None:
    """The applicant gives her place back: the case leaves the library, its page says why."""
    acts.take_back_case(decision)
