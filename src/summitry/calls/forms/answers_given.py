"""Forms of what follows the answer: an appeal and its answer, what is owed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.text.forms import TranslatedFormField
from summitry.text.templatetags.text import words

from ..rules import Tier
from .widgets import Picks


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Which rule was broken, and how?"),
        max_length=10000,
        widget=forms.Textarea({"rows": "8", "data-most": "10000"}),
        help_text=_(
            "Read by those who answer appeals and by nobody else. The record keeps a digest of it, "
            "so that what you wrote cannot be changed."
        ),
    )


class AppealAnswerForm(forms.Form):
    upheld = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("yes", _("Upheld: the entry is accepted")),
            ("no", _("Dismissed: the answer stays as it is")),
        ],
        widget=Picks,
    )
    tier = forms.ChoiceField(label=_("Class, if it is upheld"), required=False)
    answer = TranslatedFormField(
        label=_("Why"),
        max_length=5000,
        multiline=True,
        help_text=_("Published with the number of the entry: name nobody in it."),
    )

    def __init__(self, tiers: tuple[Tier, ...], *args: Any, **options: Any):
        super().__init__(*args, **options)
        if tiers:
            listed = [(one.key, words(one.name)) for one in tiers]
            self.fields["tier"].choices = [("", "–"), *listed]  # type: ignore[attr-defined]
        else:
            del self.fields["tier"]


class DeliverForm(forms.Form):
    words = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=20000,
        widget=forms.Textarea({"rows": "10", "data-most": "20000"}),
    )
    link = forms.URLField(
        label=_("Where it can be read"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput({"dir": "ltr"}),
        help_text=_("The address of a page or file, if it is not here."),
    )


class WaiveForm(forms.Form):
    reason = TranslatedFormField(
        label=_("Why it is no longer asked"),
        max_length=2000,
        multiline=True,
        help_text=_("The applicant reads it."),
    )
