"""Forms of the call manager: a new call, its people, its assignments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person, Role
from summitry.people.slugs import slug_for, unlike
from summitry.text.forms import TranslatedFormField

from ..models import Call, Submission
from .parts import MomentField
from .widgets import Picks

RESERVED = frozenset({"mine", "consent", "files", "new"})


class NewCallForm(forms.Form):
    template = forms.ChoiceField(
        label=_("Begin with"), widget=Picks, help_text=_("Everything can be changed until the call opens.")
    )
    title = TranslatedFormField(label=_("Title"), max_length=200)
    slug = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=60,
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Lower-case letters, digits and single hyphens."))
        ],
        help_text=_(
            "The last part of the page’s address, for instance practice-cases-2027. "
            "Left empty, it is made from the title."
        ),
        widget=forms.TextInput({"dir": "ltr"}),
    )
    opens_at = MomentField(label=_("Opens (UTC)"))
    closes_at = MomentField(label=_("Closes (UTC)"))

    def __init__(self, templates: list[tuple[str, Any]], *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["template"].choices = [*templates, ("", _("nothing: an empty call"))]  # type: ignore[attr-defined]
        self.fields["template"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "slug" in given and not given["slug"] and (title := given.get("title")):
            given["slug"] = unlike(RESERVED, slug_for(title))
        if given.get("slug") in RESERVED:
            self.add_error("slug", gettext("This address is taken by another page."))
        elif given.get("slug") and Call.objects.filter(slug=given["slug"]).exists():
            self.add_error("slug", gettext("Another call has this address."))
        return given


class InviteForm(forms.Form):
    """A duty in the call for somebody by e-mail, or at once for a person who is known here."""

    role = forms.ChoiceField(
        label=_("Duty"),
        choices=[
            (Role.SCREENER.value, Role.SCREENER.label),
            (Role.JUROR.value, Role.JUROR.label),
            (Role.JURY_CHAIR.value, Role.JURY_CHAIR.label),
            (Role.ORGAN.value, Role.ORGAN.label),
            (Role.CALL_MANAGER.value, Role.CALL_MANAGER.label),
        ],
        widget=Picks,
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    label = TranslatedFormField(
        label=_("How the public knows her"),
        required=False,
        max_length=100,
        help_text=_("For instance “Juror 3”; no name. The record shows it."),
    )


class DealForm(forms.Form):
    per_entry = forms.IntegerField(label=_("Jurors for each entry"), min_value=1, max_value=50)
    most = forms.IntegerField(
        label=_("Entries for each juror, at most"),
        min_value=1,
        max_value=5000,
        required=False,
        help_text=_("Left empty, the lists are as even as conflicts and languages allow."),
    )
    partly = forms.BooleanField(
        label=_("If there are too few jurors, assign as far as possible"), required=False
    )


class AssignForm(forms.Form):
    entry = forms.CharField(
        label=_("Entry"),
        max_length=80,
        widget=forms.TextInput({"dir": "ltr"}),
        help_text=_("By its number, as the list below has it."),
    )
    juror = forms.ModelChoiceField(label=_("Juror"), queryset=Person.objects.none())

    def __init__(self, entries: Any, jurors: list[tuple[int, Any]], *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.entries = entries
        self.fields["juror"].queryset = Person.objects.filter(pk__in=[pk for pk, _label in jurors])  # type: ignore[attr-defined]
        self.fields["juror"].choices = [("", "–"), *jurors]  # type: ignore[attr-defined]

    def clean_entry(self) -> Submission:
        """The entry of this number, in full or without the name of the call: thousands fit in no list."""
        given = self.cleaned_data["entry"].strip()
        found: Submission | None = self.entries.filter(ref=given).first()
        if found is None and given.isdecimal() and len(given) < 10:
            found = self.entries.filter(number=int(given)).first()
        if found is None:
            raise ValidationError(_("No entry of this number is before you."))
        return found
