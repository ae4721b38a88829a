import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _english_and_uncounted():
    """Each test begins in English (a request leaves its language behind) and with no attempt counted."""
    cache.clear()
    with translation.override("en"):
        yield
