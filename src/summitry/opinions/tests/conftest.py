import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _uncounted():
    """Each test begins with nothing counted against a limit."""
    cache.clear()
