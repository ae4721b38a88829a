"""Signatories of a document that somebody else lists, taken in at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people import checks, countries, kinds
from summitry.people.acts import register_organisations
from summitry.people.fields import normal
from summitry.people.models import Organisation, User
from summitry.people.queries import organisations_named
from summitry.record.act import act, require
from summitry.text.tables import Fault, Faults
from summitry.text.value import Text

from .. import preparing
from ..models import Document, Signature
from ..roll import Row
from .common import enterable, lock
from .signing_common import told_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do. undated: rows without a date; gone: signatures that an earlier list
    from there named and this one does not, which stay; remarks: of rows, in their order."""

    document: Document
    rows: int
    new: int
    changed: int
    new_organisations: int
    undated: int
    countries: int
    gone: int
    remarks: list[Fault] = field(default_factory=list)

    @property
    def same(self) -> int:
        return self.rows - self.new - self.changed


@dataclass(slots=True)
class _Plan:
    """By row: the organisation that is known, the signature that is there."""

    organisations: dict[int, Organisation]
    signatures: dict[int, Signature]
    remarks: list[Fault]


@act
def take_in_signatories(
    actor: User | None,
    document: Document,
    rows: Iterable[Row],
    *,
    source: str,
    remarks: Iterable[Fault] = (),
    language: str = "en",
    dry_run: bool = False,
) -> Report:
    """Takes in a list of signatories of an adopted text; the same list again changes nothing. Organisations
    are known by their name or another name, a state by its country; the others are registered. source: whose
    list it is, for all to read. language: of the names. dry_run: only says what it would do.

    About ten statements and a few for each 500 rows. None as the actor is the operator at the command line.
    Raises PermissionDenied; ValidationError, by rows.
    """
    if actor is not None:
        require(actor, "documents.take_in_signatories", document)
    checks.language(language, "language")
    kept = checks.tidy(source)
    if not kept or len(kept) > 300:
        raise ValidationError({"source": _("Say whose list this is, in at most 300 characters.")})
    enterable(kept, "source")
    document = lock(document)
    version = preparing.text_to_sign(document)
    if version is None:
        raise ValidationError(_("This text has not been adopted: nothing can be signed yet."), code="state")
    listed = list(rows)
    plan = _plan(document, listed)
    new = [row for row in listed if row.number not in plan.signatures]
    bodies = [row for row in new if row.number not in plan.organisations]
    other = [
        (found, row.signed_on)
        for row in listed
        if (found := plan.signatures.get(row.number)) and found.source and found.signed_on != row.signed_on
    ]
    keys = {row.key for row in listed}
    there = Signature.objects.filter(document=document, source=kept).values_list("external_id", flat=True)
    if not dry_run:
        made = register_organisations(actor, [_body(row, language) for row in bodies]) if bodies else []
        known = plan.organisations | dict(zip((row.number for row in bodies), made, strict=True))
        _write(document, version.pk, new, known, kept)
        _redate(other)
        if new or other:
            told_of(
                f"documents.roll:{document.slug}",
                document,
                "signatories_taken_in",
                actor,
                source=kept,
                count=len(new),
                changed=len(other),
                rows=len(listed),
            )
    return Report(
        document,
        len(listed),
        len(new),
        len(other),
        len(bodies),
        sum(row.signed_on is None for row in listed),
        len({row.country for row in listed} - {""}),
        len(set(there) - keys),
        sorted([*remarks, *plan.remarks], key=lambda one: one.row),
    )


def _plan(document: Document, rows: list[Row]) -> _Plan:
    """Who and what is there already. Three queries. Raises ValidationError, by rows."""
    signatures = list(document.signatures.select_related("organisation"))
    by_key = {one.external_id: one for one in signatures if one.external_id}
    by_body = {one.organisation_id: one for one in signatures if one.is_standing}
    named = organisations_named(row.name for row in rows)
    single = Organisation.objects.filter(kind__in=kinds.ONE_A_COUNTRY, confirmed=True).exclude(country="")
    states = {(one.kind, one.country): one for one in single.order_by("-pk")}
    plan, faults = _Plan({}, {}, []), list[Fault]()
    taken: dict[Any, int] = {}
    for row in rows:
        before = by_key.get(row.key)
        body = before.organisation if before else _known(row, named, states)
        identity = body.pk if body else _identity(row)
        if identity in taken:
            said = _("%(name)s stands in row %(other)d already") % {
                "name": row.name,
                "other": taken[identity],
            }
            faults.append(Fault(row.number, "", said))
            continue
        taken[identity] = row.number
        if body is None:
            continue
        if not body.confirmed:
            said = _("%(name)s waits for the secretariat to be confirmed") % {"name": row.name}
            faults.append(Fault(row.number, "", said))
        plan.organisations[row.number] = body
        standing = before or by_body.get(body.pk)
        if standing is not None:
            plan.signatures[row.number] = standing
            if not standing.source:
                said = _("%(name)s has signed here: that signature stays") % {"name": row.name}
                plan.remarks.append(Fault(row.number, "", said))
    if faults:
        raise Faults(faults)
    return plan


def _identity(row: Row) -> Any:
    """What makes two rows the same body, if neither is known."""
    if row.kind in kinds.ONE_A_COUNTRY and row.country:
        return row.kind, row.country
    return normal(row.name), row.country


def _known(
    row: Row, named: dict[str, Organisation], states: dict[tuple[str, str], Organisation]
) -> Organisation | None:
    if row.kind in kinds.ONE_A_COUNTRY and row.country:
        return states.get((row.kind, row.country))
    found = named.get(normal(row.name))
    if found is not None and found.country and row.country and found.country != row.country:
        return None  # another body of that name
    return found


def _body(row: Row, language: str) -> dict[str, Any]:
    """The columns of a new organisation. A state is named as the house names its country, in every language
    of the interface, and by the name in the list beside it."""
    name, aliases = Text.of(row.name, language), list[str]()
    if row.kind in kinds.ONE_A_COUNTRY and row.country:
        names = {code: countries.name(row.country, code) for code, _label in settings.LANGUAGES}
        name = Text.of(names[language], language, **_by_language(names, language))
        aliases = [row.name] if normal(row.name) not in {normal(one) for one in names.values()} else []
    return {"name": name, "aliases": aliases, "kind": row.kind, "country": row.country}


def _by_language(names: dict[str, str], source: str) -> dict[str, str]:
    return {code.replace("-", "_"): words for code, words in names.items() if code != source}


def _write(
    document: Document, version: int, rows: list[Row], bodies: dict[int, Organisation], source: str
) -> None:
    now = timezone.now()
    Signature.objects.bulk_create(
        (
            Signature(
                document=document,
                version_id=version,
                organisation=bodies[row.number],
                means="elsewhere",
                state=Signature.State.TAKEN_IN,
                signed_on=row.signed_on,
                received_at=now,
                source=source,
                external_id=row.key,
            )
            for row in rows
        ),
        batch_size=BATCH,
    )


def _redate(changes: list[tuple[Signature, date | None]]) -> None:
    for signature, day in changes:
        signature.signed_on = day
    Signature.objects.bulk_update((one for one, _day in changes), ["signed_on"], batch_size=BATCH)
