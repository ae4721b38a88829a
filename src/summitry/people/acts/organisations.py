"""Organisations: named by whoever needs one, public once the secretariat has confirmed them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.record.act import Stale, act, require
from summitry.record.acts import enter, enter_all
from summitry.text.value import Text

from .. import checks
from ..changes import tell
from ..fields import exactly
from ..models import FormerAddress, Organisation, Role, User, scope_of
from ..queries import acting_as
from ..slugs import free_slug, random_word, slug_for, unlike

FIELDS = ("name", "aliases", "kind", "country", "website", "domains")


def _enter(kind: str, organisation: Organisation, actor: User | None) -> None:
    enter(
        kind,
        subject=scope_of(organisation),
        facts={"name": organisation.name, "slug": organisation.slug},
        by=acting_as(actor, organisation, Role.SECRETARIAT),
        actor=actor,
    )


def _create(values: dict[str, Any], confirmed: bool) -> Organisation:
    for attempt in range(5):
        slug = free_slug(Organisation, values["name"]) if attempt < 4 else random_word(12)
        try:
            with transaction.atomic():
                return Organisation.objects.create(slug=slug, confirmed=confirmed, **values)
        except IntegrityError:  # somebody took the address, or the external id, in the same moment
            external = values.get("external_id")
            if external and (found := Organisation.objects.filter(external_id=external).first()):
                return found
    raise Stale()


@act
def ensure_organisation(
    name: Text,
    *,
    actor: User | None = None,
    external_id: str = "",
    kind: str = "",
    country: str = "",
    website: str = "",
    aliases: Iterable[str] = (),
    domains: Iterable[str] = (),
) -> Organisation:
    """The organisation of this external id or, without one, of exactly this name in any language; else a new
    one.

    For an act that needs a body named in a form, a profile or an import, and that has checked its own
    permission. None as the actor is the operator at the command line. It is confirmed, and so entered in the
    record, if the operator or the secretariat names it; else it waits for the secretariat. What is known
    already is not changed.
    """
    values = checks.organisation(
        name=name, kind=kind, country=country, website=website, aliases=list(aliases), domains=list(domains)
    )
    if external_id:
        if found := Organisation.objects.filter(external_id=external_id).first():
            return found
    else:
        for words in values["name"].values.values():
            if (
                found := Organisation.objects.filter(search__contains=exactly(words))
                .order_by("-confirmed", "pk")
                .first()
            ):
                return found
    trusted = actor is None or actor.has_perm("people.keep_organisations")
    organisation = _create({**values, "external_id": external_id}, trusted)
    if trusted:
        _enter("people.organisation_registered", organisation, actor)
    return organisation


@act
def register_organisation(actor: User, **values: Any) -> Organisation:
    """Enter a new organisation from the desk, confirmed. ValidationError if one of that name is there."""
    require(actor, "people.keep_organisations")
    cleaned = checks.organisation(**values)
    for words in cleaned["name"].values.values():
        if Organisation.objects.filter(search__contains=exactly(words)).exists():
            raise ValidationError(
                {"name": _("There is an organisation of this name already: %(name)s.") % {"name": words}}
            )
    organisation = _create(cleaned, True)
    _enter("people.organisation_registered", organisation, actor)
    return organisation


@act
def register_organisations(actor: User | None, bodies: Iterable[Mapping[str, Any]]) -> list[Organisation]:
    """Enter many new organisations, confirmed, in few statements: of each the columns that `checks` takes,
    and `external_id`. The caller has seen that none of them is there (`queries.organisations_named`).

    None as the actor is the operator at the command line. Raises PermissionDenied; ValidationError by field;
    Stale if somebody took an address in the same moment.
    """
    if actor is not None:
        require(actor, "people.keep_organisations")
    taken = set(Organisation.objects.values_list("slug", flat=True))
    taken |= set(FormerAddress.objects.filter(person=None).values_list("slug", flat=True))
    made = []
    for body in bodies:
        columns = dict(body)
        external = columns.pop("external_id", "")
        cleaned = checks.organisation(**columns)
        slug = unlike(taken, slug_for(cleaned["name"]))
        taken.add(slug)
        made.append(Organisation(slug=slug, confirmed=True, external_id=external, **cleaned))
    try:
        with transaction.atomic():
            Organisation.objects.bulk_create(made, batch_size=500)
    except IntegrityError:
        raise Stale() from None
    enter_all(
        "people.organisation_registered",
        ((scope_of(one), {"name": one.name, "slug": one.slug}) for one in made),
        by=acting_as(actor, None, Role.SECRETARIAT),
        actor=actor,
    )
    return made


def _locked(organisation: Organisation, version: int) -> Organisation:
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.version != version:
        raise Stale()
    return organisation


@act
def update_organisation(
    actor: User, organisation: Organisation, version: int, **changes: Any
) -> Organisation:
    """Change what is said of an organisation (`FIELDS`). Stale if somebody else has changed it since
    `version`."""
    require(actor, "people.keep_organisations", organisation)
    organisation = _locked(organisation, version)
    before = {field: getattr(organisation, field) for field in FIELDS}
    cleaned = checks.organisation(**{**before, **changes})
    if cleaned == before:
        return organisation
    for field, value in cleaned.items():
        setattr(organisation, field, value)
    organisation.version += 1
    organisation.save()
    if organisation.confirmed:
        renamed = cleaned["name"] != before["name"]
        _enter(
            "people.organisation_renamed" if renamed else "people.organisation_updated", organisation, actor
        )
    tell(organisations=[organisation])
    return organisation


@act
def confirm_organisation(actor: User, organisation: Organisation) -> Organisation:
    """Take an organisation that somebody named into the public list. Twice changes nothing."""
    require(actor, "people.keep_organisations", organisation)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.confirmed:
        return organisation
    organisation.confirmed = True
    organisation.version += 1
    organisation.save(update_fields=["confirmed", "version"])
    _enter("people.organisation_registered", organisation, actor)
    return organisation
