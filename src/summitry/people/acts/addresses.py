"""The short names under which persons and organisations are found: old ones lead on, and a person who stands
here twice becomes one."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.record.act import Stale, act, require

from .. import changes, merging
from ..models import FormerAddress, Organisation, Person, User
from ..queries import address_taken


@act
def change_address(actor: User | None, person: Person, slug: str) -> Person:
    """Gives a person another short name; the old one leads to her for ever. None as the actor is the operator
    at the command line. The same changes nothing; she may go back to a former one of her own.

    An organisation's short name does not change: the record knows it by it. `lead_address` gives it another
    one beside it.
    """
    if actor is not None:
        require(actor, "people.keep_addresses", person)
    person = _locked(person)
    wanted = _sound(slug)
    if wanted == person.slug:
        return person
    if address_taken(person, wanted):
        raise ValidationError({"slug": _("Somebody else has, or had, this short name.")})
    person.former.filter(slug=wanted).delete()
    before, person.slug = person.slug, wanted
    person.version += 1
    try:
        with transaction.atomic():
            person.save(update_fields=["slug", "version"])
            FormerAddress.objects.create(slug=before, person=person)
    except IntegrityError as error:  # somebody took it at the same moment
        raise Stale() from error
    return person


@act
def lead_address(actor: User | None, organisation: Organisation, slug: str) -> None:
    """Lets a further short name lead to an organisation: that of another system, or of a name that it had.
    Twice changes nothing."""
    if actor is not None:
        require(actor, "people.keep_addresses", organisation)
    wanted = _sound(slug)
    if wanted == organisation.slug or organisation.former.filter(slug=wanted).exists():
        return
    if address_taken(organisation, wanted):
        raise ValidationError({"slug": _("Another organisation has, or had, this short name.")})
    FormerAddress.objects.create(slug=wanted, organisation=organisation)


@act
def merge_persons(actor: User | None, gone: Person, kept: Person) -> Person:
    """Two entries are one person: what the first has done is the second's from now on, and the first's short
    names lead to her. Only an entry without an account and without mandates can go, and only if nothing is
    left that names it. None as the actor is the operator at the command line."""
    if actor is not None:
        require(actor, "people.keep_addresses", gone)
    if gone.pk == kept.pk:
        raise ValidationError({"into": _("That is the same person.")})
    first, second = sorted((gone, kept), key=lambda one: one.pk)
    rows = {one.pk: one for one in (_locked(first), _locked(second))}
    gone, kept = rows[gone.pk], rows[kept.pk]
    if gone.user_id is not None or gone.mandates.exists():
        raise ValidationError(_("This entry has an account or mandates: it stays."))
    merging.everywhere(gone, kept)
    gone.affiliations.update(person=kept)
    gone.former.update(person=kept)
    if left := merging.still_named(gone):
        raise ValidationError(_("Something still names this entry (%(what)s): it stays.") % {"what": left})
    slug, external = gone.slug, gone.external_id
    gone.delete()
    FormerAddress.objects.create(slug=slug, person=kept)
    if external and not kept.external_id:
        kept.external_id = external  # an import that comes again finds her
    if not kept.biography:
        kept.biography = gone.biography
    kept.country = kept.country or gone.country
    kept.version += 1
    kept.save()
    changes.tell([kept])
    return kept


def _locked(person: Person) -> Person:
    found = Person.objects.select_for_update().filter(pk=person.pk).first()
    if found is None or found.erased_at:
        raise ValidationError(_("This person is not here any more."))
    return found


def _sound(slug: str) -> str:
    wanted = slug.strip().lower()
    if not wanted or len(wanted) > 80:
        raise ValidationError({"slug": _("From 1 to 80 letters, digits and hyphens.")})
    try:
        validate_slug(wanted)
    except ValidationError as error:
        raise ValidationError({"slug": error.messages}) from error
    return wanted
