"""Forms for the parts of a rule set: each reads one thing of the rules and makes the changed thing."""

from .base import MomentField, RuleForm, label_of
from .deciding import DecisionForm, SharesForm, TieBreakForm, TierForm
from .questions import CategoryForm, ChoiceForm, FieldForm, NewFieldForm, SectionForm
from .stages import CriterionForm, NewStageForm, ReasonForm, StageForm, UnitForm, WeightsForm
from .terms import (
    BasicsForm,
    ConditionForm,
    ConflictsForm,
    DatesForm,
    LetterForm,
    NewConditionForm,
    NewLetterForm,
    ObligationForm,
)

__all__ = [
    "BasicsForm",
    "CategoryForm",
    "ChoiceForm",
    "ConditionForm",
    "ConflictsForm",
    "CriterionForm",
    "DatesForm",
    "DecisionForm",
    "FieldForm",
    "LetterForm",
    "MomentField",
    "NewConditionForm",
    "NewFieldForm",
    "NewLetterForm",
    "NewStageForm",
    "ObligationForm",
    "ReasonForm",
    "RuleForm",
    "SectionForm",
    "SharesForm",
    "StageForm",
    "TieBreakForm",
    "TierForm",
    "UnitForm",
    "WeightsForm",
    "label_of",
]
