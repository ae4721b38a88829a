"""Accounts, one for each role; their persons are named by the role."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from summitry.demo import clock
from summitry.demo.accounts import ACCOUNTS, PASSWORD, name_of
from summitry.people.acts import grant
from summitry.people.models import User

if TYPE_CHECKING:
    from . import Story

STEPS = len(ACCOUNTS)


def load(story: "Story") -> Generator[None]:
    hashed = make_password(PASSWORD)  # once: it is public, and hashing is slow by design
    with clock.at(story.ago(198)):
        for account in ACCOUNTS:
            user = User(email=account.email, password=hashed)
            user.first_name_given = name_of(account.key)  # type: ignore[attr-defined]
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            story.users[account.key] = user
            yield
        for account in ACCOUNTS:
            if account.role:
                grant(None, story.users[account.key].person, account.role, label=name_of(account.key))
