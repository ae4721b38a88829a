"""Small forms of the applicant: who submits, who stands beside her."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation
from summitry.text import languages
from summitry.text.forms import TranslatedFormField

from ..rules import RuleSet
from .widgets import Picks


class Category(forms.ChoiceField):
    """The category of a draft: it is needed to send it, and not to keep it."""

    def __init__(self, **options: Any):
        super().__init__(label=_("Category"), widget=Picks, **options)
        self.widget.is_required = False

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class StartForm(forms.Form):
    """Who submits, in which language, in which category."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("None: I submit as a person"),
        help_text=_("Organisations to which you belong. Add one on your own page."),
    )
    language = forms.ChoiceField(
        label=_("Language that you write in"), help_text=_("You may add other languages beside it.")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, rules: RuleSet, organisations: Any, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices(rules)  # type: ignore[attr-defined]
        if rules.categories:
            chosen = [(one.key, str(one.name)) for one in rules.categories]
            self.fields["category"] = forms.ChoiceField(
                label=_("Category"),
                choices=chosen,
                widget=Picks,
                required=False,
                help_text=_("You can decide later."),
            )
        else:
            del self.fields["category"]


def language_choices(rules: RuleSet) -> list[tuple[str, str]]:
    """The languages of the call, the reader's own first."""
    codes = list(rules.languages or settings.CONTENT_LANGUAGES)
    codes.sort(key=lambda code: code != languages.current())
    return [(code, languages.local_name(code)) for code in codes]


class CoApplicantForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("She gets a message and has to agree.")
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    contribution = TranslatedFormField(
        label=_("What she contributes"), required=False, max_length=1000, multiline=True
    )
