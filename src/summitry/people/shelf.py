"""Files between the look at what they would change and the taking: kept for a while, each for its uploader
and one purpose alone."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of the store for uploads, and how long a file lies in it."""

    folder: str
    lasts: timedelta

    @property
    def _salt(self) -> str:
        return f"summitry.shelf.{self.folder}"

    def put(self, data: bytes, user: int, purpose: str = "") -> str:
        """Keeps a file; the word under which this user takes it again, for the same purpose. What nobody
        came back for goes now."""
        self._sweep()
        name = secrets.token_hex(16)
        default_storage.save(f"{self.folder}/{name}", ContentFile(data))
        return signing.dumps([name, user, purpose], salt=self._salt)

    def get(self, word: str, user: int, purpose: str = "") -> bytes | None:
        """The file under this word; None if there is none such, or it is not hers, or too old."""
        try:
            name, owner, what = signing.loads(word, salt=self._salt, max_age=self.lasts)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        path = f"{self.folder}/{name}"
        if (owner, what) != (user, purpose) or not default_storage.exists(path):
            return None
        with default_storage.open(path) as file:
            found: bytes = file.read()
        return found

    def drop(self, word: str) -> None:
        """Its file has been taken."""
        name, _owner, _purpose = signing.loads(word, salt=self._salt)
        default_storage.delete(f"{self.folder}/{name}")

    def _sweep(self) -> None:
        try:
            _folders, names = default_storage.listdir(self.folder)
        except FileNotFoundError:
            return
        for name in names:
            path = f"{self.folder}/{name}"
            if default_storage.get_modified_time(path) < timezone.now() - self.lasts:
                default_storage.delete(path)
