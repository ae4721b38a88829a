"""Forms in which demands on a timetable are stated. They parse; the acts decide."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person

from . import queries
from .acts.proposing import LONGEST
from .forms import _TIME, Blaming, _zones
from .models import Couple, Gathering, InterpreterTeam, Planning, Proposal, RoomFacts, Session, SessionDemand
from .timetabling import rules


class Lines(forms.CharField):
    """A list, one a line."""

    def __init__(self, rows: int = 2, **options: Any) -> None:
        attributes = {"rows": rows, "dir": "ltr"}
        super().__init__(required=False, widget=forms.Textarea(attrs=attributes), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]


class Words(forms.CharField):
    """A list, with commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [word.strip() for word in str(super().clean(value) or "").split(",") if word.strip()]


_PERIODS = _("One a line, like 2027-11-03 or 2027-11-03 14:00-18:00, in the gathering’s time zone.")
_PAIRS = _("Like en-zh, en-fr.")


type Choices = list[tuple[str, str]]
_NONE = ("", "–")


def _named(rows: Iterable[Any], field: str) -> Choices:
    """(short name, words) of sessions or persons in the order of their words, to be chosen from; where two
    have the same words, their short names tell them apart."""
    told = [(one.slug, str(getattr(one, field))) for one in rows]
    often = Counter(words for _slug, words in told)
    named = [(slug, words if often[words] == 1 else f"{words} ({slug})") for slug, words in told]
    return sorted(named, key=lambda one: one[1].casefold())


def _sessions(gathering: Gathering) -> Choices:
    return _named(gathering.sessions.only("slug", "title"), "title")


class PlanningForm(Blaming):
    """The grid, the breaks and what each soft rule weighs."""

    day_starts = forms.TimeField(label=_("First session of a day begins at"), widget=_TIME)
    day_ends = forms.TimeField(label=_("Last session of a day ends at"), widget=_TIME)
    step = forms.IntegerField(
        label=_("Minutes from one possible beginning to the next"), min_value=5, max_value=240
    )
    rest = forms.IntegerField(
        label=_("Minutes of rest between two sessions of a person"), min_value=0, max_value=1440
    )
    breaks = Lines(
        label=_("Breaks"),
        help_text=_("One a line, like 12:00-13:30 for every day, or 2027-11-03 18:00-24:00."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, planning: Planning, **kwargs: Any) -> None:
        names = ("day_starts", "day_ends", "step", "rest", "breaks", "version")
        initial = {name: getattr(planning, name) for name in names}
        super().__init__(data, initial=initial, prefix="plan", **kwargs)
        for name, points in rules.WEIGHTS.items():
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=rules.NAMES[name],
                help_text=rules.UNITS[name],
                min_value=0,
                max_value=rules.MOST,
                initial=planning.weights.get(name, points),
            )

    def values(self) -> dict[str, Any]:
        """What the act wants."""
        given = dict(self.cleaned_data)
        weights = {name: given.pop(f"weight_{name}") for name in rules.WEIGHTS}
        return {**given, "weights": weights}


class TeamForm(Blaming):
    name = forms.CharField(label=_("Name"), max_length=120)
    pairs = Words(label=_("Pairs of languages"), help_text=_PAIRS)
    absent = Lines(label=_("Not available"), help_text=_PERIODS)

    def __init__(self, data: Any = None, *, team: InterpreterTeam | None = None, **kwargs: Any) -> None:
        initial = {"name": team.name, "pairs": team.pairs, "absent": team.absent} if team else None
        super().__init__(data, initial=initial, prefix="team", **kwargs)


class PresenceForm(Blaming):
    """Nothing but the name takes away what was said of a person."""

    person = forms.ChoiceField(label=_("Person"))
    absent = Lines(label=_("Cannot take part"), help_text=_PERIODS)
    zone = forms.ChoiceField(
        label=_("Joins remotely from this time zone"),
        choices=lambda: [("", _("on site")), *_zones()],
        required=False,
    )

    def __init__(self, data: Any = None, *, gathering: Gathering, **kwargs: Any) -> None:
        self.gathering = gathering
        super().__init__(data, prefix="presence", **kwargs)
        self.fields["person"].choices = [_NONE, *_named(queries.people_of(gathering), "name")]  # type: ignore[attr-defined]

    def clean_person(self) -> Person:
        return queries.people_of(self.gathering).get(slug=self.cleaned_data["person"])


class CoupleForm(Blaming):
    first = forms.ChoiceField(label=_("First session"))
    second = forms.ChoiceField(label=_("Second session"))
    kind = forms.ChoiceField(label=_("Why"), choices=Couple.Kind.choices)
    amount = forms.IntegerField(label=_("How many want both"), min_value=1, max_value=1_000_000, initial=1)

    def __init__(self, data: Any = None, *, gathering: Gathering, **kwargs: Any) -> None:
        self.gathering = gathering
        super().__init__(data, prefix="couple", **kwargs)
        named = [_NONE, *_sessions(gathering)]
        for name in ("first", "second"):
            self.fields[name].choices = named  # type: ignore[attr-defined]

    def clean_first(self) -> Session:
        return self.gathering.sessions.get(slug=self.cleaned_data["first"])

    def clean_second(self) -> Session:
        return self.gathering.sessions.get(slug=self.cleaned_data["second"])


class EquipForm(Blaming):
    """What a room has and when it is closed."""

    equipment = Words(label=_("Equipment"), help_text=_("With commas between: projector, booths, stage."))
    closed = Lines(label=_("Not available"), help_text=_PERIODS)

    def __init__(self, data: Any = None, *, facts: RoomFacts | None, **kwargs: Any) -> None:
        initial = {"equipment": facts.equipment, "closed": facts.closed} if facts else None
        super().__init__(data, initial=initial, prefix="equip", **kwargs)


class DemandForm(Blaming):
    """What a session needs of its place."""

    audience = forms.IntegerField(
        label=_("Expected audience"), min_value=0, max_value=1_000_000, required=False
    )
    equipment = Words(
        label=_("Needed equipment"), help_text=_("With commas between: projector, booths, stage.")
    )
    interpretation = Words(
        label=_("Needed interpretation"),
        help_text=_(
            "Like en-zh, en-fr. Empty: from the language spoken into those that the session is interpreted "
            "into, as far as there are interpreters for them."
        ),
    )
    wanted = Lines(label=_("Would rather begin in"), help_text=_PERIODS)
    after = forms.MultipleChoiceField(
        label=_("After these sessions"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Hold Ctrl or ⌘ to choose several."),
    )
    pinned = forms.BooleanField(
        label=_("Stays where it stands"),
        required=False,
        help_text=_("A proposed timetable leaves its room and its time."),
    )

    def __init__(
        self, data: Any = None, *, session: Session, demand: SessionDemand | None, **kwargs: Any
    ) -> None:
        self.gathering = session.gathering
        names = ("audience", "equipment", "interpretation", "wanted", "pinned")
        initial = {name: getattr(demand, name) for name in names} if demand else {}
        if demand:
            initial["after"] = [one.slug for one in demand.after.all()]
        super().__init__(data, initial=initial, prefix="demand", **kwargs)
        self.fields["after"].choices = [one for one in _sessions(self.gathering) if one[0] != session.slug]  # type: ignore[attr-defined]

    def clean_after(self) -> list[Session]:
        return list(self.gathering.sessions.filter(slug__in=self.cleaned_data["after"]))


class ProposeForm(Blaming):
    seconds = forms.IntegerField(
        label=_("Seconds at most"),
        min_value=1,
        max_value=LONGEST,
        initial=60,
        help_text=_("Longer finds better timetables. You can stop it at any time and keep the best."),
    )
    base = forms.ChoiceField(label=_("How much may move"), choices=Proposal.Base.choices)

    def __init__(self, data: Any = None, *, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if gathering.released_id is None:
            choices = [one for one in Proposal.Base.choices if one[0] != Proposal.Base.RELEASED]
            self.fields["base"].choices = choices  # type: ignore[attr-defined]
