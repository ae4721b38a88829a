"""Forms for what is left of a session: its outcome document, its report, who convened it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.people.models import Organisation, Person
from summitry.text.forms import TranslatedFormField

from . import kinds
from .acts.reports import ENDINGS
from .forms import Blaming
from .models import Link, OutcomeDocument, Session, SessionReport


def _field(model: Any, name: str, **changes: Any) -> Any:
    return model._meta.get_field(name).formfield(**changes)


def _lines(words: str, most: int) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()][:most]


def named[T: (Person, Organisation)](model: type[T], words: str, most: int = 100) -> list[T]:
    """Persons or organisations by their short names, one a line. Raises ValidationError that names those
    that are unknown."""
    wanted = _lines(words, most)
    known = {one.slug: one for one in model._default_manager.filter(slug__in=wanted)}
    if unknown := [slug for slug in wanted if slug not in known]:
        raise ValidationError(
            [ValidationError(_("“%(name)s” is no short name here."), params={"name": one}) for one in unknown]
        )
    return [known[slug] for slug in dict.fromkeys(wanted)]


class _Names(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "dir": "ltr"}))
        super().__init__(required=False, help_text=gettext_lazy("Short names, one a line."), **kwargs)


class OutcomeForm(Blaming):
    """The outcome document of a session."""

    title = _field(OutcomeDocument, "title")
    text = _field(OutcomeDocument, "text")
    url = _field(OutcomeDocument, "url", assume_scheme="https")
    authors = _Names(label=gettext_lazy("Persons who wrote it"))
    bodies = _Names(label=gettext_lazy("Organisations that wrote it"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, document: OutcomeDocument | None = None) -> None:
        initial: dict[str, Any] = {}
        if document is not None:
            initial = {name: getattr(document, name) for name in ("title", "text", "url", "version")}
            initial["authors"] = "\n".join(document.authors.values_list("slug", flat=True))
            initial["bodies"] = "\n".join(document.author_bodies.values_list("slug", flat=True))
        super().__init__(data, initial=initial)

    def clean_authors(self) -> list[Person]:
        return named(Person, self.cleaned_data["authors"])

    def clean_bodies(self) -> list[Organisation]:
        return named(Organisation, self.cleaned_data["bodies"])


class StanceForm(Blaming):
    """Why a side does not confirm the document."""

    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody can read it, and the record keeps it for ever."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, side: str, version: int) -> None:
        super().__init__(data, auto_id=f"{side}_%s", initial={"version": version})


class ReportForm(Blaming):
    """The report of a session: words, a file, or both."""

    text = _field(SessionReport, "text")
    file = forms.FileField(
        label=gettext_lazy("The report as a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in ENDINGS)}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, report: SessionReport) -> None:
        super().__init__(data, files, initial={"text": report.text, "version": report.version})


class WaiveForm(Blaming):
    reason = TranslatedFormField(
        label=gettext_lazy("Why the report is no longer owed"), max_length=2000, multiline=True
    )


class DueForm(Blaming):
    """By which day a report is owed."""

    due = forms.DateField(
        label=gettext_lazy("Report owed by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ConvenersForm(Blaming):
    """Which organisations convene a session."""

    conveners = _Names(label=gettext_lazy("Conveners"))

    def __init__(self, data: Any = None, *, session: Session) -> None:
        rows = session.conveners.select_related("organisation").order_by("position", "pk")
        super().__init__(data, initial={"conveners": "\n".join(row.organisation.slug for row in rows)})
        asked = kinds.of(session.kind).conveners
        if asked:
            self.fields["conveners"].required = False
            self.fields["conveners"].help_text = _(
                "Short names, one a line; at least %(n)d for a session of this kind."
            ) % {"n": asked}

    def clean_conveners(self) -> list[Organisation]:
        return named(Organisation, self.cleaned_data["conveners"], 50)


class LinkForm(Blaming):
    """Something to read or see beside a session."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Link.Kind.choices)
    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=2000, widget=forms.URLInput(attrs={"dir": "ltr"})
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=500, required=False)
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A code such as en or zh-hans."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="link_%s")  # another form of the page has such fields too
