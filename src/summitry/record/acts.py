"""What changes the record: entries, and the erasure of what they only commit to."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from summitry import __version__

from . import canonical, log, queries, registry
from .act import act, running
from .models import Entry, Opening

SALT = 32  # bytes
_KIND = re.compile(r"[a-z_]+\.[a-z_]+\Z")
_SUBJECT = re.compile(r"[a-z_]+\.[a-z_]+:[^\s:][^\s]*\Z")
_MAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")  # quick on a long word without "@" too


def enter(
    kind: str,
    *,
    subject: str,
    facts: Mapping[str, Any],
    by: str,
    actor: Any = None,
    private: Mapping[str, Any] | None = None,
) -> Entry:
    """Enters a public act in the record; called inside an act, which seals it.

    kind: "app.what_happened". subject: "app.model:key". facts: what the public is told; str, int, bool, None,
    list, dict, Text, no personal data. by: the role that acted. actor: the account, kept as a commitment to
    its uid only. private: {name: value} of which the entry holds salted commitments; values and salts are
    kept apart and may be erased. Raises TypeError or ValueError for what may not be entered.
    """
    _inside()
    entry, openings = _composed(kind, subject, facts, by, actor, private)
    log.lock()
    entry.index = log.next_index()
    log.write(entry, entry.said)
    entry.save(force_insert=True)
    for one in openings:
        one.entry = entry
    Opening.objects.bulk_create(openings)
    running.entered = True
    return entry


def enter_all(
    kind: str,
    told: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    by: str,
    actor: Any = None,
    batch: int = 500,
) -> list[Entry]:
    """Enters many acts of one kind in few statements: (subject, facts) of each. The rest is as `enter` has
    it."""
    _inside()
    log.lock()
    index, entries, openings = log.next_index(), list[Entry](), list[Opening]()
    for at, (subject, facts) in enumerate(told):
        entry, hidden = _composed(kind, subject, facts, by, actor, None)
        entry.index = index + at
        log.write(entry, entry.said)
        entries.append(entry)
        for one in hidden:
            one.entry = entry
        openings += hidden
    Entry.objects.bulk_create(entries, batch_size=batch)
    Opening.objects.bulk_create(openings, batch_size=batch)
    running.entered = running.entered or bool(entries)
    return entries


def _inside() -> None:
    if not running.act:
        raise RuntimeError("enter() is called inside an act only")


def _composed(
    kind: str,
    subject: str,
    facts: Mapping[str, Any],
    by: str,
    actor: Any,
    private: Mapping[str, Any] | None,
) -> tuple[Entry, list[Opening]]:
    """An entry without its place, and what opens its commitments. Raises as `enter` does."""
    if not _KIND.match(kind):
        raise ValueError(f"{kind!r} is no kind of act: write app.what_happened")
    if not _SUBJECT.match(subject):
        raise ValueError(f"{subject!r} is no subject: write app.model:key")
    told = canonical.clean(facts, "facts")
    _refuse_personal({"facts": told, "by": by, "subject": subject}, actor)
    hidden = dict(private or {})
    if actor is not None:
        hidden["actor"] = str(actor.uid)
    openings = [
        Opening(name=name, salt=secrets.token_bytes(SALT), value=canonical.encode(value, f"private.{name}"))
        for name, value in sorted(hidden.items())
    ]
    at = timezone.now()
    said: dict[str, Any] = {
        "v": 1,
        "at": log.moment(at),
        "kind": kind,
        "subject": subject,
        "by": by,
        "facts": told,
        "commitments": {one.name: commitment(bytes(one.salt), bytes(one.value)) for one in openings},
    }
    if registry.has_face(subject):
        said["face"] = None  # taken when the act ends, as it leaves it
    entry = Entry(at=at, kind=kind, subject=subject)
    entry.said = said
    return entry, openings


def commitment(salt: bytes, value: bytes) -> str:
    """SHA-256 of salt and canonical value, in hex."""
    return hashlib.sha256(salt + value).hexdigest()


def _strings(value: canonical.Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _strings(one)


def _refuse_personal(public: dict[str, Any], actor: Any) -> None:
    """A last guard: what goes in can never come out."""
    uid = str(actor.uid) if actor is not None else None
    for text in _strings(public):
        if _MAIL.search(text):
            raise ValueError(f"{text!r} looks like an e-mail address: personal data goes into private")
        if uid and uid in text:
            raise ValueError("the account's id is personal data: it is committed to, not entered")


@act
def renew_faces(by: str = "operator") -> list[str]:
    """After a change of the software that says the same things in another form: takes anew each public face
    that is not as the last entry about it left it. Each is entered for all to see. Returns the subjects.
    """
    changed = queries.changed_faces()
    for subject in changed:
        enter("record.face_renewed", subject=subject, facts={"software": __version__}, by=by)
    return changed


@act
def forget_actor(uid: str) -> int:
    """Erases which entries an account made; the entries stay as they are. Returns how many were erased."""
    return Opening.objects.filter(name="actor", value=canonical.encode(str(uid))).delete()[0]


@act
def forget(entry: Entry, *names: str) -> int:
    """Erases the openings of some of an entry's commitments (all if none is named). Returns how many were
    erased.
    """
    openings = Opening.objects.filter(entry=entry)
    return (openings.filter(name__in=names) if names else openings).delete()[0]
