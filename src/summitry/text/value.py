"""One text in several languages: which is the source, and how far each translation has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from django.conf import settings

from . import languages

State = Literal["source", "draft", "reviewed", "outdated"]


@dataclass(frozen=True, slots=True)
class Translation:
    value: str
    reviewed: bool = False
    revision: int = 1  # the revision of the source that it translates


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader gets: the words and the language they are in."""

    value: str
    language: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Text:
    """An immutable translated text. Equality is by content; an empty one is false.

    >>> title = Text.of("Opening", zh_hans="开幕式")
    >>> title.best("zh-hans").value, title.state("zh-hans")
    ('开幕式', 'reviewed')
    """

    source: str = ""
    revision: int = 1
    texts: Mapping[str, Translation] = field(default_factory=dict)

    @classmethod
    def of(cls, value: str = "", language: str = "en", **translations: str) -> Self:
        """A text as first written; keyword names are language codes with "_" for "-", taken as reviewed."""
        texts = {language: Translation(value, True)} if value else {}
        for code, words in translations.items():
            if words:
                texts[code.replace("_", "-")] = Translation(words, True)
        return cls(source=language if value else next(iter(texts), ""), texts=texts)

    @classmethod
    def from_values(cls, values: Mapping[str, str], source: str | None = None) -> Self:
        """From {language: words}; empty words are left out. The source is the first unless named."""
        kept = {code: words for code, words in values.items() if words and words.strip()}
        if not kept:
            return cls()
        source = source if source in kept else next(iter(kept))
        return cls(
            source=source, texts={code: Translation(words, code == source) for code, words in kept.items()}
        )

    @property
    def languages(self) -> list[str]:
        order = [code for code, _ in settings.LANGUAGES]
        return sorted(self.texts, key=lambda code: (order.index(code) if code in order else 99, code))

    @property
    def values(self) -> dict[str, str]:
        return {code: self.texts[code].value for code in self.languages}

    def get(self, language: str) -> str:
        found = self.texts.get(language)
        return found.value if found else ""

    def state(self, language: str) -> State | None:
        if language not in self.texts:
            return None
        if language == self.source:
            return "source"
        found = self.texts[language]
        if found.revision < self.revision:
            return "outdated"
        return "reviewed" if found.reviewed else "draft"

    def best(self, language: str | None = None) -> Reading:
        """What a reader of this language gets (default: the active one); empty if there is no text at all."""
        code = languages.choose(self.texts, language)
        return Reading(self.texts[code].value, code) if code else Reading("", language or languages.current())

    def edited(self, values: Mapping[str, str], source: str | None = None) -> Self:
        """After an edit of several languages at once. A changed source makes untouched translations outdated;
        a changed translation is a draft of the source as it now stands; empty words remove a language."""
        base = source or self.source
        fresh = type(self).from_values(values, base or None)
        if not self.texts or not fresh.texts or fresh.source != self.source:
            return fresh
        changed = fresh.get(fresh.source) != self.get(self.source)
        revision = self.revision + 1 if changed else self.revision
        texts = {}
        for code, new in fresh.texts.items():
            old = self.texts.get(code)
            if code == fresh.source:
                texts[code] = Translation(new.value, True, revision)
            elif old and old.value == new.value:
                texts[code] = old
            else:
                texts[code] = Translation(new.value, False, revision)
        return replace(self, source=fresh.source, revision=revision, texts=texts)

    def reviewed(self, language: str) -> Self:
        """After somebody has confirmed that a translation says what the source says."""
        if language not in self.texts:
            raise KeyError(language)
        confirmed = replace(self.texts[language], reviewed=True, revision=self.revision)
        return replace(self, texts={**self.texts, language: confirmed})

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "revision": self.revision,
            "texts": {
                code: {"value": one.value, "reviewed": one.reviewed, "revision": one.revision}
                for code, one in self.texts.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            source=stored.get("source", ""),
            revision=stored.get("revision", 1),
            texts={
                code: Translation(one["value"], one.get("reviewed", False), one.get("revision", 1))
                for code, one in stored.get("texts", {}).items()
            },
        )

    def __str__(self) -> str:
        return self.best().value

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __hash__(self) -> int:
        return hash((self.source, self.revision, tuple(sorted(self.texts.items(), key=lambda pair: pair[0]))))
