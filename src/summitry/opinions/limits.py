"""How much of one voice, or of one network, is taken in some time. Counted in the cache: nothing is kept."""

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    most: int
    seconds: int


VOTES = Limit("votes", 60, MINUTE)  # of a voice
VOTES_OF_NETWORK = Limit("network", 1200, MINUTE)  # a conference behind one address
VOICES_OF_NETWORK = Limit("voices", 200, HOUR)  # new ones without an account
STATEMENTS = Limit("statements", 10, HOUR)  # of a voice
STATEMENTS_OF_NETWORK = Limit("network-statements", 100, HOUR)


def _now() -> int:
    return int(time.time())


class TooMany(Exception):
    """More than is taken; `wait` is how many seconds until more is."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(
            _("That was quick: too much has come from you or from your network. Go on in a minute or so.")
            if wait <= MINUTE
            else _("Too much has come from you or from your network. Go on in an hour or so.")
        )


def count(limit: Limit, whose: str) -> None:
    """Counts one more. Raises TooMany. Without anybody to count for, nothing is counted."""
    if not whose:
        return
    now = _now()
    digest = hashlib.sha256(whose.encode()).hexdigest()[:32]
    key = f"opinions.{limit.name}.{digest}.{now // limit.seconds}"
    try:
        found = cache.incr(key)
    except ValueError:  # the first, or of two that come first at once, the second to add it
        found = 1 if cache.add(key, 1, limit.seconds) else cache.incr(key)
    if found > limit.most:
        raise TooMany(limit.seconds - now % limit.seconds)
