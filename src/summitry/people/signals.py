"""Every account has a person, however the account was made."""

from typing import Any

from django.db.models.signals import post_save

from summitry.text.value import Text

from .models import User


def person_for_account(
    sender: type[User], instance: User, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    if created and not raw:
        from .acts import ensure_person

        name = getattr(instance, "first_name_given", None)  # what the sign-up form asked for
        ensure_person(name if isinstance(name, Text) else None, user=instance)


def connect() -> None:
    post_save.connect(person_for_account, sender=User, dispatch_uid="person for each account")
