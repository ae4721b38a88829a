"""Acts, kinds and subjects of the record's own tests."""

from contextlib import contextmanager
from types import SimpleNamespace

from summitry.record import registry
from summitry.record.act import act
from summitry.record.acts import enter

KIND = "tests.opened"
SUBJECT = "tests.thing:one"


@act
def say(count=1, subject=SUBJECT, kind=KIND, **facts):
    """An act that enters `count` entries."""
    return [
        enter(
            kind, subject=subject, facts={"title": {"en": "A call"}, "n": number, **facts}, by="call_manager"
        )
        for number in range(count)
    ]


@contextmanager
def things(**extra):
    """A kind of subject whose faces stand in a dict, and a kind of act about it, while the block runs."""
    before = dict(registry.kinds), dict(registry.subjects), dict(registry.roles)
    world = SimpleNamespace(faces={})
    registry.kind(KIND, "Thing opened: %(title)s", icon="call")
    options = {
        "url": lambda key: f"/en/things/{key}/" if key in world.faces else None,
        "face": lambda key: world.faces.get(key),
        **extra,
    }
    registry.subject("tests.thing", **options)
    try:
        yield world
    finally:
        for mapping, kept in zip((registry.kinds, registry.subjects, registry.roles), before, strict=True):
            mapping.clear()
            mapping.update(kept)
