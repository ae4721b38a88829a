"""Fixtures of every test. The data folder is a temporary one, set before Django reads its settings."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SUMMITRY_DATA", tempfile.mkdtemp(prefix="summitry-test-"))
os.environ.setdefault("SECRET_KEY", "only for tests")

import pytest  # noqa: E402
from django.utils import translation  # noqa: E402

SHARED = Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parent.parent / "shared")) / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data with known truth; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        if os.environ.get("SUMMITRY_REQUIRE_SHARED"):
            pytest.fail(f"no real data at {SHARED}, and CI has it")
        pytest.skip(f"no real data at {SHARED}")
    return SHARED


@pytest.fixture(autouse=True)
def _quick_and_apart(settings, tmp_path):
    """Cheap password hashes, files in a folder of this test, tasks done at once, English to begin with."""
    translation.activate("en")  # a request leaves its language behind
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
