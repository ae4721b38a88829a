"""The files that browsers fetch: gathered, named by their content and compressed when the package changed."""

import contextlib
import hashlib
import io
import os
import warnings
from pathlib import Path

# What django-htmx brings beside the one script that pages load: compressing it takes longer than the rest.
UNUSED = ("htmax-*", "hx-*", "htmx-4*", "htmx-2.js", "htmx-2-compat*")


def signature() -> str:
    """Changes when a static file of an installed app does: by name, size and time of change."""
    from django.contrib.staticfiles.finders import get_finders

    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            state.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return state.hexdigest()


def gather() -> bool:
    """Gathers them into the data folder if they changed since the last time; true if it did.

    The processes that serve must be started after this: settings look whether the folder is there.
    """
    from django.conf import settings

    root = Path(settings.STATIC_ROOT)
    kept, fresh = root / ".gathered", signature()
    if kept.exists() and kept.read_text() == fresh:
        return False
    from django.core.management import call_command
    from django.test.utils import override_settings

    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with (
        override_settings(STORAGES=storages),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        call_command(
            "collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=list(UNUSED)
        )
    kept.write_text(fresh)
    return True
