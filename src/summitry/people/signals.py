"""Every account has a person, however the account was made; and whoever wants to know is told of its
addresses."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import post_delete, post_save

from summitry.text.value import Text

from . import changes
from .models import Person, User


def person_for_account(
    sender: type[User], instance: User, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    if created and not raw:
        from .acts import ensure_person

        name = getattr(instance, "first_name_given", None)  # what the sign-up form asked for
        ensure_person(name if isinstance(name, Text) else None, user=instance)


def address_changed(
    sender: type[EmailAddress], instance: EmailAddress, raw: bool = False, **kwargs: Any
) -> None:
    """allauth keeps the addresses of accounts: a verified one has come or gone."""
    if instance.verified and not raw:
        changes.tell(Person.objects.filter(user=instance.user_id))


def connect() -> None:
    post_save.connect(person_for_account, sender=User, dispatch_uid="person for each account")
    for signal in (post_save, post_delete):
        signal.connect(address_changed, sender=EmailAddress, dispatch_uid="address of an account")
