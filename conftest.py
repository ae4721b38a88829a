"""Fixtures of every test."""

import os
from pathlib import Path

import pytest
from django.utils import translation

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
