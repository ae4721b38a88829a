import pytest

from summitry.people.tests.factories import make_user


@pytest.fixture
def secretariat(client):
    """Of the secretariat, signed in."""
    user = make_user("secretariat")
    client.force_login(user)
    return user
