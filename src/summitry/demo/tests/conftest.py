"""The demonstration, loaded once for the tests of a module and undone afterwards."""

import pytest
from django.db import connection, transaction
from django.test import override_settings

from summitry.demo import loader


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Everything that `summitry demo` loads, in a transaction that is rolled back."""
    with (
        django_db_blocker.unblock(),
        override_settings(
            DEMO=True,
            MEDIA_ROOT=tmp_path_factory.mktemp("files"),
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            MAILERS={"default": {"BACKEND": "summitry.demo.mail.MailboxBackend"}},
        ),
    ):
        atomic = transaction.atomic()
        atomic.__enter__()
        # Letters go when a transaction ends, and this one never does: send them at once.
        before = connection.run_on_commit
        try:
            steps = []
            for step in loader.load():
                steps.append(step)
                while connection.run_on_commit:
                    connection.run_on_commit.pop(0)[1]()
            yield steps
        finally:
            connection.run_on_commit = before
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
