"""Forms for the parts of a rule set: each reads one thing of the rules and makes the changed thing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from summitry.text import languages
from summitry.text.forms import TranslatedFormField
from summitry.text.value import Text

from .. import fields as field_kinds
from .. import outcomes
from .. import stages as stage_kinds
from ..checks import ordering_stage
from ..rules import (
    Category,
    Choice,
    ConflictPolicy,
    Criterion,
    DecisionRule,
    Field,
    Reason,
    RuleSet,
    Section,
    Stage,
    Tier,
)
from .labels import OPTION_LABELS, ROLE_LABELS
from .tree import free_key
from .widgets import Ticks

_MOMENT = "%Y-%m-%dT%H:%M:%S"


def words(label: Any, required: bool = True, most: int = 500, multiline: bool = False, hint: Any = "") -> Any:
    return TranslatedFormField(
        label=label, required=required, max_length=most, multiline=multiline, help_text=hint
    )


class MomentField(forms.DateTimeField):
    """A moment in UTC."""

    def __init__(self, **options: Any):
        widget = forms.DateTimeInput(
            format=_MOMENT, attrs={"type": "datetime-local", "step": "1", "dir": "ltr"}
        )
        options.setdefault("required", False)
        super().__init__(
            widget=widget, input_formats=[_MOMENT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options
        )


class RuleForm(forms.Form):
    """One thing of the rules: `thing()` is the thing as the form says. `version` is that of the rules."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    makes: ClassVar[type]
    named: ClassVar[str] = "name"

    def __init__(
        self, *args: Any, rules: RuleSet, old: Any = None, taken: Iterable[str] = (), **options: Any
    ):
        self.rules, self.old, self.taken = rules, old, list(taken)
        if old is not None:
            options["initial"] = {**self.read(old), **(options.get("initial") or {})}
        super().__init__(*args, **options)

    def settle(self, amending: bool) -> "RuleForm":
        """Once a call is open only words and dates can be put right, with a reason that everybody reads."""
        if amending:
            for field in self.fields.values():
                if not isinstance(field, TranslatedFormField | MomentField | forms.IntegerField) or (
                    isinstance(field, forms.IntegerField) and not isinstance(field.widget, forms.HiddenInput)
                ):
                    field.disabled = True
            self.fields["amendment"] = words(
                _("Reason of the amendment"),
                True,
                2000,
                True,
                _("It is published, with the date, beside the rules."),
            )
        return self

    def read(self, old: Any) -> dict[str, Any]:
        return {name: getattr(old, name) for name in self.base_fields if hasattr(old, name)}

    def values(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"version", "amendment"}
        }

    def thing(self) -> Any:
        if self.old is not None:
            return replace(self.old, **self.values())
        return self.makes(key=self.new_key(), **self.values())

    def new_key(self) -> str:
        """A short key made from the English words; what is in other scripts gets the name of its kind."""
        text = self.cleaned_data[self.named]
        base = slugify(text.get("en") or str(text)).replace("-", "_")[:30].strip("_")
        if not base or not base[0].isalpha():
            base = self.makes.__name__.lower()
        return free_key(self.taken, base)


class _WithOptions(RuleForm):
    """Adds an input for each option that the thing's kind knows."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.old is None:
            return
        for name, kind in self.known_options(self.old.kind).items():
            label = OPTION_LABELS.get(name, name)
            value = self.old.options.get(name)
            made: forms.Field
            if kind is bool:
                made = forms.BooleanField(label=label, required=False, initial=bool(value))
            elif kind is int:
                made = forms.IntegerField(label=label, required=False, initial=value)
            elif kind is list:
                made = forms.CharField(label=label, required=False, initial=", ".join(map(str, value or [])))
            else:
                made = forms.CharField(label=label, required=False, initial=value)
            self.fields[f"option_{name}"] = made

    def known_options(self, kind: str) -> Mapping[str, type]:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        plain = {name: value for name, value in super().values().items() if not name.startswith("option_")}
        if self.old is None:
            return plain
        found: dict[str, Any] = {}
        for name, kind in self.known_options(self.old.kind).items():
            value = self.cleaned_data.get(f"option_{name}")
            if kind is list and value:
                value = [one.strip().lstrip(".").lower() for one in value.split(",") if one.strip()]
            if value not in (None, "", [], False):
                found[name] = value
        return {**plain, "options": found}


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


class FieldForm(_WithOptions):
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
    role = forms.ChoiceField(label=_("What the answer is used for afterwards"), required=False)
    unit = words(_("Unit"), False, 40)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if not field_kinds.kind(self.old.kind).may_translate:
            del self.fields["translatable"]
        sections = [("", "–"), *((one.key, str(one.name)) for one in self.rules.sections)]
        self.fields["section"].choices = sections  # type: ignore[attr-defined]
        needed = outcomes.get(self.rules.outcome).needs if outcomes.known(self.rules.outcome) else ()
        roles = dict.fromkeys([*needed, *ROLE_LABELS, *filter(None, [self.old.role])])
        self.fields["role"].choices = [("", "–"), *((one, ROLE_LABELS.get(one, one)) for one in roles)]  # type: ignore[attr-defined]

    def known_options(self, kind: str) -> Mapping[str, type]:
        return field_kinds.kind(kind).options


class ChoiceForm(RuleForm):
    makes = Choice
    named = "label"
    label = words(_("Answer"))


class CategoryForm(RuleForm):
    makes = Category
    name = words(_("Name"))
    help = words(_("What belongs to it"), False, 2000, True)
    quota = forms.IntegerField(label=_("Accepted entries, at most"), required=False, min_value=0)


class TierForm(RuleForm):
    makes = Tier
    name = words(_("Name"))
    quota = forms.IntegerField(label=_("Accepted entries, at most"), required=False, min_value=0)


class NewStageForm(RuleForm):
    makes = Stage
    name = words(_("Name"))
    kind = forms.ChoiceField(label=_("Kind of stage"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(one.key, one.label) for one in stage_kinds.every()]  # type: ignore[attr-defined]


class StageForm(_WithOptions):
    makes = Stage
    name = words(_("Name"))
    help = words(_("What happens in it"), False, 2000, True)
    opens_at = MomentField(label=_("Opens (UTC)"))
    closes_at = MomentField(label=_("Closes (UTC)"))

    def known_options(self, kind: str) -> Mapping[str, type]:
        return stage_kinds.kind(kind).options


class CriterionForm(RuleForm):
    makes = Criterion
    named = "label"
    label = words(_("Criterion"))
    help = words(_("Question to the jury"), False, 1000)
    weight = forms.IntegerField(
        label=_("Weight in percent"),
        min_value=1,
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
    note = words(_("What counts as an interest"), False, 2000, True)


class DecisionForm(RuleForm):
    makes = DecisionRule
    stage = forms.ChoiceField(label=_("Stage whose marks make the order"), required=False)
    places = forms.IntegerField(label=_("Accepted entries in all, at most"), required=False, min_value=1)
    minimum = forms.DecimalField(
        label=_("Lowest mean that is accepted without a departure"),
        required=False,
        max_digits=6,
        decimal_places=3,
    )
    by_category = forms.BooleanField(label=_("The order is made within each category"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        ordering = [one for one in self.rules.stages if stage_kinds.kind(one.kind).ordering]
        self.fields["stage"].choices = [("", "–"), *((one.key, str(one.name)) for one in ordering)]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        found = super().values()
        least = found["minimum"]
        return {**found, "minimum": None if least is None else f"{least.normalize():f}"}


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


def label_of(thing: Any) -> Text:
    """What a thing of the rules is called."""
    names = (getattr(thing, name, None) for name in ("name", "label", "text"))
    return next((one for one in names if one), Text())
