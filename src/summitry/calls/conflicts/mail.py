"""Domains of e-mail addresses: which of them tell where somebody belongs."""

import json
from functools import cache, lru_cache
from pathlib import Path


@cache
def _nobodys() -> tuple[frozenset[str], frozenset[str]]:
    data = json.loads((Path(__file__).parent / "data" / "mail.json").read_text("utf-8"))
    return frozenset(data["public"]), frozenset(data["reserved"])


@lru_cache(maxsize=10_000)
def tells(domain: str) -> str:
    """The domain in lower case; empty if it is of a public provider or reserved for examples (RFC 2606)."""
    domain = domain.strip().lower().rstrip(".")
    public, reserved = _nobodys()
    labels = domain.split(".")
    above = {".".join(labels[at:]) for at in range(len(labels))}
    return "" if not domain or domain in public or above & reserved else domain


def of(address: str) -> str:
    """The domain of an address, if it tells something."""
    return tells(address.rpartition("@")[2])


def within(domain: str) -> list[str]:
    """A domain and those that it lies in, down to two labels: a department's mail is its university's.

    >>> within("cs.uni.example.edu")
    ['cs.uni.example.edu', 'uni.example.edu', 'example.edu']
    """
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]
