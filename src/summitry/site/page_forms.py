"""Forms of the pages' desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import choices
from .models import Page
from .queries import TEXTS


def _of_model(name: str, **changes: Any) -> Any:
    field: Any = Page._meta.get_field(name)
    return field.formfield(**changes)


class Texts(forms.Form):
    """The four texts of a page."""

    title = _of_model("title")
    lede = _of_model("lede")
    body = _of_model("body", help_text=_("Markdown: a blank line between paragraphs, ## before a heading."))
    origin = _of_model("origin", help_text=_("Who issued it, or where it comes from."))


class PageForm(Texts):
    """All of a page but its address; `version` tells whether somebody else was first."""

    kind = forms.ChoiceField(label=_("Kind"), choices=choices)
    year = _of_model("year", widget=forms.NumberInput)
    month = forms.IntegerField(label=_("Month"), required=False, min_value=1, max_value=12)
    day = forms.IntegerField(label=_("Day"), required=False, min_value=1, max_value=31)
    position = forms.IntegerField(
        label=_("Position in its list"), min_value=0, max_value=9999, help_text=_("Small numbers come first.")
    )
    in_foot = _of_model("in_foot")
    shown = _of_model("shown")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, page: Page, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(page, name) for name in self.base_fields}
        super().__init__(data, **kwargs)


class NewPageForm(Texts):
    slug = _of_model("slug")
    kind = forms.ChoiceField(label=_("Kind"), choices=choices)
    shown = _of_model("shown", help_text=_("Leave it out to prepare the page in private."))


class TranslationForm(Texts):
    """For translators: the act refuses a changed original."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, page: Page, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(page, name) for name in (*TEXTS, "version")}
        super().__init__(data, **kwargs)
        for name in TEXTS:
            original = getattr(page, name)
            if original:
                self.fields[name].widget.locked = {original.source}
            else:  # nothing to translate yet
                del self.fields[name]
