"""Schedule files between the look at what they would change and the import: kept for a day, known by their
hash."""

import hashlib
from datetime import timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

FOLDER = "gatherings/imports"
KEPT = timedelta(days=1)
_SALT = "summitry.gatherings.imports"


def keep(data: bytes, user_key: int) -> str:
    """Keeps a file and gives the word by which this user, and nobody else, takes it again."""
    _clear()
    name = hashlib.sha256(data).hexdigest()
    path = f"{FOLDER}/{name}.xml"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))
    return signing.dumps([name, user_key], salt=_SALT)


def take(word: str, user_key: int) -> bytes | None:
    """The file that was kept under this word; None if the word is not whole, not hers, or too old."""
    try:
        name, owner = signing.loads(word, salt=_SALT, max_age=KEPT)
    except (signing.BadSignature, ValueError):
        return None
    path = f"{FOLDER}/{name}.xml"
    if owner != user_key or not default_storage.exists(path):
        return None
    with default_storage.open(path) as file:
        return file.read()


def _clear() -> None:
    """Takes away what nobody came back for."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    now = timezone.now()
    for name in names:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < now - KEPT:
            default_storage.delete(path)
