import pytest
from django.core.cache import cache

from summitry.opinions import limits


@pytest.fixture(autouse=True)
def _uncounted(monkeypatch):
    """Each test begins with nothing counted against a limit, and stays within one minute of counting."""
    cache.clear()
    monkeypatch.setattr(limits, "_now", lambda: 1_800_000_000)
