"""A table of submissions by the rules of a call: its columns, its rows, what is wrong with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from summitry.text.tables import Column, Fault, Line, Table
from summitry.text.tables.table import doubled, headings

from .. import fields
from ..rules import Field, RuleSet
from . import cells

ID, NUMBER, STATE, SENT = "entry.id", "entry.number", "entry.state", "entry.sent"
CATEGORY, LANGUAGE = "entry.category", "entry.language"
NAME, EMAIL = "applicant.name", "applicant.email"
ORGANISATION, ORGANISATION_NAME = "applicant.organisation", "applicant.organisation_name"
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a table gives it. None: there is no such column. answers: by field, its cells by
    column."""

    number: int
    id: str
    category: str | None
    language: str | None
    name: str | None
    email: str
    organisation: str | None
    answers: Mapping[str, Mapping[str, str]]


def own_columns(rules: RuleSet) -> list[Column]:
    """The columns beside the questions."""
    found = [
        Column(ID, _("Id")),
        Column(NUMBER, _("Number"), True),
        Column(STATE, _("State"), True),
        Column(SENT, _("Sent (UTC)"), True),
        Column(LANGUAGE, _("Language")),
        Column(NAME, _("Applicant")),
        Column(EMAIL, _("E-mail")),
        Column(ORGANISATION, _("Organisation’s address here")),
        Column(ORGANISATION_NAME, _("Organisation"), True),
    ]
    if rules.categories:
        found.insert(4, Column(CATEGORY, _("Category")))
    return found


def columns(rules: RuleSet, translated: Mapping[str, Iterable[str]]) -> list[Column]:
    """Every column of a call. translated: by question, the languages of its translations."""
    found = own_columns(rules)
    for field in rules.fields:
        found += cells.columns(field, tuple(translated.get(field.key, ())))
    return found


def languages_of(rules: RuleSet) -> tuple[str, ...]:
    return rules.languages or tuple(settings.CONTENT_LANGUAGES)


def readable(rules: RuleSet) -> list[Column]:
    """Every column that a table for this call may have."""
    codes = languages_of(rules)
    return columns(rules, {field.key: codes for field in rules.fields if field.translatable})


def needed(rules: RuleSet) -> list[str]:
    """The columns without which no table is taken."""
    found = [ID, NAME, *([CATEGORY] if rules.categories else [])]
    asked = (one for one in rules.asked().fields if one.required)
    return found + [one.key for one in asked if not fields.kind(one.kind).holds_files]


def _missing(rules: RuleSet, table: Table) -> list[str]:
    """Of these, those that a table should have: a question may be there in a translation alone."""
    given = {*table.columns, *(key.partition(":")[0] for key in table.columns)}
    return [key for key in needed(rules) if key not in given]


def parse(table: Table, rules: RuleSet) -> tuple[list[Row], list[Fault]]:
    """The rows, and everything that is wrong with them without asking the database. What cannot be read of a
    row is left out of it, so that the rest can be looked at."""
    faults = headings(table, readable(rules), _missing(rules, table))
    if not table.lines:
        faults.append(Fault(0, "", _("The table has no rows below its headings.")))
    twice = doubled(table.lines, ID, lambda row: _("This id stands in row %(row)d already.") % {"row": row})
    faults += twice
    rows: list[Row] = []
    for line in table.lines:
        row = _row(line, table, rules)
        wrong = list(_wrong(row, table, rules))
        faults += wrong
        bad = {one.column for one in [*wrong, *twice] if one.row == line.number}
        if ID in bad or not row.id:
            row = replace(row, id=f"row {line.number}")
        rows.append(
            replace(
                row,
                name=None if NAME in bad else row.name,
                language=None if LANGUAGE in bad else row.language,
                email="" if EMAIL in bad else row.email,
            )
        )
    return rows, faults


def _row(line: Line, table: Table, rules: RuleSet) -> Row:
    def cell(key: str) -> str:
        return line.cells.get(key, "").strip()

    def perhaps(key: str) -> str | None:
        return cell(key) if key in table.columns else None

    answers: dict[str, dict[str, str]] = {}
    for field in rules.fields:
        given = {key: line.cells.get(key, "") for key in table.columns if key.partition(":")[0] == field.key}
        if given:
            answers[field.key] = given
    name, language = perhaps(NAME), perhaps(LANGUAGE)
    return Row(
        line.number,
        cell(ID),
        perhaps(CATEGORY),
        language.lower() if language else None,
        " ".join(name.split()) if name is not None else None,
        cell(EMAIL).lower(),
        perhaps(ORGANISATION),
        answers,
    )


def _wrong(row: Row, table: Table, rules: RuleSet) -> Iterator[Fault]:
    if ID in table.columns:
        if not row.id:
            yield Fault(row.number, ID, _("An id is missing here."))
        elif len(row.id) > LONGEST_ID:
            yield Fault(row.number, ID, _("At most %(most)d characters.") % {"most": LONGEST_ID})
        elif "@" in row.id or not row.id.isprintable():
            yield Fault(row.number, ID, _("An id holds no “@” and no line breaks."))
    if row.language and row.language not in languages_of(rules):
        yield Fault(row.number, LANGUAGE, _("This call does not take submissions in this language."))
    if row.category and rules.category(row.category) is None:
        known = ", ".join(one.key for one in rules.categories)
        yield Fault(
            row.number, CATEGORY, _("There is no such category; there are: %(keys)s.") % {"keys": known}
        )
    if row.name and len(row.name) > 300:
        yield Fault(row.number, NAME, _("At most %(most)d characters.") % {"most": 300})
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            yield Fault(row.number, EMAIL, _("This is not an e-mail address."))


def answer(field: Field, row: Row, language: str) -> object:
    """What a row gives to a question, as its kind takes it; None without a column or in empty cells. Raises
    ValidationError."""
    return cells.read(field, row.answers.get(field.key, {}), language)
