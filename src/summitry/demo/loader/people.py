"""Accounts, one for each role; their persons are named by the role."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from summitry.demo.accounts import ACCOUNTS, DOMAIN, PASSWORD, name_of
from summitry.people.acts import grant
from summitry.people.models import User

from .story import FOUNDED, Story, Thread


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    hashed = make_password(PASSWORD)  # once: it is public, and hashing is slow by design
    for account in ACCOUNTS:
        yield FOUNDED + timedelta(hours=1)
        account_for(story, account.key, hashed)
        if account.role:
            grant(None, story.users[account.key].person, account.role, label=name_of(account.key))


def account_for(story: Story, key: str, hashed: str = "") -> User:
    """The account of this key, made if there is none; without a password hash nobody can sign in with it."""
    if key not in story.users:
        user = User(email=f"{key}@{DOMAIN}", password=hashed or make_password(None))
        user.first_name_given = name_of(key)  # type: ignore[attr-defined]
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        story.users[key] = user
    return story.users[key]
