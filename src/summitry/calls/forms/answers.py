"""The form that a rule set asks for: one form field for each of its questions, by the kind of field.

Nothing is judged here: what was typed goes to the act as it is, a draft may be wrong, and the act says what
is wrong with what is sent. A new kind of field needs one function here, registered under the key of its kind.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from summitry.people import countries
from summitry.people import files as sniff
from summitry.text.forms import LangSet, TranslatedFormField
from summitry.text.templatetags.text import words
from summitry.text.value import Text

from .. import fields as kinds
from ..fields import Context
from ..rules import Field, RuleSet, Section
from . import widgets

type Make = Callable[[Field, Context], forms.Field]
type Read = Callable[[Any, Context], Any]

_makers: dict[str, tuple[Make, Read]] = {}


def _as_kept(stored: Any, context: Context) -> Any:
    return stored


def maker(key: str, read: Read = _as_kept) -> Callable[[Make], Make]:
    """Decorator: how this kind of question is asked. `read` turns what is kept into what the widget shows."""

    def keep(make: Make) -> Make:
        _makers[key] = (make, read)
        return make

    return keep


class Raw(forms.Field):
    """Hands on what was typed, unjudged."""

    def clean(self, value: Any) -> Any:
        return value


class RawText(TranslatedFormField):
    """Words in several languages, unjudged; what the stored text knows of its translations is kept."""

    def __init__(self, language: str, **options: Any):
        super().__init__(**options)
        self.language = language

    def clean(self, value: Any, stored: Any = None) -> Text:
        before = stored if isinstance(stored, Text) else Text()
        known = {*self.codes, *before.texts}
        typed = {code: said for code, said in (value or {}).items() if code in known and said.strip()}
        return before.edited(typed) if before else Text.from_values(typed, self.language)


def _text(stored: Any, context: Context) -> Text:
    """What a draft keeps as a text, whatever state it is in."""
    if isinstance(stored, str):
        return Text.of(stored, context.language)
    if isinstance(stored, Mapping):
        try:
            return (
                Text.from_json(stored)
                if "texts" in stored
                else Text.from_values(dict(stored), context.language)
            )
        except (AttributeError, KeyError, TypeError):
            return Text()
    return Text()


def _words(stored: Any, context: Context) -> Any:
    return stored if isinstance(stored, str) or stored is None else _text(stored, context)


def _list(stored: Any, context: Context) -> list[Any]:
    return list(stored) if isinstance(stored, list | tuple) else []


def _written(field: Field, context: Context, multiline: bool) -> forms.Field:
    most = field.option("max_chars")
    if field.translatable:
        first = [context.language, *(code for code in context.languages if code != context.language)]
        codes = first if context.languages else ()
        return RawText(
            context.language,
            codes=codes,
            max_length=most,
            multiline=multiline,
            widget=LangSet(codes, multiline, most),
        )
    return Raw(widget=(widgets.Prose if multiline else widgets.Line)(context.language, most))


@maker("line", _words)
def _line(field: Field, context: Context) -> forms.Field:
    return _written(field, context, False)


@maker("text", _words)
def _prose(field: Field, context: Context) -> forms.Field:
    return _written(field, context, True)


@maker("choice")
def _choice(field: Field, context: Context) -> forms.Field:
    if len(field.choices) > 7:
        return Raw(
            widget=forms.Select(
                choices=[("", _("Choose")), *((one.key, str(one.label)) for one in field.choices)]
            )
        )
    return Raw(widget=widgets.Picks(choices=[(one.key, words(one.label)) for one in field.choices]))


@maker("choices", _list)
def _choices(field: Field, context: Context) -> forms.Field:
    return Raw(widget=widgets.Ticks(choices=[(one.key, words(one.label)) for one in field.choices]))


def _yes(stored: Any, context: Context) -> Any:
    return {True: "yes", False: "no"}.get(stored, stored) if not isinstance(stored, list | dict) else None


@maker("yesno", _yes)
def _yesno(field: Field, context: Context) -> forms.Field:
    if field.option("must"):
        return Raw(widget=widgets.Agree(choices=[("yes", _("I agree"))]))
    return Raw(
        widget=widgets.Picks(choices=[("yes", pgettext("answer", "Yes")), ("no", pgettext("answer", "No"))])
    )


def _plain(mode: str = "", kind: str = "text") -> Make:
    attrs = {"dir": "ltr"} | ({"inputmode": mode} if mode else {})
    return lambda field, context: Raw(widget=forms.TextInput({**attrs, "type": kind}))


maker("number")(_plain("decimal"))
maker("year")(_plain("numeric"))
maker("date")(_plain(kind="date"))
maker("url")(_plain("url"))


@maker("country")
def _country(field: Field, context: Context) -> forms.Field:
    return Raw(widget=forms.Select(choices=[("", _("Choose a country or area")), *countries.choices()]))


@maker("countries", _list)
def _countries(field: Field, context: Context) -> forms.Field:
    return Raw(
        widget=widgets.Selects(countries.choices(), _("Choose a country or area"), field.option("max"))
    )


def _parties(field: Field, context: Context) -> forms.Field:
    kind: Any = kinds.kind(field.kind)
    asked = {"name", *kind.asked(field)}
    types = {"email": "email", "website": "url"}
    parts = [
        (
            key,
            kind.part_label(key),
            key in asked,
            types.get(key, ""),
            countries.choices() if key == "country" else [],
        )
        for key in kind.parts
    ]
    return Raw(widget=widgets.Parties(parts, min(field.option("max", kind.most), kind.most)))


maker("persons", _list)(_parties)
maker("organisations", _list)(_parties)
maker("budget", _list)(_parties)
maker("place", _list)(_parties)


@maker("files", _list)
def _files(field: Field, context: Context) -> forms.Field:
    endings = field.option("extensions") or sniff.DEFAULT
    here = [one for one in context.uploads.values() if one.field == field.key]
    return Raw(widget=widgets.Files(here, str(field.label), field.option("max", 1), endings))


def _hint(field: Field) -> SafeString:
    """The question's help, and the bounds that it sets, in sentences."""
    said: list[Any] = [words(field.help)] if field.help else []
    if (most := field.option("max_chars")) is not None:
        said.append(ngettext("At most %(n)d character.", "At most %(n)d characters.", most) % {"n": most})
    if (most := field.option("max_words")) is not None:
        said.append(ngettext("At most %(n)d word.", "At most %(n)d words.", most) % {"n": most})
    if field.unit:
        said.append(format_html(_("In {}."), words(field.unit)))
    return format_html_join(" ", "{}", ((one,) for one in said))


def name_of(key: str) -> str:
    """The form's name of an answer. It ends in a hyphen, which no key does, so that the parts of one answer
    (NAME_LANGUAGE) are never taken for another."""
    return f"{key}-"


class AnswerForm(forms.Form):
    """The questions of a rule set with a submission's draft in them."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        rules: RuleSet,
        draft: Mapping[str, Any],
        context: Context,
        *args: Any,
        head: Mapping[str, forms.Field] | None = None,
        **options: Any,
    ):
        super().__init__(*args, **options)
        self.rules, self.head_names = rules, list(head or {})
        self.fields.update(head or {})
        for field in rules.fields:
            make, read = _makers[field.kind]
            made = make(field, context)
            made.label, made.required, made.help_text = words(field.label), field.required, _hint(field)
            made.widget.is_required = False
            made.initial = read(draft.get(field.key), context)
            self.fields[name_of(field.key)] = made

    @property
    def answers(self) -> dict[str, Any]:
        """What was typed, by key; only after `is_valid()`. Files come and go by acts of their own."""
        return {
            field.key: self.cleaned_data.get(name_of(field.key))
            for field in self.rules.fields
            if not kinds.kind(field.kind).holds_files and not self._omitted(field)
        }

    def _omitted(self, field: Field) -> bool:
        """Whether a machine sent only some of the questions. What a browser leaves out has no tick: empty."""
        name = name_of(field.key)
        if "partial" not in self.data:
            return False
        return bool(self.fields[name].widget.value_omitted_from_data(self.data, self.files, name))

    @property
    def head(self) -> list[Any]:
        """The bound fields above the questions."""
        return [self[name] for name in self.head_names]

    def groups(self) -> Iterable[tuple[Section | None, list[Any]]]:
        """The bound fields under the headings of the rules."""
        for section, fields in self.rules.in_sections():
            yield section, [self[name_of(one.key)] for one in fields]

    def blame(self, error: ValidationError) -> None:
        """Put what an act refused beside the questions that are to blame."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for key, errors in error.error_dict.items():
            name = next((one for one in (name_of(key), key) if one in self.fields), None)
            self.add_error(name, errors)

    def new_files(self) -> list[tuple[Field, Any]]:
        """Files that arrive with the form, each with the question that it answers."""
        found = []
        for field in self.rules.fields:
            if kinds.kind(field.kind).holds_files:
                found += (
                    [(field, one) for one in self.files.getlist(f"{name_of(field.key)}new")]
                    if self.files
                    else []
                )
        return found


def unknown() -> list[str]:
    """Kinds of field for which nothing is registered here; a test keeps it empty."""
    return [kind.key for kind in kinds.every() if kind.key not in _makers]
