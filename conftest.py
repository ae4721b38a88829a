"""Fixtures of every test."""

import os
import sqlite3
import threading
from pathlib import Path

import hypothesis
import pytest
from django.db import connection, connections
from django.utils import translation

from tests import worlds

# Timings are never tests: a busy machine fails nothing. In CI a change is judged by the same examples each
# time; elsewhere every run looks at new ones.
hypothesis.settings.register_profile(
    "summitry",
    deadline=None,
    max_examples=60,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("summitry")

SHARED = Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parent.parent / "shared")) / "data"


def pytest_addoption(parser):
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out tests that touch no database: for a second run, on another one",
    )


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--database-only"):
        return
    apart = [one for one in items if not _touches_the_database(one)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [one for one in items if _touches_the_database(one)]


def _touches_the_database(item):
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


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
    worlds.memory.begin()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_rows():
    """PostgreSQL makes new files for each table that is truncated, seconds for a house of two hundred with a
    few rows in them: after a test with transactions of its own they are deleted."""

    def sql_flush(style, tables, *, reset_sequences=False, allow_cascade=False):
        names = (connection.ops.quote_name(one) for one in tables)
        return ["; ".join(["SET CONSTRAINTS ALL DEFERRED", *(f"DELETE FROM {one}" for one in names)])]  # noqa: S608

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(connection.ops, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, pytestconfig, tmp_path_factory
):
    """Servers that a browser asks answer from several threads: their SQLite is a file, for one in memory is
    one connection, and one thread sees what another has not ended yet."""
    default = connections.settings["default"]
    if pytestconfig.getoption("markexpr") == "browser" and default["ENGINE"].endswith("sqlite3"):
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


@pytest.fixture
def at_once(tmp_path):
    """at_once(one, two): each in a thread with a connection of its own, begun together; what each gave or
    raised. For tests with `django_db(transaction=True)`.

    The tests' SQLite lives in memory and cannot be shared between threads: it is copied into a file first.
    """

    def in_threads(*functions):
        together = threading.Barrier(len(functions))
        found = [None] * len(functions)

        def run(at, function):
            try:
                together.wait()
                found[at] = function()
            except Exception as error:
                found[at] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    before = connections.settings["default"]["NAME"]

    def begin(*functions):
        if connection.vendor == "sqlite" and connections.settings["default"]["NAME"] == before:
            path = tmp_path / "together.sqlite3"
            copy = sqlite3.connect(path)
            connection.connection.backup(copy)
            copy.execute(
                "PRAGMA journal_mode=WAL"
            )  # two connections that both turn it on lock each other out
            copy.close()
            connections.settings["default"]["NAME"] = str(path)
        return in_threads(*functions)

    yield begin
    connections.settings["default"]["NAME"] = before


@pytest.fixture
def shelf_dir(settings, tmp_path):
    """Where kept pages and their counters are, those of this test alone."""
    from summitry.kept import counters

    settings.KEPT_DIR = tmp_path / "kept"
    counters.forget()
    yield settings.KEPT_DIR
    counters.forget()


@pytest.fixture
def door(shelf_dir):
    """The door in front of Django, with an empty shelf: `kept.tests.browser` asks at it."""
    from django.core.handlers.wsgi import WSGIHandler

    from summitry.kept.door import Door

    return Door(WSGIHandler())


@pytest.fixture
def provider(settings):
    """A provider of machine translation that notes what it is asked."""
    from summitry.text.tests.providers import HERE, Upside

    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Upside"
    Upside.asked.clear()
    return Upside
