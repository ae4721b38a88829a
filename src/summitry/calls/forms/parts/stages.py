"""The way to the decision: stages, what is marked in them, what they give out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ... import stages as stage_kinds
from ...rules import Category, Criterion, Reason, Stage, Unit
from .base import MomentField, RuleForm, WithOptions, words


class NewStageForm(RuleForm):
    makes = Stage
    name = words(_("Name"))
    kind = forms.ChoiceField(label=_("Kind of stage"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(one.key, one.label) for one in stage_kinds.every()]  # type: ignore[attr-defined]


class StageForm(WithOptions):
    makes = Stage
    name = words(_("Name"))
    help = words(_("What happens in it"), False, 2000, True)
    opens_at = MomentField(label=_("Opens (UTC)"))
    closes_at = MomentField(label=_("Closes (UTC)"))

    component = staticmethod(stage_kinds.kind)

    def known_options(self, kind: str) -> Mapping[str, type]:
        found = stage_kinds.kind(kind)
        return {"keep": int, **found.options} if found.ordering else found.options


class CriterionForm(RuleForm):
    makes = Criterion
    named = "label"
    label = words(_("Criterion"))
    help = words(_("Question to the jury"), False, 1000)
    weight = forms.IntegerField(
        label=_("Weight in percent"),
        min_value=0,
        max_value=100,
        help_text=_("The weights of a stage add up to 100."),
    )
    low = forms.IntegerField(label=_("Lowest mark"), initial=1, min_value=0, max_value=99)
    low_label = words(_("What the lowest mark means"), False, 100)
    high = forms.IntegerField(label=_("Highest mark"), initial=5, min_value=1, max_value=100)
    high_label = words(_("What the highest mark means"), False, 100)


class ReasonForm(RuleForm):
    makes = Reason
    named = "text"
    text = words(_("Standard reason"), True, 1000, True, _("Applicants read it, in their language."))


class UnitForm(RuleForm):
    makes = Unit
    name = words(_("What it is, for instance “stand of 9 m²”"))
    count = forms.IntegerField(label=_("How many there are"), initial=1, min_value=1, max_value=10000)


class WeightsForm(RuleForm):
    """The weight of each criterion in each category, as a grid; an empty cell is the criterion's own weight.
    Makes a Stage."""

    makes = Stage
    template_name = "calls/widgets/weights.html"

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for criterion in self.old.criteria:
            for category in self.rules.categories:
                self.fields[_cell(criterion, category)] = forms.IntegerField(
                    label=f"{criterion.label}: {category.name}",
                    required=False,
                    min_value=0,
                    max_value=100,
                    initial=criterion.weights.get(category.key),
                    widget=forms.NumberInput({"class": "in-t", "placeholder": str(criterion.weight)}),
                )

    @property
    def rows(self) -> list[tuple[Criterion, list[Any]]]:
        """Each criterion with its bound fields, one a category."""
        return [
            (criterion, [self[_cell(criterion, category)] for category in self.rules.categories])
            for criterion in self.old.criteria
        ]

    @property
    def totals(self) -> list[int]:
        """What the weights of each category sum to, as they are stored."""
        return [
            sum(one.weight for one in self.old.rubric(category.key)) for category in self.rules.categories
        ]

    def thing(self) -> Stage:
        given = self.cleaned_data
        stage: Stage = replace(
            self.old,
            criteria=tuple(
                replace(criterion, weights=self._weights(criterion, given)) for criterion in self.old.criteria
            ),
        )
        return stage

    def _weights(self, criterion: Criterion, given: Mapping[str, Any]) -> dict[str, int]:
        """By category, where the weight is another one than the criterion's own."""
        cells = {one.key: given.get(_cell(criterion, one)) for one in self.rules.categories}
        return {
            key: weight for key, weight in cells.items() if weight is not None and weight != criterion.weight
        }


def _cell(criterion: Criterion, category: Category) -> str:
    """The name of a cell; keys have no hyphen."""
    return f"{criterion.key}-{category.key}"
