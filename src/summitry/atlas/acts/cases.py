"""Cases from elsewhere, and what may be done with every case afterwards."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.calls.models import Decision
from summitry.documents.models import Document
from summitry.people.models import Organisation, Role, User, scope_of
from summitry.people.queries import acting_as
from summitry.people.slugs import free_slug
from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.text.value import Text
from summitry.text.words import in_every_language

from ..models import TEXTS, Case
from . import derived, topics

PLAIN = (
    *("year", "since", "worldwide", "tier", "tier_label", "top"),
    *("carried_by", "website", "source", "source_url"),
)


@act
def add_case(
    actor: User | None,
    *,
    title: Text,
    year: int,
    source: Text,
    source_url: str = "",
    slug: str = "",
    topic_slugs: Iterable[str] = (),
    countries: Iterable[str] = (),
    organisations: Iterable[Organisation] = (),
    documents: Iterable[Document] = (),
    **columns: Any,
) -> Case:
    """Adds a case that was not chosen by a call here; it says so, and where the facts are from.

    documents: the published texts that it says it puts into practice. None as the actor is the operator at
    the command line. `columns`: summary, body, evidence (Text),
    worldwide, tier, tier_label, top, carried_by, website. Raises PermissionDenied, and ValidationError by
    field.
    """
    if actor is not None:
        require(actor, "atlas.add_case")
    _known(columns, {*TEXTS, *PLAIN})
    if not source:
        raise ValidationError({"source": _("Say where the facts about this case are from.")})
    case = Case(
        slug=slug or free_slug(Case, title),
        title=title,
        year=year,
        source=source,
        source_url=source_url,
        **columns,
    )
    derived.enterable("source", source)
    places = derived.country_codes(countries)
    chosen = topics.existing(topic_slugs)
    claimed = _published(documents)
    case.full_clean()
    case.save()
    case.topics.set(chosen)
    case.organisations.set(organisations)
    case.documents.set(claimed)
    derived.derive(case, places)
    enter(
        "atlas.added",
        subject=scope_of(case),
        facts={"title": derived.named(case), "slug": case.slug, "source": case.source},
        by=acting_as(actor, case, Role.SECRETARIAT),
        actor=actor,
    )
    return case


@act
def edit_case(
    actor: User,
    case: Case,
    version: int,
    *,
    topic_slugs: Iterable[str] | None = None,
    countries: Iterable[str] | None = None,
    organisations: Iterable[Organisation] | None = None,
    documents: Iterable[Document] | None = None,
    **columns: Any,
) -> Case:
    """Changes a case that is as old as `version` says. What is left out, or is as it was, stays.

    A translator may change translations only: the language in which a text was written, and all that is not
    text, are the secretariat's. Raises PermissionDenied; Stale; ValidationError by field.
    """
    require(actor, "atlas.translate_case", case)
    _known(columns, {*TEXTS, *PLAIN})
    case = _lock(case, version)
    changed = {name: value for name, value in columns.items() if getattr(case, name) != value}
    relations = {
        "topics": topic_slugs,
        "countries": countries,
        "organisations": organisations,
        "documents": documents,
    }
    beyond = sorted({name for name, value in changed.items() if not _only_translates(case, name, value)})
    beyond += [name for name, value in relations.items() if value is not None]
    if beyond:
        _require_edit(actor, case, beyond)
    before = {name: getattr(case, name) for name in changed}
    for name, value in changed.items():
        setattr(case, name, value)
    places = None if countries is None else derived.country_codes(countries)
    chosen = None if topic_slugs is None else topics.existing(topic_slugs)
    claimed = None if documents is None else _published(documents)
    case.full_clean(exclude=["decision"])
    touched = list(changed)
    if chosen is not None and set(chosen) != set(case.topics.all()):
        case.topics.set(chosen)
        touched.append("topics")
    if organisations is not None and set(bodies := list(organisations)) != set(case.organisations.all()):
        case.organisations.set(bodies)
        touched.append("organisations")
    if claimed is not None and set(claimed) != set(case.documents.all()):
        case.documents.set(claimed)
        touched.append("documents")
    if places is not None and places != case.country_codes:
        touched.append("countries")
    else:
        places = None
    if not touched:
        return case
    _save(case)
    derived.derive(case, places)
    enter(
        "atlas.edited",
        subject=scope_of(case),
        facts={
            "title": derived.named(case),
            "slug": case.slug,
            "fields": sorted(touched),
            "languages": _languages_changed(case, before),
        },
        by=acting_as(actor, case, Role.SECRETARIAT, Role.TRANSLATOR),
        actor=actor,
    )
    return case


@act
def review_translation(actor: User, case: Case, language: str, version: int) -> Case:
    """Confirms that all texts of a case in one language say what the original says. Raises as edit_case
    does.
    """
    require(actor, "atlas.translate_case", case)
    case = _lock(case, version)
    names = [name for name in TEXTS if getattr(case, name).state(language) in {"draft", "outdated"}]
    if not names:
        if any(getattr(case, name).get(language) for name in TEXTS):
            return case
        raise ValidationError({"language": _("There is nothing in this language to review.")})
    for name in names:
        setattr(case, name, getattr(case, name).reviewed(language))
    _save(case)
    enter(
        "atlas.reviewed",
        subject=scope_of(case),
        facts={"title": derived.named(case), "slug": case.slug, "language": language, "fields": names},
        by=acting_as(actor, case, Role.TRANSLATOR, Role.SECRETARIAT),
        actor=actor,
    )
    return case


@act
def withdraw_case(actor: User, case: Case, reason: Text, version: int) -> Case:
    """Takes a case out of the library; its page stays and gives the reason. Raises as edit_case does."""
    require(actor, "atlas.withdraw_case", case)
    if not reason:
        raise ValidationError({"reason": _("Give the reason: it stands on the page of the case.")})
    derived.enterable("reason", reason)
    now = Case.objects.select_for_update().get(pk=case.pk)
    if not now.shown:
        return now  # a second click
    by = acting_as(actor, case, Role.SECRETARIAT)
    return _take_out(_lock(case, version), reason, by, actor)


@act
def take_back_case(decision: Decision) -> None:
    """The applicant gave back the place of which a case came: it leaves the library and says so."""
    case = Case.objects.select_for_update().filter(decision=decision).first()
    if case is not None and case.shown:
        reason = in_every_language(lambda: _("The applicant gave her place in the call back."))
        _take_out(case, reason, "applicant", None)


def _take_out(case: Case, reason: Text, by: str, actor: User | None) -> Case:
    case.state, case.withdrawn_at, case.withdrawn_reason = Case.State.WITHDRAWN, timezone.now(), reason
    case.full_clean(exclude=["decision"])
    _save(case)
    enter(
        "atlas.withdrawn",
        subject=scope_of(case),
        facts={"title": derived.named(case), "slug": case.slug, "reason": case.withdrawn_reason},
        by=by,
        actor=actor,
    )
    return case


def _known(columns: dict[str, Any], names: set[str]) -> None:
    if unknown := sorted(set(columns) - names):
        raise TypeError(f"a case has no columns {unknown}")


def _published(documents: Iterable[Document]) -> list[Document]:
    """These texts, of which everybody can read a version. Raises ValidationError."""
    asked = list(documents)
    public = set(
        Document.objects.public().filter(pk__in=[one.pk for one in asked]).values_list("pk", flat=True)
    )
    if hidden := [one for one in asked if one.pk not in public]:
        raise ValidationError(
            {"documents": _("Nothing of “%(title)s” is published yet.") % {"title": hidden[0].title}}
        )
    return asked


def _lock(case: Case, version: int) -> Case:
    """The case as it is now. Stale if it is not as old as `version`; ValidationError if it was withdrawn."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.version != version:
        raise Stale()
    if not case.shown:
        raise ValidationError(_("This case was withdrawn; it cannot be changed any more."))
    return case


def _save(case: Case) -> None:
    case.version = F("version") + 1
    case.save()
    case.refresh_from_db(fields=["version"])


def _only_translates(case: Case, name: str, value: Any) -> bool:
    """Whether a change leaves the original words of a text alone."""
    before = getattr(case, name)
    if not isinstance(before, Text) or not isinstance(value, Text):
        return False
    return (
        bool(before)
        and value.source == before.source
        and value.get(value.source) == before.get(before.source)
    )


def _require_edit(actor: User, case: Case, beyond: list[str]) -> None:
    try:
        require(actor, "atlas.edit_case", case)
    except PermissionDenied as denied:
        raise PermissionDenied(
            _("A translator may change translations only, not the original or other facts (%(names)s).")
            % {"names": ", ".join(beyond)}
        ) from denied


def _languages_changed(case: Case, before: dict[str, Any]) -> list[str]:
    codes: set[str] = set()
    for name, old in before.items():
        if isinstance(old, Text):
            new = getattr(case, name)
            codes |= {code for code in {*old.texts, *new.texts} if old.get(code) != new.get(code)}
    return sorted(codes)
