"""Forms of adoption, positions and signing. Nothing is saved here."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation
from summitry.text import languages
from summitry.text.forms import TranslatedFormField
from summitry.text.ordering import by_name

from . import ways
from .acts.signing_common import ENDINGS
from .models import Document, FullPowers, Position, Signature

MOST_BYTES = 10_000_000  # of a list of signatories
_SCAN = forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in ENDINGS)})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=_("In UTC."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        **more,
    )


class Bodies(forms.CharField):
    """Organisations by their short names, one a line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 4, "dir": "ltr"})

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        slugs = list(dict.fromkeys(words.split()))
        found = {one.slug: one for one in Organisation.objects.filter(slug__in=slugs, confirmed=True)}
        if missing := [one for one in slugs if one not in found]:
            raise ValidationError(
                gettext("There is no organisation “%(slug)s”.") % {"slug": missing[0][:80]}, code="unknown"
            )
        return [found[one] for one in slugs]


class Anchors(forms.CharField):
    """Addresses of provisions, divided by spaces or commas; cleans to a list."""

    def clean(self, value: Any) -> Any:
        return list(dict.fromkeys(super().clean(value).replace(",", " ").split()))


# What the desk asks for each column that a way may take.
FIELDS: dict[str, Any] = {
    "opens_at": lambda: _moment(_("Objections from"), required=False),
    "closes_at": lambda: _moment(_("Objections until")),
    "entitled": lambda: Bodies(
        label=_("Who may object"),
        required=False,
        max_length=20_000,
        help_text=_("Short names, one a line. Empty: all organisations for which somebody speaks now."),
    ),
    "on": lambda: forms.DateField(label=_("On"), widget=_day(), required=False),
    "place": lambda: TranslatedFormField(label=_("Gathering and place"), max_length=300),
    "chair": lambda: TranslatedFormField(
        label=_("Who chaired"), max_length=300, help_text=_("The office, not the name: it enters the record.")
    ),
    "statement": lambda: TranslatedFormField(
        label=_("What the chair stated"), max_length=5000, multiline=True, required=False
    ),
    "reference": lambda: TranslatedFormField(label=_("The motion and its result"), max_length=1000),
    "link": lambda: forms.URLField(
        label=_("Address of the motion"), required=False, widget=forms.URLInput(attrs={"dir": "ltr"})
    ),
    "file": lambda: forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=_SCAN,
        help_text=_("PDF, JPEG or PNG. Only those who work here can open it; its digest is public."),
    ),
}


class AdoptionForm(forms.Form):
    """What a way asks for."""

    def __init__(self, way: ways.Way, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in way.columns:
            self.fields[name] = FIELDS[name]()
            self.fields[name].required = name in way.needed

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class ForForm(forms.Form):
    """Something said for one of the organisations for which somebody may speak."""

    organisation = forms.ChoiceField(label=_("For"))

    def __init__(self, bodies: Iterable[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {one.slug: one for one in bodies}
        choices = [(slug, str(one.name)) for slug, one in self.bodies.items()]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation:
        return self.bodies[self.cleaned_data["organisation"]]


class ObjectionForm(ForForm):
    reason = TranslatedFormField(
        label=_("Reason"),
        max_length=5000,
        multiline=True,
        help_text=_("Everybody can read it, here and in the record."),
    )


class PositionForm(ForForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Position.Kind.choices)
    text = TranslatedFormField(
        label=_("What your organisation declares"),
        max_length=10_000,
        multiline=True,
        help_text=_("Everybody can read it, for ever: it is withdrawn, never deleted or changed."),
    )
    anchors = Anchors(
        label=_("Provisions"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("Their addresses in this version, such as p3, divided by spaces."),
    )


class PowersForm(forms.Form):
    """The paper by which an organisation lets somebody sign."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("The short name in the address of its page, for instance sample-ministry."),
    )
    capacity = TranslatedFormField(
        label=_("In what capacity"),
        max_length=200,
        help_text=_(
            "For instance: Minister of Foreign Affairs. It stands in the public list; your name does not."
        ),
    )
    since = forms.DateField(label=_("Valid from"), widget=_day())
    until = forms.DateField(
        label=_("Valid until, that day included"), widget=_day(), required=False, help_text=_("In UTC.")
    )
    binding = forms.BooleanField(label=_("They also allow to sign definitively"), required=False)
    any_document = forms.BooleanField(label=_("They are for any document"), required=False)
    file = forms.FileField(
        label=_("The full powers"),
        widget=_SCAN,
        help_text=_("PDF, JPEG or PNG. Only you, the depositary and the auditor can open it."),
    )

    def clean_organisation(self) -> Organisation:
        slug = self.cleaned_data["organisation"].strip().strip("/").rpartition("/")[2]
        found = Organisation.objects.filter(slug=slug, confirmed=True).first()
        if found is None:
            raise ValidationError(gettext("There is no organisation “%(slug)s”.") % {"slug": slug[:80]})
        return found

    def clean_since(self) -> datetime:
        return datetime.combine(self.cleaned_data["since"], time.min, UTC)

    def clean_until(self) -> datetime | None:
        day = self.cleaned_data.get("until")
        return datetime.combine(day, time.max, UTC) if day else None


class SignForm(forms.Form):
    """For whom and how one is about to sign."""

    powers = forms.ChoiceField(label=_("For"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Signature"), choices=Signature.Kind.choices, widget=forms.RadioSelect)
    reservation = TranslatedFormField(
        label=_("Reservation"),
        max_length=10_000,
        multiline=True,
        required=False,
        help_text=_("It is part of what you sign, and everybody can read it."),
    )
    anchors = Anchors(
        label=_("Provisions that it concerns"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("Their addresses in this version, such as p3, divided by spaces."),
    )

    def __init__(self, held: Iterable[FullPowers], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(one.uid): one for one in held}
        choices = [(uid, f"{one.organisation.name} · {one.capacity}") for uid, one in self.held.items()]
        self.fields["powers"].choices = choices  # type: ignore[attr-defined]

    def clean_powers(self) -> FullPowers:
        return self.held[self.cleaned_data["powers"]]


class PaperForm(forms.Form):
    """A signature that was given on paper."""

    powers = forms.ChoiceField(label=_("Full powers"))
    kind = forms.ChoiceField(label=_("Signature"), choices=Signature.Kind.choices)
    signed_on = forms.DateField(label=_("Signed on"), widget=_day())
    file = forms.FileField(label=_("Scan"), widget=_SCAN, help_text=_("PDF, JPEG or PNG. It is not public."))

    def __init__(self, held: Iterable[FullPowers], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(one.uid): one for one in held}
        choices = [
            (uid, f"{one.organisation.name} · {one.person.name} · {one.capacity}")
            for uid, one in self.held.items()
        ]
        self.fields["powers"].choices = choices  # type: ignore[attr-defined]

    def clean_powers(self) -> FullPowers:
        return self.held[self.cleaned_data["powers"]]


class HolderReasonForm(forms.Form):
    """Why full powers are refused."""

    reason = TranslatedFormField(
        label=_("Reason"), max_length=2000, multiline=True, help_text=_("Whoever brought them reads it.")
    )


class ConfirmForm(forms.Form):
    """That a simple signature was confirmed."""

    on = forms.DateField(label=_("Confirmed on"), widget=_day())
    evidence = TranslatedFormField(
        label=_("What was deposited"),
        max_length=1000,
        help_text=_("For instance: instrument of ratification of 3 May 2028. Everybody can read it."),
    )


class WithdrawForm(forms.Form):
    """That a signature ends."""

    ends_on = forms.DateField(
        label=_("With effect from"), widget=_day(), required=False, help_text=_("Empty: today.")
    )
    reason = TranslatedFormField(
        label=_("Reason"),
        max_length=2000,
        multiline=True,
        required=False,
        help_text=_("Everybody can read it, here and in the record."),
    )


class RollForm(forms.Form):
    """A list of signatories that somebody else keeps."""

    file = forms.FileField(
        label=_("CSV or XLSX"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_(
            "With a first row that names the columns: name, category, nature, nationality, date_signed."
        ),
    )
    source = forms.CharField(
        label=_("Whose list it is"),
        max_length=300,
        help_text=_("Everybody can read it beside each signature."),
    )
    language = forms.ChoiceField(
        label=_("The names are in"), choices=settings.LANGUAGES, initial=languages.current
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                gettext("The file is too large here; the command line takes it: summitry import signatories.")
            )
        return file


def powers_to_enter(document: Document) -> list[FullPowers]:
    """Verified full powers for a document of those who have not signed it, in force or not: a paper may have
    been signed before they ended."""
    signed = Signature.objects.filter(document=document, state__in=Signature.STANDING)
    held = FullPowers.objects.for_document(document).filter(state=FullPowers.State.VERIFIED)
    held = held.exclude(organisation__in=signed.values("organisation"))
    return list(
        held.select_related("organisation", "person").order_by(
            by_name("organisation__name", "organisation__search"), "pk"
        )[:2000]
    )
