"""Forms of the desk: the whole case for the secretariat, its translations for translators, and its
withdrawal.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from summitry.documents.models import Document
from summitry.people import countries
from summitry.people.models import Organisation
from summitry.text.forms import TranslatedFormField

from .models import TEXTS, Case, Topic


class TranslationForm(forms.ModelForm[Case]):
    """The texts of a case, all languages side by side. Nothing is saved here: the act does that."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    class Meta:
        model = Case
        fields = [*TEXTS]

    def columns(self) -> dict[str, Any]:
        """What the act is asked to store."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The act validates the whole case under lock."""


class CaseForm(TranslationForm):
    """All public columns of a case."""

    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False, help_text=_("Hold Ctrl or ⌘ to choose several.")
    )
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.filter(confirmed=True),
        label=_("Organisations"),
        required=False,
        to_field_name="slug",
    )
    documents = forms.ModelMultipleChoiceField(
        Document.objects.public(),
        label=_("Puts into practice"),
        required=False,
        to_field_name="slug",
        help_text=_("Texts of the institution: each lists its cases."),
    )

    class Meta(TranslationForm.Meta):
        fields = [
            *TEXTS,
            "year",
            "since",
            "worldwide",
            "carried_by",
            "website",
            "tier",
            "tier_label",
            "top",
            "source",
            "source_url",
        ]

    field_order = [
        *TEXTS,
        "year",
        "since",
        "topics",
        "countries",
        "worldwide",
        "organisations",
        "documents",
        "carried_by",
        "website",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["countries"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  (declared above)
        field.choices = countries.choices()
        if self.instance.pk:
            self.initial = {
                **self.initial,
                "countries": self.instance.country_codes,
                "topics": [topic.slug for topic in self.instance.topics.all()],
                "organisations": [body.slug for body in self.instance.organisations.all()],
                "documents": [one.slug for one in self.instance.documents.all()],
                "version": self.instance.version,
            }
            if self.instance.decision_id:
                del self.fields["source"], self.fields["source_url"]
        else:
            self.fields["version"].required = False
            self.fields["source"].required = True
            self.fields["source"].help_text = _(
                "Where the facts are from: they were not chosen by a call here."
            )

    def columns(self) -> dict[str, Any]:
        columns = super().columns()
        columns["topic_slugs"] = [topic.slug for topic in columns.pop("topics")]
        return columns


class WithdrawForm(forms.Form):
    """Why a case is taken out of the library."""

    reason = TranslatedFormField(
        label=_("Reason"),
        max_length=2000,
        multiline=True,
        help_text=_("It stands on the page of the case, which stays, and in the record."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class ReviewForm(forms.Form):
    """That the texts in one language say what the original says."""

    language = forms.ChoiceField()
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = [(code, code) for code in settings.CONTENT_LANGUAGES]
