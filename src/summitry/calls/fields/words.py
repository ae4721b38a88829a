"""A line, a text."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from summitry.text import languages
from summitry.text.value import Text

from ..codec import Problem
from ..rules import Field
from .base import Context, FieldKind, Shown, register

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:['’\-][^\W_]+)*"
)


def count_words(text: str) -> int:
    """Words of a text; in Chinese and Japanese each character counts as one.

    >>> count_words("It doesn't matter"), count_words("开幕式 2027")
    (3, 4)
    """
    return len(_WORD.findall(text))


def tidy(words: str, lines: bool) -> str:
    """Without control characters and outer space; a single line without line breaks either."""
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        words = " ".join(words.split())
    kept = "".join(one for one in words if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})
    return kept.strip()


def cut(text: str, longest: int, most: int) -> str:
    """The first paragraphs that have at most so many characters and words; where the first is too long
    already, as much of it as fits."""
    kept = ""
    for paragraph in text.split("\n\n"):
        longer = f"{kept}\n\n{paragraph}".strip()
        if len(longer) > longest or count_words(longer) > most:
            break
        kept = longer
    if kept:
        return kept
    ends = [found.end() for found in islice(_WORD.finditer(text), most)]
    return text[: min(longest, max(ends, default=0))].strip()


class Words(FieldKind):
    """What a line and a text share: in one language or in several, with bounds that hold for each."""

    may_translate = True
    lines: ClassVar[bool]
    longest: ClassVar[int]
    shape: ClassVar[str]

    def problems(self, field: Field, path: str) -> Iterator[Problem]:
        yield from super().problems(field, path)
        yield from self.pair(field, path, "min_words", "max_words")
        for name in ("max_chars", "max_words"):
            most = field.option(name)
            if isinstance(most, int) and not 1 <= most <= self.longest:
                yield Problem(
                    f"{path}.options.{name}", _("must be from 1 to %(most)d") % {"most": self.longest}
                )
        least, longest = field.option("min_words"), field.option("max_chars", self.longest)
        if isinstance(least, int) and isinstance(longest, int) and least > longest:
            yield Problem(
                f"{path}.options.min_words",
                _("%(low)s is more than %(high)s") % {"low": least, "high": longest},
            )

    def read(self, field: Field, raw: Any, context: Context) -> Text:
        """What was given as a Text of tidy words."""
        if isinstance(raw, str):
            raw = Text.of(raw, context.language)
        elif isinstance(raw, Mapping):
            try:
                raw = Text.from_json(raw) if "texts" in raw else Text.from_values(dict(raw), context.language)
            except (AttributeError, KeyError, TypeError) as error:
                raise self.wrong() from error
        elif raw is None:
            raw = Text()
        if not isinstance(raw, Text):
            raise self.wrong()
        if not all(isinstance(code, str) and isinstance(one.value, str) for code, one in raw.texts.items()):
            raise self.wrong()
        neat = {code: tidy(words, self.lines) for code, words in raw.values.items()}
        if neat == raw.values and all(neat.values()):
            return raw
        return Text.from_values(neat, raw.source)

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        text = self.read(field, raw, context)
        if not text:
            return None
        if not field.translatable and len(text.texts) > 1:
            raise ValidationError(_("Give this in one language only."), code="languages")
        errors = []
        for code, words in text.values.items():
            named = {"language": languages.local_name(code)} if field.translatable else {"language": ""}
            if field.translatable and context.languages and code not in context.languages:
                errors.append(
                    ValidationError(
                        _("%(language)s is not a language of this call."), code="language", params=named
                    )
                )
            errors.extend(ValidationError(said, code="length") for said in self.limits(field, words, named))
        if errors:
            raise ValidationError(errors)
        return text.to_json() if field.translatable else text.get(text.source)

    def limits(self, field: Field, words: str, named: dict[str, str]) -> Iterator[str]:
        """What is too long or too short, in words."""
        before = _("%(language)s: ") % named if named["language"] else ""
        most = min(field.option("max_chars", self.longest), self.longest)
        if len(words) > most:
            yield before + ngettext(
                "At most %(most)d character; this has %(count)d.",
                "At most %(most)d characters; this has %(count)d.",
                most,
            ) % {"most": most, "count": len(words)}
        most, least, count = field.option("max_words"), field.option("min_words"), count_words(words)
        if most is not None and count > most:
            yield before + ngettext(
                "At most %(most)d word; this has %(count)d.",
                "At most %(most)d words; this has %(count)d.",
                most,
            ) % {"most": most, "count": count}
        if least is not None and count < least:
            yield before + ngettext(
                "At least %(least)d word; this has %(count)d.",
                "At least %(least)d words; this has %(count)d.",
                least,
            ) % {"least": least, "count": count}

    def example(self, field: Field, context: Context, *suggested: Any) -> Any:
        """The first suggestion that is words, in all its languages that the call accepts; cut where it is too
        long, and where it is too short the next ones follow."""
        spoken = [one for one in suggested if one and isinstance(one, str | Text)]
        first = spoken[0] if spoken else Text()
        if isinstance(first, str):
            first = Text.of(first, context.language)
        more = [one for one in spoken[1:] if isinstance(one, Text)]
        wanted = context.languages or tuple(first.values)
        said = {
            code: self.fitted(field, [words, *(one.get(code) for one in more)])
            for code, words in first.values.items()
            if code in wanted
        }
        if not said:
            said = {(context.languages or (context.language,))[0]: self.made_up(field, context)}
        source = next((code for code in (first.source, context.language) if code in said), next(iter(said)))
        if not field.translatable:
            return self.clean(field, Text.of(said[source], source), context)
        words = said.pop(source)
        return self.clean(field, Text.of(words, source, **said), context)

    def made_up(self, field: Field, context: Context) -> str:
        return self.fitted(field, [_("Example")])

    def fitted(self, field: Field, told: list[str]) -> str:
        """Words within the bounds of a field, from these: as many as are needed, over and over."""
        longest = min(field.option("max_chars", self.longest), self.longest)
        least, most = field.option("min_words", 0), field.option("max_words", self.longest)
        told = [one for one in dict.fromkeys(tidy(one, self.lines) for one in told) if count_words(one)]
        made, more = next(iter(told), ""), cycle(told[1:] or told)
        while told and count_words(made) < least:
            made = f"{made}\n\n{next(more)}"
        made = cut(tidy(made, self.lines), longest, most)
        # Where the bounds leave room for nothing else: words of one sign.
        return made if made and count_words(made) >= least else "一" * max(1, least)

    def value(self, field: Field, stored: Any, context: Context) -> Text:
        return (
            Text.from_json(stored) if isinstance(stored, Mapping) else Text.of(stored or "", context.language)
        )

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        text = self.value(field, stored, context)
        return Shown(self.shape, (text,) if text else ())

    def public(self, field: Field, stored: Any, context: Context) -> Any:
        return self.value(field, stored, context).values


@register
class Line(Words):
    key = "line"
    label = pgettext_lazy("kind of field", "line")
    options = {"max_chars": int, "max_words": int, "min_words": int}
    lines = False
    longest = 500
    shape = "words"


@register
class LongText(Words):
    key = "text"
    label = gettext_lazy("text of several lines")
    options = {"max_chars": int, "max_words": int, "min_words": int}
    lines = True
    longest = 50_000
    shape = "prose"
