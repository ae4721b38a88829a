"""Forms of those who judge: a screener's finding, a juror's marks, a chair's sheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.text.forms import TranslatedFormField
from summitry.text.templatetags.text import words
from summitry.text.value import Text

from ..acts import Choice
from ..models import Assessment, Decision, Screening
from ..queries.chair import Sheet, SheetRow
from ..rules import Criterion, Stage
from .widgets import Picks


class ScreenForm(forms.Form):
    """Pass or fail, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    verdict = forms.ChoiceField(
        label=_("Finding"),
        choices=[
            ("pass", pgettext_lazy("finding of a screener", "Pass: it goes on to the jury")),
            ("fail", pgettext_lazy("finding of a screener", "Fail: it does not meet a condition")),
        ],
        widget=Picks,
    )
    standard = forms.ChoiceField(label=_("Standard reason"), required=False, widget=Picks)
    reason = TranslatedFormField(
        label=_("In your own words"),
        required=False,
        max_length=3000,
        multiline=True,
        help_text=_(
            "Needed for a fail without a standard reason. The applicant reads it, without your name."
        ),
    )

    def __init__(self, stage: Stage, found: Screening | None, *args: Any, **options: Any):
        if found is not None:
            options["initial"] = {
                "version": found.version,
                "verdict": "pass" if found.passed else "fail",
                "standard": found.standard,
                "reason": found.reason,
            }
        super().__init__(*args, **options)
        if stage.reasons:
            listed = [(one.key, words(one.text)) for one in stage.reasons]
            self.fields["standard"].choices = [("", _("none of these")), *listed]  # type: ignore[attr-defined]
        else:
            del self.fields["standard"]


class InterestForm(forms.Form):
    """The declaration that comes before an entry is read."""

    interest = forms.ChoiceField(
        label=_("Do you have an interest in this entry?"),
        choices=[
            ("no", _("No. I know nobody who gains or loses by it.")),
            ("yes", _("Yes, or somebody could think so. I step back.")),
        ],
        widget=Picks,
    )
    why = forms.CharField(
        label=_("If you step back: why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": "3"}),
        help_text=_("Only the secretariat can read it."),
    )


class MarksForm(forms.Form):
    """A mark for each criterion, a comment, a note to the chair. Which marks are needed, the act says."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"data-most": "5000", "rows": "4"}),
    )
    note = forms.CharField(
        label=_("Note to the chair"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": "2"}),
        help_text=_("The applicant does not read it."),
    )

    def __init__(
        self, stage: Stage, found: Assessment | None, shown_to_applicant: bool, *args: Any, **options: Any
    ):
        initial: dict[str, Any] = {"version": 0}
        if found is not None:
            initial = {"version": found.version, "comment": found.comment, "note": found.note}
            initial |= {f"mark_{key}": value for key, value in found.marks.items()}
        super().__init__(*args, **{**options, "initial": initial})
        self.stage = stage
        if shown_to_applicant:
            self.fields["comment"].help_text = _("The applicant reads it, without your name.")
        for criterion in stage.criteria:
            self.fields[f"mark_{criterion.key}"] = forms.IntegerField(
                label=str(criterion.label), required=False
            )

    @property
    def criteria(self) -> Iterator[tuple[Criterion, Any]]:
        for criterion in self.stage.criteria:
            yield criterion, self[f"mark_{criterion.key}"]

    @property
    def marks(self) -> dict[str, int]:
        """The marks given, by criterion."""
        given = {one.key: self.cleaned_data.get(f"mark_{one.key}") for one in self.stage.criteria}
        return {key: mark for key, mark in given.items() if mark is not None}


@dataclass(slots=True)
class SheetLine:
    """A row of the chair's sheet with what is typed in it, what is stored, and what is wrong with it.

    moved: somebody else has stored another decision than the one typed here."""

    row: SheetRow
    choice: str
    standard: str
    reason: str
    departure: str
    stored: str
    title: Any
    errors: dict[str, list[str]] = default(default_factory=dict)
    moved: bool = False

    @property
    def pk(self) -> int:
        return int(self.row.submission.pk)

    @property
    def open(self) -> bool:
        """Whether its reasons are unfolded."""
        return bool(self.errors) or self.row.departs


def _stored_choice(decision: Decision | None) -> str:
    if decision is None:
        return ""
    return f"{decision.result}:{decision.tier}"


class SheetForm:
    """The whole sheet as one form. Names are NAME_KEY, with the submission's key."""

    def __init__(self, sheet: Sheet, titles: Mapping[int, Any], data: Any = None):
        self.sheet, self.data = sheet, data
        self.lines = [self._line(row, titles[row.submission.pk]) for row in sheet.rows]
        self.top: list[str] = []

    def _line(self, row: SheetRow, title: Any) -> SheetLine:
        decision, stored = row.decision, _stored_choice(row.decision)
        values: dict[str, Any] = {
            "choice": stored,
            "standard": decision.standard if decision else "",
            "reason": str(decision.reason) if decision else "",
            "departure": str(decision.departure_reason) if decision else "",
        }
        if self.data is not None:
            for name in values:
                given = self.data.get(f"{name}_{row.submission.pk}")
                values[name] = values[name] if given is None else given.strip()
        return SheetLine(row, stored=stored, title=title, errors={}, **values)

    def choices(self) -> dict[int, Choice]:
        """What is decided, by submission. Words that nobody touched stay, in all their languages."""
        found = {}
        for line in self.lines:
            result, _colon, tier = line.choice.partition(":")
            if result not in Decision.Result.values:
                continue
            decision = line.row.decision
            found[line.pk] = Choice(
                result,  # type: ignore[arg-type]
                tier,
                _kept(line.reason, decision.reason if decision else None),
                line.standard if result != Decision.Result.ACCEPTED else "",
                _kept(line.departure, decision.departure_reason if decision else None),
            )
        return found

    def overtaken(self, error: Any) -> None:
        """Say that somebody else has saved since, and in which rows she decided otherwise."""
        said = _("What you typed is still here; where somebody else decided otherwise, it says so.")
        self.top += [*error.messages, str(said)]
        for line in self.lines:
            line.moved = bool(line.stored) and line.stored != line.choice

    def blame(self, error: Any) -> None:
        """Put what the act refused beside its row, the rest on top."""
        by_pk = {str(line.pk): line for line in self.lines}
        if not hasattr(error, "error_dict"):
            self.top += error.messages
            return
        for name, errors in error.error_dict.items():
            part, _underscore, pk = name.rpartition("_")
            said = [message for one in errors for message in one.messages]
            if pk in by_pk and part:
                by_pk[pk].errors.setdefault(part, []).extend(said)
            else:
                self.top += said

    @property
    def faulty(self) -> list[SheetLine]:
        return [line for line in self.lines if line.errors]


def _kept(typed: str, stored: Text | None) -> Text | str:
    return stored if stored is not None and typed == str(stored) else typed
