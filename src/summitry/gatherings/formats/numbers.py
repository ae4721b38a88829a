"""Stand-ins for what a format demands and a schedule does not have: made of what is there, and known again,
so that reading them gives nothing where there was nothing."""

import re
import uuid

_SLUG = re.compile(r"[a-z0-9_-]+[a-z0-9]\Z")
_ACRONYM = re.compile(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?\Z")
_NAMESPACE = uuid.UUID("8b3f0c5e-7a41-5f0e-9d0a-6d6f3f1f2a10")


def number(id: str, key: str) -> int:
    """The whole number of a session: its id, if it is one, else one made of its key."""
    return int(id) if id.isascii() and id.isdigit() and 0 < int(id) < 10**15 else made(key)


def made(key: str) -> int:
    return 10**15 + uuid.uuid5(_NAMESPACE, key).int % 10**15


def said(given: str, key: str) -> str:
    """The id that a number stands for: none, where it was made."""
    return "" if given == str(made(key)) else given


def slug(given: str, key: str) -> str:
    return given if _SLUG.match(given) else made_slug(key)


def made_slug(key: str) -> str:
    return f"session-{uuid.uuid5(_NAMESPACE, key).hex[:16]}"


def said_slug(given: str, key: str) -> str:
    return "" if given == made_slug(key) else given


def guid(kind: str, name: str) -> str:
    """For a room or a person that has none."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))


def said_guid(given: str, kind: str, name: str) -> str:
    return "" if given == guid(kind, name) else given


def acronym(given: str) -> str:
    """One that keeps to the pattern of the c3voc schemas."""
    if _ACRONYM.match(given):
        return given
    found = re.sub(r"[^a-z0-9_]+", "_", given.lower()).strip("_")
    return found if _ACRONYM.match(found) else f"{found}_event".strip("_")
