"""The counters that all processes share: in a file that each maps into its memory, or in Redis.

Names are hashed to cells. Two names that share a cell retire each other's pages: more than needed, never
less.
"""

import fcntl
import mmap
import os
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

CELLS = 1 << 17
OPEN = 600  # seconds after which an open name is taken for one that a dead process left behind
LAG = 0.005  # seconds
_HEAD = 8  # numbers before the cells: the clock, the epoch


@lru_cache(maxsize=1 << 16)
def cell(name: str) -> int:
    """Which cell a name has; the same in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") % CELLS


def _fresh() -> int:
    return secrets.randbits(62) | 1


class Counters(Protocol):
    @property
    def epoch(self) -> int:
        """Another one: everything kept before is void."""

    def renew(self) -> None:
        """Begins a new epoch."""

    def clock(self) -> int:
        """The time of the last retirement of all."""

    def latest(self, cells: Sequence[int]) -> int:
        """The latest retirement of any of these; 0 for never."""

    def is_open(self, cells: Sequence[int]) -> bool:
        """Whether a transaction that retired one of these may not be over yet."""

    def open(self, cells: Iterable[int]) -> None:
        """Retires, before a commit."""

    def close(self, cells: Iterable[int]) -> None:
        """Retires, after it."""


class FileCounters:
    """One file on this machine. To read costs no system call; to write, one lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._thread = threading.Lock()
        size = 8 * (_HEAD + 3 * CELLS)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with self._locked():
            if os.fstat(self._file).st_size != size:
                os.ftruncate(self._file, 0)
                os.ftruncate(self._file, size)  # sparse: takes only the space of what is written
            self._map = mmap.mmap(self._file, size)
            self._numbers = memoryview(self._map).cast("Q")
            if not self._numbers[1]:
                self._numbers[1] = _fresh()
        self._inode = os.fstat(self._file).st_ino

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    @property
    def is_gone(self) -> bool:
        """Whether somebody took the file away: then other processes count in another."""
        try:
            return os.stat(self._path).st_ino != self._inode
        except FileNotFoundError:
            return True

    @property
    def epoch(self) -> int:
        return self._numbers[1]

    def renew(self) -> None:
        with self._locked():
            self._numbers[1] = _fresh()
            self._numbers[0] += 1

    def clock(self) -> int:
        return self._numbers[0]

    def latest(self, cells: Sequence[int]) -> int:
        numbers = self._numbers
        return max((numbers[_HEAD + one] for one in cells), default=0)

    def is_open(self, cells: Sequence[int]) -> bool:
        numbers, early = self._numbers, int(time.time()) - OPEN
        return any(numbers[_HEAD + CELLS + one] and numbers[_HEAD + 2 * CELLS + one] > early for one in cells)

    def open(self, cells: Iterable[int]) -> None:
        now = int(time.time())
        with self._locked():
            numbers, then = self._numbers, self._numbers[0] + 1
            for one in cells:
                opened = _HEAD + CELLS + one
                if numbers[opened + CELLS] <= now - OPEN:
                    numbers[opened] = 0  # left behind by a process that died
                numbers[opened] += 1
                numbers[opened + CELLS] = now
                numbers[_HEAD + one] = then
            numbers[0] = then  # last: who sees the new time sees the cells

    def close(self, cells: Iterable[int]) -> None:
        with self._locked():
            numbers, then = self._numbers, self._numbers[0] + 1
            for one in cells:
                opened = _HEAD + CELLS + one
                numbers[opened] = max(numbers[opened], 1) - 1
                numbers[_HEAD + one] = then
            numbers[0] = then


_OPEN = """
local now = tonumber(ARGV[1])
local clock = redis.call('HINCRBY', KEYS[1], 'clock', 1)
for i = 3, #ARGV do
  local at = tonumber(redis.call('HGET', KEYS[1], 'a' .. ARGV[i]) or '0')
  if at <= now - tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], 'o' .. ARGV[i]) end
  redis.call('HINCRBY', KEYS[1], 'o' .. ARGV[i], 1)
  redis.call('HSET', KEYS[1], 'a' .. ARGV[i], now, 'c' .. ARGV[i], clock)
end
"""
_CLOSE = """
local clock = redis.call('HINCRBY', KEYS[1], 'clock', 1)
for i = 1, #ARGV do
  local open = tonumber(redis.call('HGET', KEYS[1], 'o' .. ARGV[i]) or '0')
  if open <= 1 then redis.call('HDEL', KEYS[1], 'o' .. ARGV[i], 'a' .. ARGV[i])
  else redis.call('HINCRBY', KEYS[1], 'o' .. ARGV[i], -1) end
  redis.call('HSET', KEYS[1], 'c' .. ARGV[i], clock)
end
"""


class RedisCounters:
    """The same in Redis or Valkey, for several machines. The clock is asked for every `LAG` seconds at
    most: so late another machine may serve what was retired on this one.
    """

    def __init__(self, url: str, key: str = "summitry:kept") -> None:
        import redis

        self._redis: Any = redis.Redis.from_url(url, decode_responses=True)
        self._key = key
        self._opening, self._closing = (self._redis.register_script(text) for text in (_OPEN, _CLOSE))
        self._clock, self._epoch, self._asked = 0, 0, float("-inf")
        self.clock()

    @property
    def epoch(self) -> int:
        return self._epoch

    def renew(self) -> None:
        self._redis.hset(self._key, "epoch", _fresh())
        self._asked = float("-inf")

    def clock(self) -> int:
        now = time.monotonic()
        if now - self._asked >= LAG:
            epoch, clock = self._redis.hmget(self._key, "epoch", "clock")
            if epoch is None:  # new, or it was emptied
                self._redis.hsetnx(self._key, "epoch", _fresh())
                epoch, clock = self._redis.hmget(self._key, "epoch", "clock")
            self._clock, self._epoch, self._asked = int(clock or 0), int(epoch), now
        return self._clock

    def latest(self, cells: Sequence[int]) -> int:
        if not cells:
            return 0
        found = self._redis.hmget(self._key, [f"c{one}" for one in cells])
        return max(int(one or 0) for one in found)

    def is_open(self, cells: Sequence[int]) -> bool:
        if not cells:
            return False
        names = [f"{what}{one}" for one in cells for what in "oa"]
        found = [int(one or 0) for one in self._redis.hmget(self._key, names)]
        early = int(time.time()) - OPEN
        return any(count and at > early for count, at in zip(found[::2], found[1::2], strict=True))

    def open(self, cells: Iterable[int]) -> None:
        self._opening(keys=[self._key], args=[int(time.time()), OPEN, *cells])
        self._asked = float("-inf")

    def close(self, cells: Iterable[int]) -> None:
        self._closing(keys=[self._key], args=list(cells))
        self._asked = float("-inf")


_made: Counters | None = None
_making = threading.Lock()
_looked = 0.0


def counters() -> Counters:
    """This process's counters, by the settings CACHE_URL and DATA_DIR."""
    global _made, _looked
    made = _made
    now = time.monotonic()
    if made is not None and (now - _looked < 1 or not getattr(made, "is_gone", False)):
        if now - _looked >= 1:
            _looked = now
        return made
    from django.conf import settings

    with _making:
        url = settings.KEPT_COUNTERS
        _made = RedisCounters(url) if url else FileCounters(settings.KEPT_DIR / "counters")
        _looked = now
    return _made


def forget() -> None:
    """The next use reads the settings anew: for tests that change them."""
    global _made
    _made = None
