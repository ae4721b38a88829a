"""Reports of sessions: owed by a day, delivered by those who owe them, let go, asked about by calls."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from summitry.calls import debts
from summitry.calls.eligibility.reports import _owing
from summitry.calls.tests.factories import make_sent, open_world
from summitry.gatherings import acts, queries
from summitry.gatherings.models import Convener, Gathering, ReleasedSlot, SessionPerson, SessionReport
from summitry.gatherings.tests.factories import make_gathering, make_placed, make_room
from summitry.gatherings.tests.test_pages import words
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.people.tests.letters import posted
from summitry.people.waiting import everything
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def file(data: bytes = PDF, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


class Forum:
    """A released forum that is still to come, with a rapporteur; `later()` lets days pass."""

    def __init__(self, kind: str = "forum", **fields) -> None:
        today = timezone.now().date()
        days = {"starts": today, "ends": today + timedelta(days=3)}
        self.gathering = make_gathering(**{"slug": "summit", **days, **fields})
        self.room = make_room(self.gathering)
        self.rapporteur, self.speaker = make_user(), make_user()
        self.starts = timezone.now().replace(microsecond=0) + timedelta(hours=1)
        self.session = make_placed(self.gathering, self.room, self.starts, "Cables", kind=kind)
        for user, role in ((self.rapporteur, "rapporteur"), (self.speaker, "speaker")):
            SessionPerson.objects.create(session=self.session, person=user.person, role=role)
        acts.release(None, self.gathering)
        self.gathering.refresh_from_db()

    @property
    def report(self) -> SessionReport:
        return SessionReport.objects.get(session=self.session)

    def later(self, days: int) -> None:
        """Moves the session and what it owes into the past, behind the acts' back."""
        ReleasedSlot.objects.update(
            starts=self.starts - timedelta(days=days), ends=self.starts - timedelta(days=days)
        )
        SessionReport.objects.update(due_at=self.report.due_at - timedelta(days=days))

    def url(self, name: str = "report") -> str:
        return reverse(f"gatherings:{name}", args=["summit", self.session.slug])


@pytest.fixture
def forum() -> Forum:
    return Forum()


def test_a_release_says_by_when_a_report_is_owed_as_the_kind_asks(forum):
    assert forum.report.due_at == forum.starts + timedelta(minutes=30, days=14)
    moved = forum.starts + timedelta(hours=5)
    acts.place_session(None, forum.session, room=forum.room, starts=moved, minutes=60)
    acts.release(None, forum.gathering)
    assert forum.report.due_at == moved + timedelta(minutes=60, days=14)
    acts.cancel_session(None, forum.session)
    make_placed(forum.gathering, forum.room, forum.starts, "Other")
    acts.release(None, forum.gathering)
    assert SessionReport.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [("forum", 3, 3), ("forum", 0, None), ("talk", 3, None), ("talk", None, None)],
)
def test_a_gathering_says_after_how_many_days(kind, days, expected):
    forum = Forum(kind, report_days=days)
    found = list(SessionReport.objects.values_list("due_at", flat=True))
    ends = forum.starts + timedelta(minutes=30)
    assert found == ([] if expected is None else [ends + timedelta(days=expected)])


def test_what_was_over_before_its_programme_was_released_owes_nothing():
    gathering = make_gathering()
    past = timezone.now() - timedelta(days=400)
    make_placed(gathering, make_room(gathering), past, "Old", kind="forum")
    acts.release(None, gathering)
    assert SessionReport.objects.count() == 0


def test_the_rapporteur_delivers_it_and_it_is_public_at_once(forum, client):
    assert client.get(forum.url()).status_code == 404
    forum.later(1)
    assert client.get(forum.url()).status_code == 404
    report = acts.deliver_report(
        forum.rapporteur, forum.report, text=Text.of("We **agreed**.", fr="D’accord."), file=file()
    )
    assert (report.file_name, report.file_size, report.delivered_by) == (
        "report.pdf",
        len(PDF),
        forum.rapporteur,
    )
    entry = Entry.objects.get(kind="gatherings.report_delivered")
    assert (entry.said["by"], entry.subject) == (
        "reporter",
        f"gatherings.session:summit/{forum.session.slug}",
    )
    assert entry.facts["file_digest"] == report.file_digest
    assert (entry.facts["version"], "agreed" in str(entry.body)) == (1, False)
    assert "We <strong>agreed</strong>." in client.get(forum.url()).content.decode()
    assert "Read the report" in words(client.get(forum.url("session")))
    answer = client.get(forum.url("report_file"))
    assert b"".join(answer.streaming_content) == PDF
    assert "attachment" in answer["Content-Disposition"]


def test_delivered_again_it_replaces_what_was_and_the_same_changes_nothing(forum):
    forum.later(1)
    first = acts.deliver_report(forum.rapporteur, forum.report, text="One.", file=file(), version=1)
    assert acts.deliver_report(forum.rapporteur, first, text="One.").version == 2
    with pytest.raises(Stale):
        acts.deliver_report(forum.rapporteur, first, text="Two.", version=1)
    second = acts.deliver_report(forum.rapporteur, first, text="Two.", version=2)
    assert (second.version, str(second.text), second.file_name) == (3, "Two.", "report.pdf")
    assert Entry.objects.filter(kind="gatherings.report_delivered").count() == 2


def test_refused_deliveries(forum):
    with pytest.raises(ValidationError, match="has not begun"):
        acts.deliver_report(forum.rapporteur, forum.report, text="Too soon")
    forum.later(1)
    for stranger in (make_user(), forum.speaker, make_user(Role.AUDITOR), make_user(Role.FOCAL_POINT)):
        with pytest.raises(PermissionDenied):
            acts.deliver_report(stranger, forum.report, text="Mine")
    with pytest.raises(ValidationError, match="Write the report"):
        acts.deliver_report(forum.rapporteur, forum.report)
    with pytest.raises(ValidationError, match="not accepted here"):
        acts.deliver_report(forum.rapporteur, forum.report, file=file(b"MZ", "report.exe"))
    with pytest.raises(ValidationError, match="not what its name says"):
        acts.deliver_report(forum.rapporteur, forum.report, file=file(b"<html>", "report.pdf"))
    acts.waive_report(None, forum.report, "Nobody came.")
    with pytest.raises(ValidationError, match="not asked of you any more"):
        acts.deliver_report(forum.rapporteur, forum.report, text="Late")
    assert forum.report.delivered_at is None


def test_the_desk_asks_moves_the_day_and_lets_go(forum):
    manager = make_user(Role.PROGRAMME, scope_of(forum.gathering))
    talk = make_placed(forum.gathering, make_room(forum.gathering), forum.starts, "Talk", kind="talk")
    due = timezone.now() + timedelta(days=5)
    asked = acts.ask_report(manager, talk, due)
    acts.ask_report(manager, forum.session, due)
    acts.release(None, forum.gathering)  # days set by hand stay
    assert forum.report.due_at == due
    assert SessionReport.objects.filter(session=talk).exists()
    with pytest.raises(ValidationError, match="Say why"):
        acts.waive_report(manager, forum.report, " ")
    with pytest.raises(PermissionDenied):
        acts.waive_report(forum.rapporteur, forum.report, "I have no time")
    with pytest.raises(PermissionDenied):
        acts.ask_report(forum.rapporteur, talk, due)
    acts.waive_report(manager, forum.report, "It was an informal meeting.")
    acts.waive_report(manager, forum.report, "Again")
    assert str(forum.report.waived_reason) == "It was an informal meeting."
    assert Entry.objects.filter(kind="gatherings.report_waived").count() == 1
    acts.ask_report(manager, forum.session, due)
    assert forum.report.is_owed
    acts.cancel_session(None, talk)
    with pytest.raises(ValidationError, match="is cancelled"):
        acts.ask_report(manager, talk, due)
    assert asked.set_by_hand


def test_it_waits_for_who_owes_it_and_for_the_desk(forum):
    manager = make_user(Role.PROGRAMME, scope_of(forum.gathering))
    elsewhere = make_user(Role.PROGRAMME, scope_of(make_gathering()))

    def waits(user) -> list[tuple[str, bool]]:
        user.__dict__.pop("roles", None)
        return [(one.title, one.due is not None) for one in everything(user) if "report" in one.title]

    assert [waits(one) for one in (forum.rapporteur, manager)] == [[], []]
    forum.later(1)
    assert waits(forum.rapporteur) == [("“Cables”: the session’s report", True)]
    assert waits(manager) == []
    forum.later(20)
    acts.edit_session(None, forum.session, title=Text.of("Embargoed title"))
    assert waits(forum.rapporteur) == [("“Cables”: the session’s report", True)]
    assert waits(manager) == [(f"{forum.gathering.title}: reports that are late", False)]
    assert [waits(one) for one in (elsewhere, forum.speaker, make_user())] == [[], [], []]
    acts.deliver_report(forum.rapporteur, forum.report, text="There.")
    assert [waits(one) for one in (forum.rapporteur, manager)] == [[], []]


def test_late_reports_are_called_to_mind_with_one_letter_each(forum, django_capture_on_commit_callbacks):
    second = make_placed(
        forum.gathering, forum.room, forum.starts + timedelta(hours=2), "Ships", kind="forum"
    )
    SessionPerson.objects.create(session=second, person=forum.rapporteur.person, role="host")
    SessionPerson.objects.create(session=second, person=make_person("No account"), role="host")
    acts.release(None, forum.gathering, notify=False)
    forum.later(30)
    with pytest.raises(PermissionDenied):
        acts.remind_of_reports(forum.rapporteur, forum.gathering)
    with posted(django_capture_on_commit_callbacks) as letters:
        assert acts.remind_of_reports(None, forum.gathering) == 1
    [letter] = letters
    assert letter.to == [forum.rapporteur.email]
    assert ("- Cables" in letter.body, "- Ships" in letter.body) == (True, True)


def test_a_call_takes_nobody_who_owes_a_report(forum):
    person, other = forum.rapporteur.person, forum.speaker.person
    body, proposer = make_organisation(), make_user().person
    Convener.objects.create(session=forum.session, organisation=body)
    assert _owing([person], [body]) is None
    forum.later(16)
    told = f"The report of “Cables” ({forum.gathering.title}) is still owed."
    assert _owing([person], []) == _owing([other, person], []) == _owing([], [body]) == told
    assert _owing([other, proposer], [make_organisation()]) is None
    assert [one.words for one in debts.owed_elsewhere([person], [body])] == [told]
    acts.waive_report(None, forum.report, "It was cut short.")
    assert _owing([person], [body]) is None


def test_whoever_proposed_the_session_owes_its_report(forum):
    entry = make_sent(open_world())
    forum.session.source = f"calls.submission:{entry.ref}"
    forum.session.save()
    forum.later(16)
    assert "is still owed" in str(_owing([entry.applicant], []))
    user = entry.applicant.user
    assert [one.session for one in queries.owed_by(entry.applicant)] == [forum.session]
    acts.deliver_report(user, forum.report, text="Done.")
    assert _owing([entry.applicant], []) is None


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_it_costs(forum, many, django_assert_num_queries):
    for n in range(many - 1):
        session = make_placed(
            forum.gathering, make_room(forum.gathering), forum.starts, f"S{n}", kind="forum"
        )
        SessionPerson.objects.create(session=session, person=forum.rapporteur.person, role="host")
    if many > 1:
        acts.release(None, forum.gathering)
    forum.later(20)
    person, body = forum.rapporteur.person, make_organisation()
    with django_assert_num_queries(1):
        assert len(queries.owed_by(person)) == many
    with django_assert_num_queries(1):
        found = queries.late_by([person], [body])
        assert str(found[0].shown_title) == "Cables"
    with django_assert_num_queries(1):
        assert len(queries.reports(forum.gathering, "late")) == many
    with django_assert_num_queries(2):
        assert [len(one) for one in queries.late_reporters(forum.gathering).values()] == [many]


def test_pages_of_reports(forum, client):
    desk = reverse("gatherings:desk_reports", args=["summit"])
    one = reverse("gatherings:desk_report", args=["summit", forum.session.slug])
    for address in (desk, one):
        client.force_login(forum.rapporteur)
        assert client.get(address).status_code == 403
    client.force_login(make_user(Role.PROGRAMME, scope_of(forum.gathering)))
    forum.later(20)
    assert "Cables" in words(client.get(desk, {"show": "late"}))
    assert "No report is like that." in words(client.get(desk, {"show": "delivered"}))
    assert "1 letter went out." in words(client.post(desk, follow=True))
    assert client.post(one, {"what": "waive", "reason_en": ""}).status_code == 422
    assert client.post(one, {"what": "due", "due": "2031-01-02"}).status_code == 302
    assert f"{forum.report.due_at:%Y-%m-%d %H:%M}" == "2031-01-02 23:59"
    assert client.post(one, {"what": "waive", "reason_en": "A storm."}).status_code == 302
    assert "A storm." in words(client.get(forum.url("session")))
    client.post(one, {"what": "due", "due": "2031-01-02"})
    client.force_login(forum.rapporteur)
    assert client.post(forum.url(), {"text_en": "", "version": "1"}).status_code == 422
    done = client.post(forum.url(), {"text_en": "It went well.", "file": file(), "version": "1"}, follow=True)
    assert "The report is public." in words(done)
    client.logout()
    assert client.post(forum.url(), {"text_en": "Mine now", "version": "2"}).status_code == 200
    assert "It went well." in words(client.get(forum.url()))


def test_a_report_of_a_draft_gathering_is_nobodys(forum, client):
    forum.later(1)
    acts.deliver_report(None, forum.report, text="Secret", file=file())
    Gathering.objects.update(state=Gathering.State.DRAFT)
    assert [client.get(forum.url(name)).status_code for name in ("report", "report_file", "session")] == [
        404
    ] * 3
