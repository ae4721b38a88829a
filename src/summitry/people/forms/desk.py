"""What the secretariat enters."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.text.forms import TranslatedFormField
from summitry.text.languages import current

from .. import kinds, scopes
from ..models import INSTITUTION, Organisation, Person, Role
from .fields import CountryField, LinesField


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("Choose a kind")), *kinds.choices()]


class OrganisationForm(forms.ModelForm[Organisation]):
    aliases = LinesField(
        label=gettext_lazy("Other names"),
        help_text=gettext_lazy("One a line: former names, abbreviations."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_kinds, required=False)
    country = CountryField()
    website = forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=200, assume_scheme="https"
    )
    domains = LinesField(
        label=gettext_lazy("E-mail domains"),
        help_text=gettext_lazy("One a line, such as example.org. Not shown to the public."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Organisation
        fields = ["name", "aliases", "kind", "country", "website", "domains", "version"]


class MandateFields(forms.Form):
    """Role, scope and public label of a mandate."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[("", gettext_lazy("Choose a role")), *Role.choices]
    )
    scope = forms.ChoiceField(label=gettext_lazy("In"), choices=scopes.choices, initial=INSTITUTION)
    label = TranslatedFormField(
        label=gettext_lazy("Public label"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("How the public knows the holder, without a name: “Juror 3”."),
    )


class GrantForm(MandateFields):
    pass


class InviteForm(MandateFields):
    field_order = ["email", "name", "role", "scope", "label", "language"]
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    name = TranslatedFormField(label=gettext_lazy("Name"), required=False, max_length=300)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"), choices=lambda: settings.LANGUAGES, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = current()


class AddressForm(forms.Form):
    """A short name in addresses."""

    slug = forms.CharField(
        label=gettext_lazy("Short name in addresses"),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=gettext_lazy("Letters, digits and hyphens. The one before leads here for ever."),
    )


class MergeForm(forms.Form):
    """The entry that stays."""

    into = forms.CharField(
        label=gettext_lazy("Short name of the entry that stays"),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean_into(self) -> Person:
        found = Person.objects.filter(slug=self.cleaned_data["into"].strip(), erased_at=None).first()
        if found is None:
            raise ValidationError(_("That is nobody’s short name here."))
        return found
