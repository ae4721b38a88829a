"""Forms of documents. Nothing is saved here."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from summitry.text import languages
from summitry.text.value import Text

from .models import Document, Version

_MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def _named(codes: list[str]) -> list[tuple[str, str]]:
    return [(code, languages.local_name(code)) for code in codes]


class DocumentForm(forms.ModelForm[Document]):
    """What a document is. The act validates it under lock."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    source = forms.ChoiceField(
        label=_("Drafted in"), help_text=_("The source: the language whose words are decided on.")
    )
    others = forms.MultipleChoiceField(
        label=_("Translated into"), widget=forms.CheckboxSelectMultiple, required=False
    )
    more = forms.CharField(
        label=_("Other languages"),
        required=False,
        max_length=400,
        help_text=_("Codes with commas between them, such as: pt, sw, zh-hant."),
    )
    authentic = forms.MultipleChoiceField(
        label=_("Authentic languages"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("In these the text is equally authoritative; without any, in the source alone."),
    )
    derives_from = forms.ModelChoiceField(
        Document.objects.order_by("-pk"), label=_("Derives from"), required=False, to_field_name="slug"
    )

    class Meta:
        model = Document
        fields = [
            *("title", "summary", "issued_by", "source", "others", "more", "authentic", "derives_from"),
            *("comment_days", "objection_days", "open_to_signature"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        document = kwargs.get("instance")
        there = list(document.languages) if document else []
        if document:
            parent = document.derives_from
            kwargs["initial"] = {
                "source": there[0],
                "others": there[1:],
                "authentic": document.authentic,
                "derives_from": parent.slug if parent else None,
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **kwargs)
        codes = list(dict.fromkeys([*settings.CONTENT_LANGUAGES, *there]))
        for name in ("source", "others", "authentic"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = _named(codes)
        if document:
            field = self.fields["derives_from"]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
            field.queryset = Document.objects.exclude(pk=document.pk).order_by("-pk")

    def columns(self) -> dict[str, Any]:
        """What the act is asked to store."""
        data = dict(self.cleaned_data)
        data.pop("version", None)
        more = [code.strip().lower() for code in data.pop("more").split(",") if code.strip()]
        codes = [data.pop("source"), *data.pop("others"), *more]
        return {**data, "languages": list(dict.fromkeys(codes))}

    def meet(self, stands: Document) -> None:
        """Says what is stored otherwise than it was sent, after somebody else has saved; what is sent next
        speaks of the document as it stands."""
        others = []
        for name, sent in self.columns().items():
            there = getattr(stands, name)
            if (there.values != sent.values) if isinstance(sent, Text) else (there != sent):
                others.append(str(self.fields[name].label) if name in self.fields else gettext("Languages"))
        if others:
            told = gettext("Stored otherwise now: %(fields)s. Saving once more replaces that with yours.")
            self.add_error(None, told % {"fields": ", ".join(others)})
        self.data = cast(QueryDict, self.data).copy()
        self.data["version"] = str(stands.version)

    def _post_clean(self) -> None:
        """The act validates the whole document under lock."""


class VersionForm(forms.ModelForm[Version]):
    """What a draft is to be, and of what it begins."""

    empty = forms.BooleanField(label=_("Begin with an empty text"), required=False)

    class Meta:
        model = Version
        fields = ["stage", "note"]
        help_texts = {"note": _("One or two sentences for its readers: what has changed, and why.")}

    def _post_clean(self) -> None:
        """The act validates the version under lock."""


class PublishForm(forms.Form):
    """When comments are taken."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    comments_from = forms.DateTimeField(
        label=_("Comments from"),
        required=False,
        widget=_MOMENT,
        help_text=_("In UTC. Without it from now on, if there is an end."),
    )
    comments_until = forms.DateTimeField(
        label=_("Comments until"),
        required=False,
        widget=_MOMENT,
        help_text=_("In UTC. Without it no comments are taken."),
    )


class ReadersForm(forms.Form):
    """What a reader does for herself."""

    do = forms.ChoiceField(choices=[("read", "read"), ("follow", "follow"), ("unfollow", "unfollow")])
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class FilterForm(forms.Form):
    """What the translator's desk shows."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("all")), *_named(codes)]
