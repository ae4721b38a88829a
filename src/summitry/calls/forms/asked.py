"""Forms of mergers and objections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .widgets import Picks


class ProposeForm(forms.Form):
    """Two entries by their numbers, and why they belong together."""

    submission = forms.CharField(label=_("Number of the entry that is taken up"), max_length=80)
    into = forms.CharField(label=_("Number of the entry that takes it up"), max_length=80)
    reason = forms.CharField(
        label=_("Why they belong together"),
        help_text=_("Everybody can read it: it enters the public record. Leave names out."),
        widget=forms.Textarea({"rows": "4"}),
        max_length=3000,
    )


class ObjectForm(forms.Form):
    words = forms.CharField(
        label=_("What you object to, and why"),
        widget=forms.Textarea({"rows": "8", "data-most": "5000"}),
        max_length=5000,
    )


class ReplyForm(forms.Form):
    words = forms.CharField(
        label=_("Your reply"),
        help_text=_("You can reply once. The chair reads it before answering the objection."),
        widget=forms.Textarea({"rows": "6", "data-most": "5000"}),
        max_length=5000,
    )


class RulingForm(forms.Form):
    """The chair's word on an objection."""

    upheld = forms.ChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Upheld: the entry is out at once")), ("no", _("Dismissed: the entry stays"))],
        widget=Picks,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everybody can read it: it enters the public record. Leave names out."),
        widget=forms.Textarea({"rows": "4"}),
        max_length=3000,
    )


def for_one(form: type[forms.Form], pk: Any, data: Any = None) -> forms.Form:
    """A form that stands several times on a page: its inputs are named after the thing, and it reads what was
    typed only if that is for this one."""
    mine = data if data is not None and str(data.get("for")) == str(pk) else None
    return form(mine, prefix=f"o{pk}")
