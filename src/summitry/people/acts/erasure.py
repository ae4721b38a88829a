"""The end of an account."""

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from summitry.record import acts as record
from summitry.record.act import act, require
from summitry.record.queries import entries_about
from summitry.text.value import Text

from .. import changes, erasure, mail
from ..models import Invitation, Mandate, Person, User, scope_of
from ..slugs import random_word
from .mandates import stop

NOBODY = gettext_noop("Person whose data were erased")


def nobody() -> Text:
    """What stands in the place of an erased name, in every language of the interface."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = _(NOBODY)
    return Text.of(said.pop("en"), "en", **{code.replace("-", "_"): words for code, words in said.items()})


@act
def erase(actor: User) -> Person:
    """Erase one's own account and all personal data. It cannot be undone; twice changes nothing.

    Mandates end. The person and the account stay as empty shells, to which authored public things and past
    mandates still point. The record keeps its entries; what could open their commitments to her goes.
    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    person = Person.objects.select_for_update().get(user=user)
    require(actor, "people.erase_person", person)
    address, language = user.email, user.language
    for mandate in (
        Mandate.objects.select_for_update(of=("self",)).select_related("person__user").filter(person=person)
    ):
        stop(mandate, mandate.role, None)
    erasure.everywhere(user, person)

    subjects = [scope_of(mandate) for mandate in Mandate.objects.filter(person=person)]
    for subject in subjects:
        for entry in entries_about(subject):
            record.forget(entry, "person")
    record.forget_actor(str(user.uid))

    addresses = {address, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    Invitation.objects.filter(email__in=[one.lower() for one in addresses]).delete()
    Invitation.objects.filter(mandate__person=person).delete()
    person.affiliations.all().delete()
    person.former.all().delete()  # they are made of her name
    person.user, person.name, person.slug = None, nobody(), random_word(12)
    person.biography, person.country, person.languages, person.external_id = Text(), "", [], ""
    person.uid, person.erased_at, person.version = uuid.uuid4(), timezone.now(), person.version + 1
    person.save()

    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    user.uid = uuid.uuid4()
    user.email = f"{user.uid.hex}@erased.invalid"
    user.set_unusable_password()
    user.is_active, user.is_superuser, user.language, user.time_zone, user.last_login = (
        False,
        False,
        "",
        "",
        None,
    )
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    changes.tell([person])
    mail.send("people/mail/erased.txt", address, {}, language)
    return person
