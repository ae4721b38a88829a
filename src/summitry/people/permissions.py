"""Who may do what with people, and the predicates from which every app builds its own rules."""

from dataclasses import dataclass
from typing import Any

from rules.permissions import add_perm
from rules.predicates import Predicate, predicate

from .models import INSTITUTION, Person, Role


@dataclass(frozen=True, slots=True)
class Duty:
    """A mandate that is about to be given or taken: what `people.grant_mandate` is asked about."""

    role: str
    scope: str

    def scopes(self) -> list[str]:
        return list(dict.fromkeys([self.scope, INSTITUTION]))


def scopes_of(obj: Any) -> list[str]:
    """The scopes in which a mandate counts for this thing; always ends with the institution."""
    offered = obj.scopes() if obj is not None and hasattr(obj, "scopes") else []
    return list(dict.fromkeys([*offered, INSTITUTION]))


def own_scopes_of(obj: Any) -> list[str]:
    """The scopes that are the thing's own: what its `own_scopes()` says, else the first of its `scopes()`."""
    if obj is None:
        return []
    if hasattr(obj, "own_scopes"):
        return list(obj.own_scopes())
    return list(obj.scopes()[:1]) if hasattr(obj, "scopes") else []


def _in(user: Any, wanted: tuple[str, ...], scopes: list[str]) -> bool:
    held: frozenset[tuple[str, str]] = getattr(user, "roles", frozenset())  # an anonymous visitor has none
    return any((role, scope) in held for role in wanted for scope in scopes)


def holds(*roles: str) -> Predicate:
    """True if the user holds one of the roles in a scope of the thing or in the institution."""
    wanted = tuple(str(role) for role in roles)

    def check(user: Any, obj: Any = None) -> bool:
        return _in(user, wanted, scopes_of(obj))

    return predicate(check, name=f"holds({', '.join(wanted)})")


def holds_here(*roles: str) -> Predicate:
    """True if the user holds one of the roles in the thing's own scope: for duties that are never inherited,
    such as a juror's. A thing that lives in another (a submission in its call) names that one first in
    `scopes()`."""
    wanted = tuple(str(role) for role in roles)

    def check(user: Any, obj: Any = None) -> bool:
        return _in(user, wanted, own_scopes_of(obj))

    return predicate(check, name=f"holds_here({', '.join(wanted)})")


@predicate
def is_self(user: Any, obj: Any = None) -> bool:
    """The thing is the user's own person, or belongs to it (an affiliation, a mandate)."""
    person = obj if isinstance(obj, Person) else getattr(obj, "person", None)
    return bool(person and user.is_authenticated and person.user_id == user.pk)


@predicate
def has_no_account(user: Any, obj: Any = None) -> bool:
    return isinstance(obj, Person) and obj.user_id is None and obj.erased_at is None


@predicate
def is_jury_duty(user: Any, obj: Any = None) -> bool:
    """Duties within one call that its manager fills."""
    return (
        isinstance(obj, Duty)
        and obj.scope != INSTITUTION
        and obj.role in {Role.SCREENER, Role.JUROR, Role.JURY_CHAIR, Role.TRANSLATOR}
    )


@predicate
def signed_in(user: Any, obj: Any = None) -> bool:
    return bool(user.is_authenticated)


secretariat = holds(Role.SECRETARIAT)

add_perm("people.see_desk", secretariat)
add_perm("people.keep_organisations", secretariat)
add_perm("people.keep_addresses", secretariat)
add_perm("people.keep_institution", secretariat)
add_perm("people.name_organisation", signed_in)
add_perm("people.keep_mandates", secretariat)
add_perm("people.grant_mandate", secretariat | (is_jury_duty & holds_here(Role.CALL_MANAGER)))
add_perm("people.end_mandate", secretariat | (is_jury_duty & holds_here(Role.CALL_MANAGER)))
add_perm("people.edit_profile", is_self | (secretariat & has_no_account))
add_perm("people.erase_person", is_self)
