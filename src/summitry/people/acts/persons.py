"""Persons, their profiles and preferences, and the institution's own facts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import changes, checks
from ..models import Affiliation, Institution, Organisation, Person, Role, User
from ..queries import acting_as
from ..slugs import free_slug, random_word
from .organisations import ensure_organisation

AFFILIATIONS = 30


def _create(values: dict[str, Any]) -> Person:
    for attempt in range(5):
        slug = free_slug(Person, values["name"]) if attempt < 4 else random_word(12)
        try:
            with transaction.atomic():
                return Person.objects.create(slug=slug, **values)
        except IntegrityError:  # somebody took the address, the account or the external id in the same moment
            user, external = values.get("user"), values.get("external_id")
            if user and (found := Person.objects.filter(user=user).first()):
                return found
            if external and (found := Person.objects.filter(external_id=external).first()):
                return found
    raise Stale()


@act
def ensure_person(
    name: Text | None = None,
    *,
    user: User | None = None,
    external_id: str = "",
    biography: Text | None = None,
    country: str = "",
    languages: Iterable[str] = (),
) -> Person:
    """The person of this account or of this external id ("SOURCE:ID"); else a new one.

    For sign-up, and for acts and imports that have checked their own permission. An import that names a
    person again brings her name and biography up to date, unless she has an account and keeps them herself.
    """
    values: dict[str, Any] = {
        "name": checks.title(name or Text(), "name", required=False),
        "biography": biography or Text(),
        "country": checks.country(country),
        "languages": checks.languages_read(languages),
    }
    found = Person.objects.filter(user=user).first() if user else None
    if found is None and external_id:
        found = Person.objects.select_for_update().filter(external_id=external_id).first()
    if found is None:
        return _create({**values, "user": user, "external_id": external_id})
    if found.user_id is None and found.erased_at is None:
        changed = {key: value for key, value in values.items() if value and value != getattr(found, key)}
        for key, value in changed.items():
            setattr(found, key, value)
        if changed:
            found.version += 1
            found.save()
            changes.tell([found])
    return found


@act
def update_profile(
    actor: User,
    person: Person,
    version: int,
    *,
    name: Text | None = None,
    biography: Text | None = None,
    country: str | None = None,
    languages: Iterable[str] | None = None,
) -> Person:
    """Change what is said of a person; what is None stays. Stale if it has changed since `version`."""
    require(actor, "people.edit_profile", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.version != version:
        raise Stale()
    if name is not None:
        person.name = checks.title(name, "name")
    if biography is not None:
        person.biography = biography
    if country is not None:
        person.country = checks.country(country)
    if languages is not None:
        person.languages = checks.languages_read(languages)
    person.version += 1
    person.save()
    if name is not None:
        changes.tell([person])
    return person


@act
def prefer(actor: User, *, language: str, time_zone: str) -> User:
    """Set the language of one's letters and pages, and the zone in which times are shown; "" for none."""
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.language = checks.language(language)
    user.time_zone = checks.time_zone(time_zone)
    user.save(update_fields=["language", "time_zone"])
    actor.language, actor.time_zone = user.language, user.time_zone
    return user


def _dates(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise ValidationError({"until": _("It ends after it begins.")})


@act
def add_affiliation(
    actor: User,
    person: Person,
    *,
    organisation: Organisation | None = None,
    organisation_name: Text | None = None,
    title: Text | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Affiliation:
    """Say that a person belongs to an organisation: a known one, or one named here. The same twice is one."""
    require(actor, "people.edit_profile", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    _dates(since, until)
    words = checks.title(title or Text(), "title", required=False)
    if organisation is None:
        if not organisation_name:
            raise ValidationError({"organisation": _("Choose an organisation, or name one.")})
        organisation = ensure_organisation(checks.title(organisation_name, "organisation_name"), actor=actor)
    same = person.affiliations.filter(organisation=organisation, since=since, until=until)
    if found := next((one for one in same if one.title == words), None):
        return found
    if person.affiliations.count() >= AFFILIATIONS:
        raise ValidationError(_("At most %(most)d affiliations.") % {"most": AFFILIATIONS})
    made = Affiliation.objects.create(
        person=person, organisation=organisation, title=words, since=since, until=until
    )
    changes.tell([person])
    return made


@act
def change_affiliation(
    actor: User, affiliation: Affiliation, *, title: Text, since: date | None, until: date | None
) -> Affiliation:
    """Change a title or the dates of an affiliation."""
    require(actor, "people.edit_profile", affiliation.person)
    _dates(since, until)
    affiliation.title = checks.title(title, "title", required=False)
    affiliation.since, affiliation.until = since, until
    affiliation.save(update_fields=["title", "since", "until"])
    changes.tell([affiliation.person])
    return affiliation


@act
def remove_affiliation(actor: User, affiliation: Affiliation) -> None:
    """Take an affiliation away; twice changes nothing."""
    require(actor, "people.edit_profile", affiliation.person)
    person = affiliation.person
    if Affiliation.objects.filter(pk=affiliation.pk).delete()[0]:
        changes.tell([person])


@act
def update_institution(actor: User | None, **facts: Any) -> Institution:
    """Set the institution's own facts (its model's fields), making it the first time. None: the operator."""
    if actor is not None:
        require(actor, "people.keep_institution")
    found = Institution.objects.select_for_update().filter(pk=1).first() or Institution(pk=1)
    before = found.public() if not found._state.adding else None
    for field, value in facts.items():
        setattr(found, field, value)
    checks.time_zone(found.time_zone)
    found.full_clean(exclude=["id"], validate_unique=False, validate_constraints=False)
    if found.public() == before:
        return found
    found.save()
    enter(
        "people.institution_described",
        subject="people.institution:1",
        facts={"name": found.name},
        by=acting_as(actor, found, Role.SECRETARIAT),
        actor=actor,
    )
    return found
