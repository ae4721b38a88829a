"""Widgets of the answer form: choices as lines, countries as selects, lists of parties, files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from summitry.text import languages


class Picks(forms.RadioSelect):
    """One of several, a line each."""

    template_name = "calls/widgets/picks.html"
    use_fieldset = True


class Ticks(forms.CheckboxSelectMultiple):
    """Some of several, a line each."""

    template_name = "calls/widgets/picks.html"
    use_fieldset = True


class Agree(Ticks):
    """One statement to agree to: "yes" or nothing."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        return "yes" if data.get(name) == "yes" else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class Line(forms.TextInput):
    """A line in one language, with its direction."""

    def __init__(self, language: str = "", most: int | None = None, attrs: Any = None):
        super().__init__({**written_in(language), **limit(most), **(attrs or {})})


class Prose(forms.Textarea):
    """Several lines in one language, with its direction."""

    def __init__(self, language: str = "", most: int | None = None, attrs: Any = None):
        super().__init__({**written_in(language), **limit(most), **(attrs or {})})


def written_in(language: str) -> dict[str, str]:
    return {"lang": languages.bcp47(language), "dir": languages.direction(language)} if language else {}


def limit(most: int | None) -> dict[str, str]:
    return {"data-most": str(most)} if most else {}


class Selects(forms.Widget):
    """Several of a long list: a select for each, with two empty ones at the end."""

    template_name = "calls/widgets/selects.html"
    use_fieldset = True

    def __init__(
        self, choices: Iterable[tuple[str, str]], empty: str, most: int | None = None, attrs: Any = None
    ):
        super().__init__(attrs)
        self.choices, self.empty, self.most = list(choices), empty, most

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = [one for one in value or [] if one]
        count = len(given) + 2 if self.most is None else max(1, min(len(given) + 2, self.most))
        given += [""] * (count - len(given))
        first = context["widget"]["attrs"].get("id", name)
        context["widget"] |= {
            "choices": self.choices,
            "empty": self.empty,
            "rows": [
                {"value": one, "id": f"{first}_{at}", "label": _("Choice %(number)d") % {"number": at}}
                for at, one in enumerate(given, 1)
            ],
            "more": self.most is None or count < self.most,
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [one for one in data.getlist(name) if one]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class Parties(forms.Widget):
    """A list of persons or organisations: one group of inputs each, with an empty one at the end.

    parts: (key, label, required, input type, choices) of each input.
    """

    template_name = "calls/widgets/parties.html"
    use_fieldset = True

    def __init__(
        self, parts: Sequence[tuple[str, str, bool, str, list[tuple[str, str]]]], most: int, attrs: Any = None
    ):
        super().__init__(attrs)
        self.parts, self.most = parts, most

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = [one if isinstance(one, Mapping) else {"name": str(one)} for one in value or []]
        given += (
            [{}] * max(1, 1 if not given else min(1, self.most - len(given)))
            if len(given) < self.most
            else []
        )
        first = context["widget"]["attrs"].get("id", name)
        rows = []
        for at, one in enumerate(given):
            parts = [
                {
                    "id": f"{first}_{at}_{key}",
                    "name": f"{name}-{at}-{key}",
                    "label": label,
                    "required": required,
                    "type": kind,
                    "choices": choices,
                    "value": one.get(key, ""),
                }
                for key, label, required, kind, choices in self.parts
            ]
            rows.append({"label": _("Number %(number)d") % {"number": at + 1}, "parts": parts})
        context["widget"] |= {"rows": rows, "more": len(given) < self.most}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        found = []
        for at in range(self.most + 1):
            one = {key: data.get(f"{name}-{at}-{key}", "").strip() for key, *_rest in self.parts}
            if any(one.values()):
                found.append({key: words for key, words in one.items() if words})
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-0-") for key in data)


class Files(forms.Widget):
    """The files that are there, each with a button to remove it, and a place for new ones (named NAMEnew)."""

    template_name = "calls/widgets/files.html"
    use_fieldset = True
    needs_multipart_form = True

    def __init__(
        self, files: Sequence[Any], label: str, most: int, extensions: Sequence[str], attrs: Any = None
    ):
        super().__init__(attrs)
        self.files, self.label, self.most, self.extensions = files, label, most, extensions

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "files": self.files,
            "label": self.label,
            "more": len(self.files) < self.most,
            "many": self.most - len(self.files) > 1,
            "accept": ",".join(f".{one}" for one in self.extensions),
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        """Nothing: files come and go by acts of their own, not with what is typed."""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return True
