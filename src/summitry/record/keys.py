"""The record's signing key: made once, kept in a file that only its owner reads."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from summitry.engines.merkle.note import NoteError, Signer, b64, unb64


def signer() -> Signer:
    """The signer of this deployment's checkpoints: seed from RECORD_KEY, name from RECORD_ORIGIN."""
    return _signer(str(settings.RECORD_KEY), settings.RECORD_ORIGIN)


@lru_cache(maxsize=8)
def _signer(path: str, origin: str) -> Signer:
    kept = Path(path)
    if not kept.exists():
        make(kept)
    try:
        found = Signer(origin, unb64(kept.read_text().strip(), "the seed"))
        found.verifier  # noqa: B018  (refuses a wrong length or name)
    except (NoteError, ValueError) as error:
        raise ImproperlyConfigured(f"RECORD_KEY or RECORD_ORIGIN: {error}") from error
    return found


def make(path: Path) -> None:
    """Writes a fresh seed to a file, mode 0600, unless one is there: of two who do it at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(b64(secrets.token_bytes(32)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
