"""Forms of a consultation: of those who speak, and of the secretariat. Nothing is saved here."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation, User
from summitry.text import languages
from summitry.text.forms import TranslatedFormField

from . import consulting, dispositions, proposals
from .models import Provision, Version
from .models.consulting import LONGEST_ANSWER, LONGEST_COMMENT
from .models.texts import LONGEST

_MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def _written_in() -> list[tuple[str, str]]:
    """The languages of content, the reader's own first."""
    codes = sorted(settings.CONTENT_LANGUAGES, key=lambda code: code != languages.current())
    return [(code, languages.local_name(code)) for code in codes]


class SpeakerForm(forms.Form):
    """For whom one speaks."""

    organisation = forms.ModelChoiceField(
        label=_("You speak for"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Myself"),
        help_text=_("It is published under this name. Organisations come from your profile."),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].queryset = consulting.organisations_of(user)  # type: ignore[attr-defined]


class CommentForm(SpeakerForm):
    """A comment: the words; what they speak of, if it is words of a provision."""

    quote = forms.CharField(
        label=_("Words that you speak of"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Copy them from the provision. Leave it empty to speak of all of it."),
    )
    quote_start = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=LONGEST)
    quote_language = forms.ChoiceField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Your comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 6})
    )
    language = forms.ChoiceField(label=_("Written in"))
    field_order = ["quote", "quote_start", "quote_language", "text", "language", "organisation"]

    def __init__(
        self, user: User, version: Version, provision: Provision | None, *args: Any, **options: Any
    ) -> None:
        super().__init__(user, *args, **options)
        self.fields["language"].choices = _written_in()  # type: ignore[attr-defined]
        if provision is None:
            for name in ("quote", "quote_start", "quote_language"):
                del self.fields[name]
        else:
            spoken = [(code, code) for code in version.document.languages]
            self.fields["quote_language"].choices = spoken  # type: ignore[attr-defined]


class AmendForm(SpeakerForm):
    """A change of a provision: its words, and why."""

    words = forms.CharField(
        label=_("Proposed words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason_language = forms.ChoiceField(label=_("The reason is written in"))
    field_order = ["words", "reason", "reason_language", "organisation"]

    def __init__(
        self, user: User, proposal: proposals.Proposal, language: str, *args: Any, **options: Any
    ) -> None:
        super().__init__(user, *args, **options)
        self.fields["reason_language"].choices = _written_in()  # type: ignore[attr-defined]
        if proposal.needs_words:
            self.fields["words"].required = True
            attrs = {"lang": languages.bcp47(language), "dir": languages.direction(language)}
            self.fields["words"].widget.attrs |= attrs
        else:
            del self.fields["words"]


class SupportForm(SpeakerForm):
    """For whom one stands behind an amendment."""


class ReportForm(forms.Form):
    """What is wrong in the published answers."""

    words = forms.CharField(
        label=_("What is wrong"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The secretariat reads it. Its reply is public."),
    )


class OpenForm(forms.Form):
    """The period of comments."""

    since = forms.DateTimeField(
        label=_("Comments from"), widget=_MOMENT, required=False, help_text=_("In UTC. Empty: from now.")
    )
    until = forms.DateTimeField(label=_("Comments until"), widget=_MOMENT, help_text=_("In UTC."))
    commenters = forms.ChoiceField(
        label=_("Who comments"),
        choices=Version.Commenters.choices,
        help_text=_(
            "What members say is read by members and by the secretariat until the answers are published."
        ),
    )


class ExtendForm(forms.Form):
    """A later end, with the reason."""

    until = forms.DateTimeField(label=_("Comments until"), widget=_MOMENT, help_text=_("In UTC."))
    reason = TranslatedFormField(
        label=_("Reason"),
        max_length=2000,
        multiline=True,
        help_text=_("Everybody can read it, here and in the record."),
    )


class WhyForm(forms.Form):
    """Why something is taken out, or a signature not certified."""

    reason = TranslatedFormField(
        label=_("Reason"),
        max_length=2000,
        multiline=True,
        help_text=_("Everybody can read it, here and in the record."),
    )


class AnswerForm(forms.Form):
    """An answer: what becomes of it, why, where it shows."""

    outcome = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    answer = TranslatedFormField(
        label=_("Why"), max_length=LONGEST_ANSWER, multiline=True, help_text=_("It is published.")
    )
    anchor = forms.CharField(
        label=_("Where it shows"),
        max_length=12,
        required=False,
        help_text=_("The address of a provision, such as p12, in this version or in the next."),
    )
    publish = forms.BooleanField(label=_("Publish this answer at once, and tell who asked"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = dispositions.choices()  # type: ignore[attr-defined]


class CorrectForm(AnswerForm):
    """A correction of a published answer."""

    reason = TranslatedFormField(
        label=_("Why it is corrected"), max_length=2000, multiline=True, help_text=_("Everybody can read it.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["publish"]


class TakeForm(forms.Form):
    """Why an amendment is taken; by hand also its words."""

    reason = TranslatedFormField(
        label=_("Why"), max_length=LONGEST_ANSWER, multiline=True, help_text=_("It is published.")
    )


class TakeByHandForm(TakeForm):
    words = forms.CharField(
        label=_("Words of the next draft"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )
    outcome = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    field_order = ["words", "outcome", "reason", "revision"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        placed = [(one.key, one.label) for one in dispositions.every() if one.places]
        self.fields["outcome"].choices = placed  # type: ignore[attr-defined]


class CombineForm(forms.Form):
    """One amendment of several."""

    words = forms.CharField(
        label=_("Proposed words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )
    reason = TranslatedFormField(
        label=_("Why"), max_length=2000, multiline=True, help_text=_("Everybody can read it.")
    )


class ReplyForm(forms.Form):
    """The reply to a reported error."""

    corrected = forms.TypedChoiceField(
        label=_("The answers"),
        choices=[("yes", _("were corrected")), ("no", _("stay as they are"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reply = TranslatedFormField(
        label=_("Reply"), max_length=LONGEST_ANSWER, multiline=True, help_text=_("Everybody can read it.")
    )


class TranslationForm(forms.Form):
    """A translation of a comment into one language."""

    language = forms.ChoiceField(label=_("Language"))
    words = forms.CharField(
        label=_("Translation"),
        help_text=_("Left empty, a translation into this language is taken away."),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )

    def __init__(self, source: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        others = [one for one in _written_in() if one[0] != source]
        self.fields["language"].choices = others  # type: ignore[attr-defined]
