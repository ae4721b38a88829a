"""What else has to be looked at when something is changed that tells where a person belongs or what she may
do: her name, places, addresses and mandates, an organisation's names and domains.

Each app that draws conclusions from them registers a function in its AppConfig.ready(): `changes.register(
keep.people_changed)`. It runs within the act that changes, after the change, with the keys of the persons and
of the organisations concerned. A merge of two organisations, when there is one, tells of both.

A mandate tells nothing new about a person but what she may do in its scope: who wants to know that registers
with `changes.register_duties`."""

from collections.abc import Callable, Iterable

from django.db import transaction

from .models import Mandate, Organisation, Person

type Listener = Callable[[frozenset[int], frozenset[int]], None]
type DutyListener = Callable[[int, str], None]

_listeners: dict[str, Listener] = {}
_duty_listeners: dict[str, DutyListener] = {}


def register(listener: Listener) -> Listener:
    """Add a function `listener(persons, organisations)`; registering twice changes nothing."""
    _listeners[f"{listener.__module__}.{listener.__qualname__}"] = listener
    return listener


def tell(persons: Iterable[Person] = (), organisations: Iterable[Organisation] = ()) -> None:
    """Say that these have changed. In the caller's transaction, or in one of its own."""
    who = frozenset(one.pk for one in persons)
    what = frozenset(one.pk for one in organisations)
    if who or what:
        with transaction.atomic():
            for listener in _listeners.values():
                listener(who, what)


def register_duties(listener: DutyListener) -> DutyListener:
    """Add a function `listener(person, scope)`; registering twice changes nothing."""
    _duty_listeners[f"{listener.__module__}.{listener.__qualname__}"] = listener
    return listener


def tell_duty(mandate: Mandate) -> None:
    """Say that a mandate was given or ended. In the caller's transaction, or in one of its own."""
    with transaction.atomic():
        for listener in _duty_listeners.values():
            listener(mandate.person_id, mandate.scope)
