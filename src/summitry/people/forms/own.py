"""What a person says of herself."""

import zoneinfo
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.text import languages
from summitry.text.forms import TranslatedFormField

from .. import checks
from ..models import Organisation, Person, User
from .fields import CountryField, DayField


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password: allauth puts its own fields after this."""

    field_order = ["email", "name", "password1"]
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        help_text=gettext_lazy("As you want it to appear. You can add other scripts later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        name = checks.tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write your name in letters that can be seen."))
        return name

    def signup(self, request: Any, user: User) -> None:
        """Nothing is left to do: the adapter has handed the name to the person that was made with the
        account."""


class ProfileForm(forms.ModelForm[Person]):
    country = CountryField()
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages that you read"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Person
        fields = ["name", "biography", "country", "languages", "version"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["languages"]).choices = [
            (code, languages.local_name(code)) for code in settings.CONTENT_LANGUAGES
        ]
        self.fields["name"].help_text = _(
            "One script is enough. If you give more, each is shown to its readers."
        )
        self.fields["biography"].help_text = _("Public where you speak or serve. Markdown works.")


def _time_zones() -> list[tuple[str, str]]:
    areas = (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    named = sorted(zone for zone in zoneinfo.available_timezones() if zone.split("/")[0] in areas)
    return [("", _("Not chosen")), ("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named)]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of pages and letters"),
        required=False,
        choices=lambda: [("", _("Not chosen")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=_time_zones,
        help_text=gettext_lazy("Times of a gathering are shown in its own zone, with yours beside it."),
    )


class AffiliationForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not in this list"),
    )
    organisation_name = TranslatedFormField(
        label=gettext_lazy("Name of an organisation that is not in the list"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The secretariat confirms it before others see it."),
    )
    title = TranslatedFormField(label=gettext_lazy("Your title there"), required=False, max_length=300)
    since = DayField(label=gettext_lazy("Since"))
    until = DayField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, organisations: Any = None, listed: Any = (), **kwargs: Any) -> None:
        """`organisations` may be chosen, of which `listed` are shown; None for an affiliation that exists."""
        super().__init__(*args, **kwargs)
        if organisations is None:
            del self.fields["organisation"], self.fields["organisation_name"]
            return
        field = cast(forms.ModelChoiceField[Organisation], self.fields["organisation"])
        field.queryset = organisations
        field.choices = [("", field.empty_label), *((one.pk, str(one)) for one in listed)]


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("I understand that this cannot be undone."),
        error_messages={"required": gettext_lazy("Tick the box if you are sure.")},
    )
