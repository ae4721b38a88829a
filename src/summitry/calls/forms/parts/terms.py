"""The terms of a call: title, calendar, who may apply, conflicts of interest, letters, obligations."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from summitry.text import languages

from ... import eligibility, outcomes
from ...labels import LETTER_LABELS
from ...rules import Condition, ConflictPolicy, Letter, Obligation, RuleSet
from ...terms import LONGEST
from ..tree import free_key
from ..widgets import Picks, Ticks
from .base import MomentField, RuleForm, WithOptions, words


class BasicsForm(RuleForm):
    """What stands on top of the rules; makes a RuleSet."""

    title = words(_("Title"), most=200)
    summary = words(_("Summary"), False, 1000, True)
    body = words(
        _("Description"), False, 20000, True, _("Markdown: a blank line begins a paragraph, “## ” a heading.")
    )
    languages = forms.MultipleChoiceField(label=_("Languages of submissions"), required=False, widget=Ticks)
    outcome = forms.ChoiceField(label=_("What an accepted entry becomes"))
    blind = forms.BooleanField(label=_("Jurors do not see who applies"), required=False)
    publish_scores = forms.BooleanField(label=_("Publish the scores of accepted entries"), required=False)
    publish_comments = forms.BooleanField(
        label=_("Show jurors’ comments to applicants, without names"), required=False
    )
    certificates = forms.BooleanField(
        label=_("Whoever is accepted gets a certificate, with a code that leads to the record"),
        required=False,
    )
    co_applicants = forms.IntegerField(label=_("Co-applicants, at most"), min_value=0, max_value=50)
    appeal_days = forms.IntegerField(
        label=_("Days for an appeal after the answer"), min_value=0, max_value=365
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        codes = settings.CONTENT_LANGUAGES
        self.fields["languages"].choices = [(code, languages.local_name(code)) for code in codes]  # type: ignore[attr-defined]
        self.fields["outcome"].choices = [(one.key, one.label) for one in outcomes.every()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {**found, "languages": tuple(found["languages"])}


class DatesForm(RuleForm):
    """The whole calendar on one page; makes a RuleSet."""

    opens_at = MomentField(label=_("The call opens (UTC)"))
    closes_at = MomentField(
        label=_("The call closes (UTC)"), help_text=_("A submission in this very second is in time.")
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for stage in self.rules.stages:
            for end, label in (
                ("opens_at", _("%(stage)s opens (UTC)")),
                ("closes_at", _("%(stage)s closes (UTC)")),
            ):
                self.fields[f"{stage.key}-{end}"] = MomentField(
                    label=label % {"stage": stage.name}, initial=getattr(stage, end)
                )

    def thing(self) -> RuleSet:
        given = self.cleaned_data
        stages = tuple(
            replace(one, opens_at=given[f"{one.key}-opens_at"], closes_at=given[f"{one.key}-closes_at"])
            for one in self.rules.stages
        )
        return replace(self.rules, opens_at=given["opens_at"], closes_at=given["closes_at"], stages=stages)


class ConflictsForm(RuleForm):
    makes = ConflictPolicy
    declare = forms.BooleanField(
        label=_("A juror says that she has no interest before she reads on"), required=False
    )
    same_organisation = forms.BooleanField(
        label=_("A juror never judges an entry of her own organisation"), required=False
    )
    related = forms.BooleanField(
        label=_(
            "A juror never judges an entry of a related organisation: "
            "one of a similar name, or a part of hers"
        ),
        required=False,
    )
    past_years = forms.IntegerField(
        label=_("A place that she left counts for so many years"), min_value=0, max_value=50
    )
    email_domain = forms.BooleanField(
        label=_("The same e-mail domain of an organisation counts as a place in it"), required=False
    )
    co_authors = forms.BooleanField(
        label=_("A juror never judges an entry of those with whom she has stood behind one"), required=False
    )
    note = words(_("What counts as an interest"), False, 2000, True)


class NewConditionForm(RuleForm):
    """A condition is begun with its kind; what that needs is asked next."""

    makes = Condition
    kind = forms.ChoiceField(label=_("What is asked of those who apply"), widget=Picks)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        used = {one.kind for one in self.rules.eligibility}
        free = [(one.key, one.label) for one in eligibility.every() if one.key not in used]
        self.fields["kind"].choices = free  # type: ignore[attr-defined]

    def new_key(self) -> str:
        return free_key(self.taken, self.cleaned_data["kind"])


class ConditionForm(WithOptions):
    makes = Condition
    note = words(
        _("In the call’s own words"),
        False,
        1000,
        True,
        _("They stand on the page of the call instead of the usual ones."),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.order_fields([name for name in self.fields if name.startswith("option_")])

    component = staticmethod(eligibility.kind)


class ObligationForm(RuleForm):
    makes = Obligation
    name = words(_("What is owed"), hint=_("For instance “report of the session”."))
    help = words(_("What belongs in it"), False, 2000, True)
    days = forms.IntegerField(
        label=_("Days after publication until it is due"), initial=365, min_value=1, max_value=LONGEST
    )


class LetterForm(RuleForm):
    """The words of a letter. In them {call}, {ref} and so on stand for themselves."""

    makes = Letter
    subject = words(_("Subject"), most=200)
    body = words(
        _("Letter"),
        True,
        10000,
        True,
        _("{call}, {ref}, {title}, {tier}, {reason} and {name} stand for what they name."),
    )


class NewLetterForm(LetterForm):
    """A letter is for a result or for a class of acceptance, one each."""

    result = forms.ChoiceField(label=_("For whom"))
    field_order = ("result",)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        known = [*LETTER_LABELS.items(), *((one.key, one.name) for one in self.rules.decision.tiers)]
        free = [(key, str(label)) for key, label in known if key not in self.taken]
        self.fields["result"].choices = free  # type: ignore[attr-defined]

    def new_key(self) -> str:
        return str(self.cleaned_data["result"])

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "result"}
