"""From a scope or a subject ("calls.call:practice-cases-2026") back to the thing that it names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from .models import INSTITUTION, scope_of


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _key_field(model: type[models.Model]) -> str:
    try:
        return model._meta.get_field("slug").name
    except FieldDoesNotExist:
        return "pk"


def things(scopes: Iterable[str]) -> dict[str, models.Model]:
    """The things that the scopes name; what is unknown is left out. One query a model."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for scope in scopes:
        label, _colon, key = scope.partition(":")
        if key:
            wanted[label].add(key)
    found: dict[str, models.Model] = {}
    for label, keys in wanted.items():
        model = _model(label)
        if model is None:
            continue
        field = _key_field(model)
        usable = keys if field != "pk" else {key for key in keys if key.isdecimal() and len(key) < 19}
        for thing in model._default_manager.filter(**{f"{field}__in": usable}):
            found[f"{label}:{getattr(thing, field)}"] = thing
    return found


def exists(scope: str) -> bool:
    """The institution, or a thing that is there. At most one query."""
    return scope == INSTITUTION or bool(things([scope]))


def names(scopes: Iterable[str]) -> dict[str, str]:
    """What people call each scope, in the reader's language; an unknown one keeps its code."""
    listed = list(dict.fromkeys(scopes))
    found = things(listed)
    named = {scope: str(found[scope]) if scope in found else scope for scope in listed}
    if INSTITUTION in named:
        named[INSTITUTION] = _("the institution")
    return named


MOST = 200
_offered: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {}


def offer(name: str, give: Callable[[], Iterable[tuple[str, str]]]) -> None:
    """Tell the desk in which scopes a mandate can be given: `give()` lists (scope, title), the newest first.

    Called in AppConfig.ready(), e.g. `scopes.offer(gettext_noop("Calls"), queries.scopes)`.
    """
    _offered[name] = give


def offer_all(name: str, label: str) -> None:
    """Offer all of a model, the newest first: `scopes.offer_all(gettext_noop("Calls"), "calls.call")`."""

    def give() -> Iterator[tuple[str, str]]:
        model = apps.get_model(label)
        for thing in model._default_manager.order_by("-pk")[:MOST]:
            yield scope_of(thing), str(thing)

    offer(name, give)


def choices() -> list[tuple[str, Any]]:
    """The institution, then what each app offers, in groups. For a select; at most `MOST` a group."""
    groups: list[tuple[str, Any]] = [(INSTITUTION, _("the institution"))]
    for name, give in _offered.items():
        if listed := list(islice(give(), MOST)):
            groups.append((_(name), listed))
    return groups
