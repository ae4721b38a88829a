"""Forms of conversations: of the secretariat, and of those who take part. Nothing is saved here."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from summitry.text import languages
from summitry.text.forms import TranslatedFormField

from .models import LONGEST, LONGEST_IMPORTED, Conversation

MOST_BYTES = 20_000_000  # of a zip


class ConversationForm(forms.ModelForm[Conversation]):
    """What a conversation is. The act validates it under lock."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    class Meta:
        model = Conversation
        fields = [
            *("title", "description", "policy", "access", "moderation", "takes_statements"),
            *("opens_at", "closes_at", "embed_in"),
        ]
        widgets = {
            **{
                name: forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
                for name in ("opens_at", "closes_at")
            },
            "embed_in": forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
        }
        help_texts = {
            "title": _("A question, as people ask it."),
            "policy": _("What is taken out, and who decides. Everybody can read it."),
            "opens_at": _("In UTC."),
            "closes_at": _("In UTC. Without it you close it by hand."),
            "embed_in": _("Such as https://example.org, one a line; * is any site. Empty: nowhere."),
        }

    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The act validates the whole conversation under lock."""


class SeedsForm(forms.Form):
    """Statements of the secretariat: one in several languages."""

    text = TranslatedFormField(
        label=_("Statement"),
        max_length=LONGEST,
        help_text=_("One idea, in one or more languages. Somebody must be able to agree or to disagree."),
    )
    metadata = forms.BooleanField(
        label=_("It asks who the participant is (“I work for a government”), and is shown early"),
        required=False,
    )


class StatementForm(forms.Form):
    """What a participant adds."""

    text = forms.CharField(
        label=_("Your statement"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One idea that others can agree or disagree with. Nothing about single persons."),
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": languages.current()})
        super().__init__(*args, **kwargs)


class TranslationForm(forms.Form):
    """A statement in another language."""

    words = forms.CharField(
        label=_("Translation"),
        max_length=LONGEST_IMPORTED,
        required=False,
        help_text=_("Without words the translation is taken back."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_IMPORTED, required=False)

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {"rows": 4, "lang": languages.bcp47(language), "dir": languages.direction(language)}
        self.fields["words"].widget = forms.Textarea(attrs=own)


class ReasonForm(forms.Form):
    """Why a statement is taken out, or a conversation opened again."""

    reason = TranslatedFormField(
        label=_("Reason"),
        max_length=2000,
        multiline=True,
        help_text=_("Everybody can read it, here and in the record."),
    )


class ImportForm(forms.Form):
    """A zip of a Polis export."""

    file = forms.FileField(
        label=_("Zip"), help_text=_("With comments.csv, votes.csv and summary.csv, as Polis exports them.")
    )
    language = forms.ChoiceField(
        label=_("Its statements are in"), choices=settings.LANGUAGES, initial=languages.current
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is too large here; the command line takes it: summitry import polis.")
            )
        return file
