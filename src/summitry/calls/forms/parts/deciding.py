"""How it is decided: the order, places, classes of acceptance, ties."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ... import stages as stage_kinds
from ...checks import ordering_stage
from ...rules import DecisionRule, RuleSet, Share, Stage, Tier
from .base import RuleForm, words


class DecisionForm(RuleForm):
    makes = DecisionRule
    stage = forms.ChoiceField(label=_("Stage whose marks make the order"), required=False)
    places = forms.IntegerField(label=_("Accepted entries in all, at most"), required=False, min_value=1)
    reserve = forms.IntegerField(
        label=_("Entries that wait for a place, at most"), required=False, min_value=0, max_value=10000
    )
    confidence = forms.ChoiceField(
        label=_("How sure an order has to be to count as settled"),
        required=False,
        choices=[("80", "80%"), ("90", "90%"), ("95", "95%")],
        help_text=_("Entries that are closer to one another are marked for discussion."),
    )
    minimum = forms.DecimalField(
        label=_("Lowest mean that is accepted without a departure"),
        required=False,
        max_digits=6,
        decimal_places=3,
    )
    by_category = forms.BooleanField(label=_("The order is made within each category"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        ordering = [(one.key, str(one.name)) for one in _ordering(self.rules)]
        self.fields["stage"].choices = [("", "–"), *ordering]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        found = super().values()
        least = found["minimum"]
        return {
            **found,
            "minimum": None if least is None else f"{least.normalize():f}",
            "reserve": found["reserve"] or 0,
            "confidence": found["confidence"] or self.old.confidence,
        }


class TierForm(RuleForm):
    makes = Tier
    name = words(_("Name"))
    quota = forms.IntegerField(label=_("Accepted entries, at most"), required=False, min_value=0)


class SharesForm(RuleForm):
    """Which part each ordering stage has in the order, where several make it; makes a DecisionRule."""

    makes = DecisionRule

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        given = {one.key: one.percent for one in self.old.shares}
        for stage in _ordering(self.rules):
            self.fields[f"share_{stage.key}"] = forms.IntegerField(
                label=_("%(stage)s, in percent") % {"stage": stage.name},
                required=False,
                min_value=0,
                max_value=100,
                initial=given.get(stage.key),
            )

    def thing(self) -> DecisionRule:
        given = {one.key: self.cleaned_data.get(f"share_{one.key}") for one in _ordering(self.rules)}
        shares = tuple(Share(key, percent) for key, percent in given.items() if percent)
        rule: DecisionRule = replace(self.old, shares=shares, stage="" if shares else self.old.stage)
        return rule


def _ordering(rules: RuleSet) -> list[Stage]:
    return [one for one in rules.stages if stage_kinds.kind(one.kind).ordering]


class TieBreakForm(RuleForm):
    """In which order criteria part entries with the same mean; makes a RuleSet."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        stage = ordering_stage(self.rules)
        criteria = stage.criteria if stage else ()
        for at in range(min(len(criteria), 5)):
            self.fields[f"criterion_{at}"] = forms.ChoiceField(
                label=_("Criterion %(number)d") % {"number": at + 1},
                required=False,
                choices=[("", "–"), *((one.key, str(one.label)) for one in criteria)],
                initial=self.rules.tie_break[at] if at < len(self.rules.tie_break) else "",
            )

    def thing(self) -> RuleSet:
        given = [self.cleaned_data.get(f"criterion_{at}") for at in range(5)]
        return replace(self.rules, tie_break=tuple(dict.fromkeys(one for one in given if one)))
