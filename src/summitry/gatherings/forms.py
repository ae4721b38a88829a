"""Forms of the programme's desk. They parse; the acts decide."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from summitry.people import countries
from summitry.people.forms.files import FormatFileForm
from summitry.people.models import Organisation, Person
from summitry.text import languages

from . import formats, kinds
from .models import Gathering, Room, Series, Session, SessionPerson, Track
from .programme import day_edges


class Blaming(forms.Form):
    """A form that takes the blame of an act: each fault at its field, what has none above all."""

    def blame(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, faults in error.error_dict.items():
            self.add_error(name if name in self.fields else None, faults)


def _gathering(name: str, **changes: Any) -> Any:
    field: Any = Gathering._meta.get_field(name)
    return field.formfield(**changes)


def _session(name: str, **changes: Any) -> Any:
    field: Any = Session._meta.get_field(name)
    return field.formfield(**changes)


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def _countries() -> list[tuple[str, str]]:
    return [("", "—"), *countries.choices()]


def _languages(empty: bool = True) -> list[tuple[str, str]]:
    named = [(code, languages.local_name(code)) for code in settings.CONTENT_LANGUAGES]
    return [("", "—"), *named] if empty else named


_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class GatheringForm(Blaming):
    """The facts of an edition; `version` tells whether somebody else was first."""

    title = _gathering("title")
    subtitle = _gathering("subtitle")
    summary = _gathering("summary")
    series = forms.ModelChoiceField(Series.objects.all(), label=_("Series"), required=False)
    number = _gathering("number", required=False)
    place = _gathering("place")
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False)
    starts = _gathering("starts", widget=_DATE)
    ends = _gathering("ends", widget=_DATE)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    day_change = _gathering("day_change", widget=_TIME)
    slot_minutes = _gathering("slot_minutes", min_value=1, max_value=240)
    turnround_minutes = _gathering("turnround_minutes", min_value=0, max_value=240, required=False)
    report_days = _gathering("report_days", min_value=0, max_value=400, required=False)
    website = _gathering("website", assume_scheme="https")
    partner = _gathering("partner")
    origin = _gathering("origin", help_text=_("For a gathering of other conveners: shown beside its title."))
    parties = forms.MultipleChoiceField(
        label=_("Countries that take part as parties"), choices=countries.choices, required=False
    )
    conveners = forms.ModelMultipleChoiceField(
        Organisation.objects.filter(confirmed=True).order_by("slug"), label=_("Conveners"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, gathering: Gathering | None = None, **kwargs: Any) -> None:
        if gathering is not None:
            kwargs["initial"] = {name: getattr(gathering, name) for name in self.base_fields}
            kwargs["initial"]["conveners"] = list(gathering.conveners.all())
        else:
            kwargs["initial"] = {
                "time_zone": "UTC",
                "slot_minutes": 15,
                "turnround_minutes": 0,
                "day_change": "00:00",
            }
        super().__init__(data, **kwargs)

    def clean_turnround_minutes(self) -> int:
        return self.cleaned_data["turnround_minutes"] or 0


class SessionForm(Blaming):
    """What a session is. People are chosen by name from those who are known here, one a line."""

    title = _session("title")
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    track = forms.ModelChoiceField(Track.objects.none(), label=_("Track"), required=False)
    subtitle = _session("subtitle")
    abstract = _session("abstract", help_text=_("Markdown: a blank line between paragraphs."))
    description = _session("description")
    language = forms.CharField(
        label=_("Language spoken"),
        max_length=20,
        required=False,
        help_text=_("A code such as en or zh-hans."),
    )
    interpreted = forms.MultipleChoiceField(
        label=_("Interpreted into"),
        choices=lambda: _languages(empty=False),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    captions = forms.MultipleChoiceField(
        label=_("Captions in"),
        choices=lambda: _languages(empty=False),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    mode = _session("mode", required=False)
    people = forms.CharField(
        label=_("Who takes part"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
        help_text=_(
            "One a line: the person’s short name; after a comma, speaker, moderator, rapporteur or host; "
            "after another, the short name of the organisation for which she takes part."
        ),
    )
    do_not_record = _session("do_not_record")
    license = _session("license")
    url = _session("url")
    feedback_url = _session("feedback_url")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, gathering: Gathering, session: Session | None = None, **kwargs: Any
    ) -> None:
        if session is not None:
            kwargs["initial"] = {
                name: getattr(session, name) for name in self.base_fields if name != "people"
            }
            parts = session.parts.select_related("person", "organisation").order_by("position", "pk")
            kwargs["initial"]["people"] = "\n".join(
                ", ".join(
                    [part.person.slug, part.role, *([part.organisation.slug] if part.organisation else [])]
                )
                for part in parts
            )
        super().__init__(data, **kwargs)
        known = {"", *kinds.KINDS, session.kind if session else ""}
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (key, kinds.name(key) if key else "—") for key in sorted(known)
        ]
        self.fields["track"].queryset = gathering.tracks.all()  # type: ignore[attr-defined]

    def clean_people(self) -> list[tuple[Person, str, Organisation | None]]:
        lines = [line.strip() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        wanted = []
        for line in lines[:100]:
            slug, role, body = ([part.strip() for part in line.split(",", 2)] + ["", ""])[:3]
            wanted.append((slug, role or SessionPerson.Role.SPEAKER, body))
        known = {one.slug: one for one in Person.objects.filter(slug__in=[one[0] for one in wanted])}
        bodies = {one.slug: one for one in Organisation.objects.filter(slug__in=[one[2] for one in wanted])}
        wrong = []
        for slug, role, body in wanted:
            if slug not in known:
                wrong.append(_("“%(name)s” is nobody’s short name here.") % {"name": slug})
            if role not in SessionPerson.Role.values:
                wrong.append(_("“%(role)s” is no role in a session.") % {"role": role})
            if body and body not in bodies:
                wrong.append(_("“%(name)s” is no organisation’s short name here.") % {"name": body})
        if wrong:
            raise ValidationError(wrong)
        return [(known[slug], role, bodies.get(body)) for slug, role, body in wanted]

    def clean_mode(self) -> str:
        return str(self.cleaned_data["mode"] or Session.Mode.ONSITE)

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"]).strip()


class PlaceForm(Blaming):
    """A room, a day and a time in the gathering's zone."""

    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"))
    day = forms.ChoiceField(label=_("Day"))
    time = forms.TimeField(label=_("Begins at"), widget=_TIME)
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=1, max_value=1440)
    place_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, gathering: Gathering, session: Session, **kwargs: Any) -> None:
        self.gathering, self.zone = gathering, ZoneInfo(gathering.time_zone)
        slot = getattr(session, "slot", None)
        initial: dict[str, Any] = {
            "place_version": session.version,
            "minutes": session.minutes or kinds.of(session.kind).minutes,
        }
        if slot:
            local = slot.starts.astimezone(self.zone)
            day = local.date() - timedelta(days=local.time() < gathering.day_change)
            initial |= {
                "room": slot.room_id,
                "day": day.isoformat(),
                "time": local.time(),
                "minutes": int((slot.ends - slot.starts).total_seconds() // 60),
            }
        super().__init__(data, initial=initial, **kwargs)
        self.fields["room"].queryset = gathering.rooms.all()  # type: ignore[attr-defined]
        self.fields["day"].choices = _days(gathering)  # type: ignore[attr-defined]

    def starts(self) -> datetime:
        """The moment that the form says. Before the day change it belongs to the night after the day."""
        day = datetime.fromisoformat(self.cleaned_data["day"]).date()
        clock = self.cleaned_data["time"]
        if clock < self.gathering.day_change:
            day = day_edges(day, self.zone, self.gathering.day_change)[1].date()
        return datetime.combine(day, clock, self.zone)


def _days(gathering: Gathering) -> list[tuple[str, str]]:
    days = (gathering.ends - gathering.starts).days + 1
    dates = [gathering.starts + timedelta(days=n) for n in range(days)]
    return [(one.isoformat(), date_format(one, "DATE_FORMAT")) for one in dates]


class ShiftForm(Blaming):
    """The sessions of a day, or of a room on it, moved together. `seen` is the programme's mark."""

    from_day = forms.ChoiceField(label=_("Sessions of"))
    from_room = forms.ModelChoiceField(
        Room.objects.none(), label=_("in"), required=False, empty_label=_("All rooms")
    )
    by = forms.IntegerField(
        label=_("by minutes (minus: earlier)"), min_value=-1440, max_value=1440, required=False
    )
    to_day = forms.ChoiceField(label=_("to the day"), required=False)
    to_room = forms.ModelChoiceField(
        Room.objects.none(), label=_("to the room"), required=False, empty_label=_("the same")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(data, prefix="shift", auto_id="shift-%s", **kwargs)
        for name in ("from_room", "to_room"):
            self.fields[name].queryset = gathering.rooms.all()  # type: ignore[attr-defined]
        self.fields["from_day"].choices = _days(gathering)  # type: ignore[attr-defined]
        self.fields["to_day"].choices = [("", _("the same")), *_days(gathering)]  # type: ignore[attr-defined]

    def clean_from_day(self) -> date:
        return date.fromisoformat(self.cleaned_data["from_day"])

    def clean_to_day(self) -> date | None:
        asked = self.cleaned_data["to_day"]
        return date.fromisoformat(asked) if asked else None


class RoomForm(Blaming):
    name = _gathering("title", label=_("Name"))
    capacity = forms.IntegerField(label=_("Seats"), min_value=0, max_value=1_000_000, required=False)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=9999, required=False)


class TrackForm(Blaming):
    name = _gathering("title", label=_("Name"))
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=9999, required=False)


class ReleaseForm(Blaming):
    """A release: at once, or under embargo until a moment in the gathering's zone."""

    note = _gathering("summary", label=_("What is new, in a sentence or two"))
    overlap_reason = forms.CharField(
        label=_("Why sessions may share a room at one time"), required=False, max_length=1000
    )
    notify = forms.BooleanField(
        label=_("Write to those whom the changes concern"),
        required=False,
        help_text=_(
            "One letter to each: who takes part in a changed session, who speaks for a convener, who has it "
            "in her agenda."
        ),
    )
    due_at = forms.DateTimeField(
        label=_("Under embargo until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: public at once. Else nobody outside sees anything of it before."),
    )
    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, gathering: Gathering, **kwargs: Any) -> None:
        self.zone = ZoneInfo(gathering.time_zone)
        super().__init__(data, **kwargs)

    def clean_due_at(self) -> datetime | None:
        given: datetime | None = self.cleaned_data["due_at"]
        return given.replace(tzinfo=self.zone) if given else None


class ImportForm(FormatFileForm, Blaming):
    """A schedule file, or the one that was looked at before (`kept`)."""

    file = forms.FileField(label=_("Schedule file"))
    allow_overlaps = forms.BooleanField(
        label=_("Take sessions that share a room at one time"), required=False
    )
    field_order = ("file", "format", "allow_overlaps")

    def readers(self) -> Iterable[formats.Format]:
        return formats.readers()
