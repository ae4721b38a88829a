import pytest

from .factories import things


@pytest.fixture
def world():
    with things() as found:
        yield found


@pytest.fixture(autouse=True)
def _own_key(settings, tmp_path):
    settings.RECORD_KEY = tmp_path / "keys" / "record.key"
    settings.RECORD_ORIGIN = "record.example/log"
