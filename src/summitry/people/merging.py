"""What moves when two entries turn out to be one person.

Each app that names persons registers a function in its AppConfig.ready(): `merging.register("gatherings",
move)`. It runs within the act that merges, gets the entry that goes and the one that stays, and moves what
the app keeps. What no app moves keeps the entry alive: the act refuses.
"""

from collections.abc import Callable

from .models import Person

type Mover = Callable[[Person, Person], None]

_movers: dict[str, Mover] = {}


def register(name: str, move: Mover) -> None:
    """Add an app's function `move(gone, kept)`; a name again replaces it."""
    _movers[name] = move


def everywhere(gone: Person, kept: Person) -> None:
    """Let every app move what it keeps."""
    for name in sorted(_movers):
        _movers[name](gone, kept)


def still_named(gone: Person) -> str:
    """What still points at the entry, by the name of its model; empty if nothing does. A query for each
    relation."""
    for relation in gone._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        field = getattr(relation, "field", None)
        model = getattr(relation, "related_model", None)
        if field is None or model is None or field.many_to_many:
            continue  # a relation of many has a table between, which is a relation of its own
        if model._base_manager.filter(**{field.name: gone}).exists():
            return str(model._meta.label)
    return ""
