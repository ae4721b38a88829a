"""What applicants are asked: sections, questions, answers to choose from, categories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ... import fields as field_kinds
from ... import outcomes
from ... import stages as stage_kinds
from ...labels import ROLE_LABELS
from ...rules import Category, Choice, Field, Section, Stage
from .base import RuleForm, WithOptions, words


class SectionForm(RuleForm):
    makes = Section
    name = words(_("Heading"))
    help = words(_("Introduction"), False, 2000, True)


class NewFieldForm(RuleForm):
    """A question is begun with its words and its kind; the rest is asked once the kind is known."""

    makes = Field
    named = "label"
    label = words(_("Question"))
    kind = forms.ChoiceField(label=_("Kind of answer"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(one.key, one.label) for one in field_kinds.every()]  # type: ignore[attr-defined]


class FieldForm(WithOptions):
    makes = Field
    named = "label"
    label = words(_("Question"))
    help = words(_("Help"), False, 2000, True)
    required = forms.BooleanField(label=_("An answer is needed"), required=False)
    translatable = forms.BooleanField(label=_("Asked in each language, side by side"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who reads the answer"),
        choices=[
            ("public", _("the jury, and everybody once the entry is accepted and published")),
            ("private", _("the jury, never the public")),
            ("hidden_from_jurors", _("the secretariat only")),
        ],
    )
    identifies = forms.BooleanField(
        label=_("The answer may tell who applies (a blind jury does not see it)"), required=False
    )
    section = forms.ChoiceField(label=_("Section"), required=False)
    stage = forms.ChoiceField(
        label=_("When it is asked"),
        required=False,
        help_text=_("A stage that asks for supplements asks only those who are still in the running."),
    )
    role = forms.ChoiceField(label=_("What the answer is used for afterwards"), required=False)
    unit = words(_("Unit"), False, 40)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if not field_kinds.kind(self.old.kind).may_translate:
            del self.fields["translatable"]
        sections = [("", "–"), *((one.key, str(one.name)) for one in self.rules.sections)]
        self.fields["section"].choices = sections  # type: ignore[attr-defined]
        late = [(one.key, str(one.name)) for one in self.rules.stages if self._may_ask(one)]
        self.fields["stage"].choices = [("", _("with the submission")), *late]  # type: ignore[attr-defined]
        if not late:
            del self.fields["stage"]
        needed = outcomes.get(self.rules.outcome).needs if outcomes.known(self.rules.outcome) else ()
        roles = dict.fromkeys([*needed, *ROLE_LABELS, *filter(None, [self.old.role])])
        self.fields["role"].choices = [("", "–"), *((one, ROLE_LABELS.get(one, one)) for one in roles)]  # type: ignore[attr-defined]

    def _may_ask(self, stage: Stage) -> bool:
        """Whether questions can be put in this stage; the one that is named stays in sight."""
        return stage_kinds.kind(stage.kind).questions or stage.key == self.old.stage

    component = staticmethod(field_kinds.kind)


class ChoiceForm(RuleForm):
    makes = Choice
    named = "label"
    label = words(_("Answer"))


class CategoryForm(RuleForm):
    makes = Category
    name = words(_("Name"))
    help = words(_("What belongs to it"), False, 2000, True)
    quota = forms.IntegerField(label=_("Accepted entries, at most"), required=False, min_value=0)
