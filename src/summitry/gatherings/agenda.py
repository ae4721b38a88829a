"""A reader's own agenda: keys of sessions in a signed cookie, without an account. The same text, signed
without a time, is the address under which she shares it."""

from collections.abc import Iterable

from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import Gathering

MOST = 300  # sessions; a cookie holds 4 kB
_AGE = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_SALT = "summitry.gatherings.agenda"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    found = ""
    while number:
        number, digit = divmod(number, 36)
        found = _DIGITS[digit] + found
    return found or "0"


def pack(keys: Iterable[int]) -> str:
    return ".".join(_base36(key) for key in sorted(set(keys)))


def unpack(text: str) -> frozenset[int]:
    """The keys of a packed agenda; what cannot be read is left out."""
    found = set()
    for part in text.split(".")[:MOST]:
        if part and len(part) < 12 and all(sign in _DIGITS for sign in part):
            found.add(int(part, 36))
    return frozenset(found)


def _name(gathering: Gathering) -> str:
    return f"agenda-{gathering.pk}"


def read(request: HttpRequest, gathering: Gathering) -> frozenset[int]:
    """The reader's agenda; a cookie that is not ours counts as none."""
    kept = request.get_signed_cookie(_name(gathering), default="", salt=_SALT)
    return unpack(kept or "")


def keep(response: HttpResponse, gathering: Gathering, keys: Iterable[int], *, secure: bool) -> None:
    """Writes the agenda into the response's cookie; an empty one takes the cookie away. A script may read it:
    it lays the stars over pages that are the same bytes for every reader."""
    packed = pack(keys)
    if not packed:
        response.delete_cookie(_name(gathering), samesite="Lax")
        return
    response.set_signed_cookie(
        _name(gathering), packed, salt=_SALT, max_age=_AGE, samesite="Lax", secure=secure
    )


def code(gathering: Gathering, keys: Iterable[int]) -> str:
    """The part of an address that holds an agenda; always the same for the same sessions."""
    return signing.Signer(salt=f"{_SALT}.{gathering.slug}", sep="~").sign(pack(keys))


def decode(gathering: Gathering, signed: str) -> frozenset[int] | None:
    """The sessions of a shared agenda; None if the address was changed or cut."""
    try:
        return unpack(signing.Signer(salt=f"{_SALT}.{gathering.slug}", sep="~").unsign(signed))
    except signing.BadSignature:
        return None
