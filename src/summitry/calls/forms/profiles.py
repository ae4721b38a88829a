"""What a juror says of herself for one call, so that entries find her."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from summitry.people import countries
from summitry.text import languages
from summitry.text.templatetags.text import plain

from ..matching import topic_choices
from ..models import Call, JurorProfile
from .widgets import Ticks


class ProfileForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        widget=Ticks,
        help_text=_("Entries that have them in common with you come to you first."),
    )
    statement = forms.CharField(
        label=_("Expertise in your own words"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 6, "data-most": "5000"}),
        help_text=_("It is compared with the words of the entries. Applicants do not see it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages that you read"),
        required=False,
        widget=Ticks,
        help_text=_("Without any, those of your profile count, else the language of your account."),
    )
    region = forms.ChoiceField(
        label=_("Region"), required=False, help_text=_("Left empty, it is the region of your country.")
    )
    most = forms.IntegerField(
        label=_("Entries that you can take, at most"), required=False, min_value=1, max_value=5000
    )

    def __init__(self, call: Call, found: JurorProfile | None, *args: Any, **options: Any):
        if found is not None:
            names = ("version", "topics", "statement", "languages", "region", "most")
            options["initial"] = {name: getattr(found, name) for name in names}
        super().__init__(*args, **options)
        topics = [(key, plain(label)) for key, label in topic_choices(call.rules)]
        spoken = call.rules.languages or settings.CONTENT_LANGUAGES
        read = [code for code in settings.CONTENT_LANGUAGES if code in spoken]
        if found is not None:
            read += [code for code in found.languages if code not in read]
        choices = {
            "topics": topics,
            "languages": [(code, languages.local_name(code)) for code in read],
            "region": [("", "–"), *((one.code, one.name) for one in countries.regions())],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if not topics:
            del self.fields["topics"]
