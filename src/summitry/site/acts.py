"""Everything that changes the institution's pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as
from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.text import languages
from summitry.text.value import Text

from .models import Page
from .queries import TEXTS

FIELDS = (*TEXTS, "kind", "year", "month", "day", "position", "in_foot", "shown")


def _enter(kind: str, page: Page, actor: User | None, **facts: Any) -> None:
    enter(
        kind,
        subject=scope_of(page),
        facts={"title": page.title, "slug": page.slug, **facts},
        by=acting_as(actor, page, Role.SECRETARIAT, Role.TRANSLATOR),
        actor=actor,
    )


def _locked(page: Page, version: int) -> Page:
    found = Page.objects.select_for_update().filter(pk=page.pk).first()
    if found is None or found.version != version:
        raise Stale()
    return found


def _unknown(values: dict[str, Any]) -> None:
    if wrong := set(values) - set(FIELDS):
        raise TypeError(f"a page has no {', '.join(sorted(wrong))}")


def _save(page: Page) -> None:
    page.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            page.save()
    except IntegrityError as error:  # somebody took the address in the same moment
        raise Stale() from error


@act
def create_page(actor: User | None, slug: str, **values: Any) -> Page:
    """Make a page (`FIELDS`); the public sees it at once unless `shown` is false. None: the operator."""
    if actor is not None:
        require(actor, "site.keep_pages")
    _unknown(values)
    page = Page(slug=slug, **values)
    _save(page)
    if page.shown:
        _enter("site.page_published", page, actor)
    return page


@act
def edit_page(actor: User | None, page: Page, version: int, **changes: Any) -> Page:
    """Change a page (`FIELDS`). Stale if somebody else has changed it since `version`."""
    if actor is not None:
        require(actor, "site.keep_pages", page)
    _unknown(changes)
    page = _locked(page, version)
    before = {field: getattr(page, field) for field in FIELDS}
    if {**before, **changes} == before:
        return page
    for field, value in changes.items():
        setattr(page, field, value)
    page.version += 1
    _save(page)
    if page.shown != before["shown"]:
        _enter("site.page_published" if page.shown else "site.page_withdrawn", page, actor)
    elif page.shown:
        _enter("site.page_changed", page, actor)
    return page


@act
def translate_page(actor: User, page: Page, version: int, **texts: Text) -> Page:
    """Change translations of a page's texts, and nothing of their originals."""
    require(actor, "site.translate_page", page)
    page = _locked(page, version)
    changed: list[str] = []
    for field, text in texts.items():
        before: Text = getattr(page, field)
        if text.source != before.source or text.get(before.source) != before.get(before.source):
            raise ValidationError(
                {
                    field: _(
                        "The original in %(language)s is the secretariat’s to change; translate it as it is."
                    )
                    % {"language": languages.local_name(before.source)}
                    if before
                    else _("There is no original to translate yet.")
                }
            )
        changed += [
            code for code in {*before.texts, *text.texts} if text.texts.get(code) != before.texts.get(code)
        ]
        setattr(page, field, text)
    if not changed:
        return page
    page.version += 1
    _save(page)
    if page.shown:
        _enter("site.page_translated", page, actor, languages=sorted(set(changed)))
    return page


@act
def review_translation(actor: User, page: Page, version: int, language: str) -> Page:
    """Confirm that every text of the page says in this language what its original says."""
    require(actor, "site.translate_page", page)
    page = _locked(page, version)
    waiting = [field for field in TEXTS if getattr(page, field).state(language) in {"draft", "outdated"}]
    if not waiting:
        return page
    for field in waiting:
        setattr(page, field, getattr(page, field).reviewed(language))
    page.version += 1
    _save(page)
    if page.shown:
        _enter("site.translation_reviewed", page, actor, languages=[language])
    return page
