"""Lists of persons and of organisations."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.people import countries

from ..rules import Field
from .base import Context, FieldKind, Shown, is_blank, register
from .choices import bounds
from .links import address
from .places import code_of
from .words import tidy


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """A person as an applicant names her; only the name is always there."""

    name: str
    affiliation: str = ""
    role: str = ""
    contribution: str = ""
    email: str = ""
    country: str = ""

    def __str__(self) -> str:
        known = [self.name, self.affiliation, self.role, self.contribution]
        return " · ".join(one for one in known if one)


@dataclass(frozen=True, slots=True)
class OrganisationNamed:
    """An organisation as an applicant names it."""

    name: str
    country: str = ""
    website: str = ""
    role: str = ""

    def __str__(self) -> str:
        return " · ".join(one for one in [self.name, self.role] if one)


class Parties(FieldKind):
    """A list of objects with a name. Options: `min`, `max` (at most 50), and `ask`, the parts that must be
    given."""

    options = {"min": int, "max": int, "ask": list}
    parts: ClassVar[tuple[str, ...]]
    made: ClassVar[type]
    most: ClassVar[int] = 50

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        if not isinstance(raw, list | tuple):
            raise self.wrong()
        kept = [found for found in (self.one(field, given, at) for at, given in enumerate(raw, 1)) if found]
        if not kept:
            return None
        if len(kept) > self.most:
            raise ValidationError(_("At most %(count)d can be named.") % {"count": self.most}, code="max")
        bounds(field, len(kept))
        return kept

    def one(self, field: Field, given: Any, at: int) -> dict[str, str] | None:
        """One of the list, tidy; None if nothing was written in it."""
        if isinstance(given, self.made):
            given = asdict(given)  # type: ignore[call-overload]
        if isinstance(given, str):
            given = {"name": given}
        if not isinstance(given, Mapping) or not all(
            key in self.parts and isinstance(words, str) for key, words in given.items()
        ):
            raise self.wrong()
        found = {key: tidy(given.get(key, ""), False) for key in self.parts}
        if not any(found.values()):
            return None
        for key in ("name", *self.asked(field)):
            if not found.get(key):
                raise ValidationError(
                    _("Number %(number)d: %(part)s is missing."),
                    code="required",
                    params={"number": at, "part": self.part_label(key)},
                )
        if any(len(words) > 300 for words in found.values()):
            raise ValidationError(_("Number %(number)d is too long.") % {"number": at}, code="length")
        try:
            found = self.tidied(found)
        except ValidationError as error:
            raise ValidationError(
                _("Number %(number)d: %(message)s"),
                params={"number": at, "message": " ".join(error.messages)},
            ) from error
        return {key: words for key, words in found.items() if words}

    def forms(self, field: Field, suggested: Any) -> Iterator[Any]:
        """Of a list of what the kind makes: as many as are needed, of each what is asked."""
        if not isinstance(suggested, list | tuple) or not all(
            isinstance(one, self.made) for one in suggested
        ):
            return
        asked = ("name", *self.asked(field))
        yield [
            {key: words for key in asked if (words := str(getattr(one, key)))}
            for one in suggested[: self.least(field)]
        ]

    def made_up(self, field: Field, context: Context) -> list[dict[str, str]]:
        asked = {key: self.sample(key, field) for key in self.asked(field)}
        name = self.part_label("name")
        return [{**asked, "name": f"{name} {at}"} for at in range(1, self.least(field) + 1)]

    def least(self, field: Field) -> int:
        return int(max(1, field.option("min", 1)))

    def sample(self, key: str, field: Field) -> str:
        """What may stand in a part."""
        fixed = {"email": "name@example.org", "country": countries.codes()[0], "website": "www.example.org"}
        return fixed.get(key) or self.part_label(key)

    def asked(self, field: Field) -> list[str]:
        """The parts that must be given, beside the name."""
        return list(field.option("ask", []))

    def tidied(self, found: dict[str, str]) -> dict[str, str]:
        """The parts in their one form. Raises ValidationError for what does not fit."""
        found = dict(found)
        if found.get("email"):
            validate_email(found["email"])
        if found.get("country"):
            found["country"] = code_of(found["country"])
        if found.get("website"):
            found["website"] = address(found["website"])
        return found

    def part_label(self, key: str) -> str:
        """What a part of the form is called."""
        return {
            "name": _("Name"),
            "affiliation": _("Organisation"),
            "role": _("Role"),
            "contribution": _("Contribution"),
            "email": _("E-mail"),
            "country": _("Country or area"),
            "website": _("Website"),
            "amount": _("Amount"),
            "source": _("Paid by"),
            "street": _("Address"),
            "city": _("City"),
        }[key]

    def value(self, field: Field, stored: Any, context: Context) -> list[Any]:
        return [self.made(**one) for one in stored]

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("items", tuple(str(one) for one in self.value(field, stored, context)))


@register
class Persons(Parties):
    """The value is a list of `PersonNamed`. E-mail addresses are never published."""

    key = "persons"
    label = gettext_lazy("list of persons")
    names_parties = True
    parts = ("name", "affiliation", "role", "contribution", "email", "country")
    made = PersonNamed

    def persons_in(self, field: Field, stored: Any) -> list[PersonNamed]:
        return [PersonNamed(**one) for one in stored]

    def public(self, field: Field, stored: Any, context: Context) -> Any:
        return [{key: words for key, words in one.items() if key != "email"} for one in stored]


@register
class Organisations(Parties):
    """The value is a list of `OrganisationNamed`."""

    key = "organisations"
    label = gettext_lazy("list of organisations")
    names_parties = True
    parts = ("name", "country", "website", "role")
    made = OrganisationNamed

    def bodies_in(self, field: Field, stored: Any) -> list[OrganisationNamed]:
        return [OrganisationNamed(**one) for one in stored]
