"""What every kind of field can do. A kind is one instance of a subclass, registered under its key."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as default
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.text.value import Text

from ..codec import Problem, encode, join

if TYPE_CHECKING:
    from ..rules import Field

_CHOICE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
LARGEST_DRAFT = 100_000  # characters of one unfinished answer


@dataclass(frozen=True, slots=True)
class Context:
    """What a field must know of the submission that it is in.

    language: of texts that are not translatable. languages: those that the call accepts; none means any.
    uploads: the submission's files by uid, each with `name`, `size` and `field`.
    """

    language: str = "en"
    languages: tuple[str, ...] = ()
    uploads: Mapping[str, Any] = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """An address in an answer."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page. `shape` names how `parts` are laid out: "words" (one line, str or Text), "prose"
    (one long Text), "items" (a list of str or Text), "links" (Link) or "files" (uploads)."""

    shape: str
    parts: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.parts)


class FieldKind(ABC):
    """One kind of field. Subclasses say what a good answer is, how it is kept, typed, shown and published.

    An answer is kept as plain JSON. `clean` takes what a form gives as well as what was kept, and cleaning
    twice gives the same as cleaning once."""

    key: ClassVar[str]
    label: ClassVar[Any]  # lazily translated
    may_translate: ClassVar[bool] = False
    needs_choices: ClassVar[bool] = False
    holds_files: ClassVar[bool] = False
    names_parties: ClassVar[bool] = False  # `persons_in` and `bodies_in` may find something
    options: ClassVar[Mapping[str, type]] = {}  # what `Field.options` may hold

    def problems(self, field: "Field", path: str) -> Iterator[Problem]:
        """What contradicts itself in a field of this kind."""
        if field.translatable and not self.may_translate:
            yield Problem(join(path, "translatable"), _("a field of this kind cannot be translated"))
        if self.needs_choices and not field.choices:
            yield Problem(join(path, "choices"), _("at least one choice is needed"))
        if field.choices and not self.needs_choices:
            yield Problem(join(path, "choices"), _("a field of this kind has no choices"))
        seen: set[str] = set()
        for choice in field.choices:
            where = f"{path}.choices.{choice.key}"
            if choice.key in seen:
                yield Problem(where, _("this key is used twice"))
            seen.add(choice.key)
            if not _CHOICE.match(choice.key):
                yield Problem(
                    where,
                    _("a key is of lower-case letters, digits, “-” and “_”, at most %(most)d") % {"most": 40},
                )
            if not choice.label:
                yield Problem(join(where, "label"), _("is empty"))
        for name, value in field.options.items():
            where = f"{path}.options.{name}"
            if name not in self.options:
                yield Problem(where, _("a field of this kind has no such option"))
            elif not isinstance(value, self.options[name]) or (
                isinstance(value, bool) and self.options[name] is not bool
            ):
                yield Problem(where, _("has the wrong type"))
        yield from self.pair(field, path, "min", "max")

    def pair(self, field: "Field", path: str, low: str, high: str) -> Iterator[Problem]:
        """A problem if the option `low` is above the option `high`."""
        least, most = field.option(low), field.option(high)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield Problem(
                f"{path}.options.{low}", _("%(low)s is more than %(high)s") % {"low": least, "high": most}
            )

    def keep(self, field: "Field", raw: Any) -> Any:
        """An unfinished answer as JSON for a draft, right or wrong. Raises ValidationError if it cannot be
        kept."""
        kept = encode(raw)
        try:
            words = json.dumps(kept, ensure_ascii=False, allow_nan=False)
            words.encode()
        except (TypeError, ValueError) as error:
            raise ValidationError(_("This cannot be stored."), code="shape") from error
        if len(words) > LARGEST_DRAFT or "\\u0000" in words:
            raise ValidationError(
                _("This is too long or holds characters that cannot be stored."), code="size"
            )
        return kept

    @abstractmethod
    def clean(self, field: "Field", raw: Any, context: Context) -> Any:
        """A finished answer as JSON, None if it is empty. Raises ValidationError in words for its writer."""

    def example(self, field: "Field", context: Context, *suggested: Any) -> Any:
        """A sound answer as JSON: the first suggestion that fits, else one of its own making; None where it
        takes what nobody can make up. Raises ValidationError where the options leave no sound answer."""
        for one in suggested:
            for form in self.forms(field, one):
                with suppress(ValidationError):
                    if (found := self.clean(field, form, context)) is not None:
                        return found
        return self.clean(field, self.made_up(field, context), context)

    def forms(self, field: "Field", suggested: Any) -> Iterable[Any]:
        """In which forms a suggestion may fit a field."""
        return [suggested]

    @abstractmethod
    def made_up(self, field: "Field", context: Context) -> Any:
        """A sound answer that says nothing, as a form would give it."""

    def value(self, field: "Field", stored: Any, context: Context) -> Any:
        """The answer as outcomes take it."""
        return stored

    @abstractmethod
    def show(self, field: "Field", stored: Any, context: Context) -> Shown:
        """The answer as pages show it."""

    def public(self, field: "Field", stored: Any, context: Context) -> Any:
        """The answer as machines read it: plain JSON."""
        return stored

    def persons_in(self, field: "Field", stored: Any) -> Iterable[Any]:
        """The persons whom an answer names (`PersonNamed`): conflicts of interest are looked for there."""
        return ()

    def bodies_in(self, field: "Field", stored: Any) -> Iterable[Any]:
        """The organisations that an answer names (`OrganisationNamed`)."""
        return ()

    def wrong(self) -> ValidationError:
        return ValidationError(_("This answer cannot be read. Please give it again."), code="shape")


_kinds: dict[str, FieldKind] = {}


def register(kind: type[FieldKind]) -> type[FieldKind]:
    """Class decorator: one instance of the kind is known under its key."""
    if kind.key in _kinds and type(_kinds[kind.key]) is not kind:
        raise ValueError(f"two kinds of field are called {kind.key}")
    _kinds[kind.key] = kind()
    return kind


def kind(key: str) -> FieldKind:
    """The kind of this key. Raises KeyError."""
    return _kinds[key]


def known(key: str) -> bool:
    return key in _kinds


def every() -> Iterable[FieldKind]:
    return list(_kinds.values())


def is_blank(raw: Any) -> bool:
    return (
        raw is None
        or (isinstance(raw, str) and not raw.strip())
        or (isinstance(raw, list | tuple) and not raw)
    )


def label_text(label: Any) -> Text:
    return label if isinstance(label, Text) else Text.of(str(label))
