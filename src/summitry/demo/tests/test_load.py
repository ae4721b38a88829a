"""What the loaded demonstration holds: a call in each stage, work for each role, a record that holds."""

import html
from itertools import pairwise

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from summitry.atlas.queries import claims
from summitry.calls.models import Call, Objection, PublicVote, StageRun, Submission, Upload
from summitry.calls.queries.calibration import calibration_page
from summitry.demo.accounts import ACCOUNTS, PASSWORD
from summitry.demo.models import Mail
from summitry.demo.texts import read, text
from summitry.documents.models import Adoption, Document, FullPowers, Signature
from summitry.documents.preparing import expected_of
from summitry.documents.queries.desk import owed
from summitry.gatherings.models import Gathering, Session
from summitry.opinions.models import Conversation
from summitry.opinions.queries import map_page
from summitry.people.models import Person, User
from summitry.record.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db


def test_the_bar_moves_to_its_end(loaded):
    total = loaded[-1].total
    assert loaded[0].done == 0
    assert loaded[-1].done == total
    done = [step.done for step in loaded]
    assert done == sorted(done)
    longest = max(after - before for before, after in pairwise(done))
    assert longest < total / 20  # nothing jumps


def test_there_is_a_call_in_each_stage(loaded):
    standing = {call.slug: str(call.state) for call in Call.objects.all()}
    assert standing == {
        "practice-cases-2022": "published",
        "session-proposals": "published",
        "cooperation-projects": "closed",
        "competition": "closed",
        "achievements": "closed",
        "cooperation-offers": "closed",
        "membership": "decided",
        "membership-second-round": "closed",
        "light-of-the-internet": "decided",
        "practice-cases": "open",
        "youth-sessions": "open",
        "young-teams": "draft",
    }
    running = StageRun.objects.filter(state="open").values_list("call__slug", "kind")
    assert set(running) == {
        ("cooperation-projects", "deliberate"),
        ("competition", "public_vote"),
        ("achievements", "score"),
        ("cooperation-offers", "screen"),
        ("membership", "approve"),
        ("membership-second-round", "object"),
        ("light-of-the-internet", "allocate"),
    }


def test_an_opinion_vote_is_open_and_another_is_reported_on(loaded):
    over, running = Conversation.objects.order_by("opened_at")
    assert (over.state, bool(over.reported_at), running.state) == ("closed", True, "open")
    assert running.accepts(timezone.now())
    for one in (over, running):
        page = map_page(one)
        assert (page.run.people, len(page.groups) > 1, len(page.unites) > 1) == (36, True, True)
        for statement in one.statements.filter(seed=True):
            assert set(statement.text.values) == {code for code, _name in settings.LANGUAGES}
    assert list(running.statements.values_list("state", flat=True)).count("waiting") == 1
    assert list(over.statements.values_list("state", flat=True)).count("removed") == 1


def test_texts_stand_at_each_step_of_their_way(loaded):
    found = Document.objects.in_bulk(field_name="slug")
    assert {slug: [one.stage for one in document.versions.all()] for slug, document in found.items()} == {
        "digital-economy-2017": ["final"],
        "concept-2019": ["concept"],
        "action-2020": ["final"],
        "warning-contacts": ["final"],
        "common-receipt": ["final"],
        "machines-that-decide": ["zero", "revision"],
    }
    assert found["action-2020"].derives_from == found["concept-2019"]
    assert len(claims(found["action-2020"])) == 15  # the twelve of 2022, and the other named ones
    adoptions = Adoption.objects.values_list("version__document__slug", "way", "state")
    assert set(adoptions) == {
        ("digital-economy-2017", "acclamation", "adopted"),
        ("warning-contacts", "consensus", "adopted"),
        ("common-receipt", "consensus", "open"),
    }
    zero, revision = found["machines-that-decide"].versions.all()
    assert (zero.disposed_at is not None, zero.amendments.get().taken_into) == (True, revision)
    assert (revision.comments.count(), revision.amendments.get().supports.count()) == (2, 1)


@pytest.mark.parametrize("slug", ["digital-economy-2017", "concept-2019", "action-2020"])
def test_a_summary_of_a_text_says_that_it_is_not_the_text(loaded, client, slug):
    """On its pages, and within it, so that every file of it says so."""
    document = Document.objects.get(slug=slug)
    first = document.versions.get().provisions.first().text.values
    assert first == text(read("documents")["note"]).values
    assert set(first) == set(document.languages) == {code for code, _name in settings.LANGUAGES}
    assert document.authentic == ["zh-hans"]  # the original's
    for code, words in first.items():
        for page in (f"/{code}/documents/{slug}/", f"/{code}/documents/{slug}/1/"):
            assert words in html.unescape(client.get(page).content.decode())


def test_eight_states_have_signed_the_initiative_and_others_wait_for_the_depositary(loaded):
    states = Signature.objects.in_force().filter(document__slug="digital-economy-2017")
    assert sorted(states.values_list("organisation__country", "organisation__kind")) == [
        (code, "state") for code in ("AE", "CN", "EG", "LA", "RS", "SA", "TH", "TR")
    ]
    sample = Signature.objects.filter(document__slug="warning-contacts")
    assert sorted(sample.values_list("state", "kind")) == [
        ("certified", "definitive"),
        ("certified", "simple"),
        ("received", "definitive"),
    ]
    assert [one.by.problem(one.message, one.proof, expected_of(one)) for one in sample] == [""] * 3
    assert sorted(FullPowers.objects.values_list("state", flat=True)) == ["verified"] * 4 + ["waiting"]


def test_translations_are_owed(loaded):
    assert {(one.language, one.owed.missing, one.owed.behind) for one in owed()} == {
        (code, 1, 1) for code in ("ar", "fr", "ru", "es")
    }


def test_the_public_votes_and_a_member_objects(loaded):
    votes = PublicVote.objects.filter(stage__call__slug="competition")
    assert votes.count() == 8
    objection = Objection.objects.get()
    assert (objection.submission.call.slug, objection.upheld) == ("membership-second-round", None)


def test_what_asks_for_a_paper_has_one(loaded):
    papers = Upload.objects.filter(submission__call__slug="competition")
    assert {one.name for one in papers} == {"sample.pdf"}
    assert papers.count() == Submission.objects.filter(call__slug="competition").count() == 8


def test_the_chair_sees_what_the_marks_mean(loaded):
    """Marks of five jurors that hang together: estimates, not a refusal."""
    chair = User.objects.get(email="chair@summitry.example")
    page = calibration_page(chair, Call.objects.get(slug="cooperation-projects"))
    assert page is not None
    assert (page.calibrated, page.analysis.refused) == (True, None)
    assert len(page.analysis.entries) == 10


@pytest.mark.parametrize(
    "key",
    [
        "call-manager",
        "screener",
        "juror-1",
        "juror-2",
        "juror-3",
        "chair",
        "applicant-1",
        "secretariat",
        "organ",
        "delegate",
        "depositary",
        "translator",
    ],
)
def test_each_role_finds_work_to_do(loaded, key):
    from summitry.people.waiting import everything

    user = User.objects.get(email=f"{key}@summitry.example")
    assert everything(user) != []


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.key)
def test_each_account_signs_in_with_the_one_password(loaded, account):
    client = Client()
    assert client.login(email=account.email, password=PASSWORD)


def test_the_published_calls_have_become_cases_and_sessions(loaded):
    from summitry.atlas.models import Case

    accepted = Submission.objects.filter(call__slug="practice-cases-2022", state="accepted")
    assert accepted.count() == 12
    assert Case.objects.filter(decision__submission__in=accepted).count() == 12
    chosen = Session.objects.exclude(source="")
    assert (
        chosen.count()
        == Submission.objects.filter(call__slug="session-proposals", state="accepted").count()
        == 6
    )
    assert chosen.filter(slot=None).count() == 0


def test_one_decision_departs_from_the_computed_order_and_says_why(loaded):
    from summitry.calls.models import Decision

    departing = Decision.objects.filter(submission__call__slug="practice-cases-2022", departs=True)
    assert sorted(one.result for one in departing) == ["accepted", "rejected"]
    assert all(
        set(one.departure_reason.languages) == {code for code, _ in settings.LANGUAGES} for one in departing
    )


def test_the_next_summit_has_a_programme_of_a_few_dozen_sessions(loaded):
    gathering = Gathering.objects.get(slug="next-summit")
    assert gathering.released.version == 2
    assert 36 <= gathering.released.sessions <= 60
    assert (gathering.ends - gathering.starts).days == 3
    pinned = gathering.sessions.filter(demand__pinned=True).order_by("slot__starts")
    assert [one.slug for one in pinned] == ["opening-ceremony", "closing-ceremony"]


def test_each_kind_of_demand_can_be_tried_on_the_next_summit(loaded):
    """And its programme keeps all, but for one who has said since that she is away; interpreters are assigned
    with a proposal."""
    from summitry.engines import timetable as engine
    from summitry.gatherings.timetabling import reading

    asked = reading.read(Gathering.objects.get(slug="next-summit"))
    problem = asked.problem
    assert all(place is not None for place in asked.working)  # on the grid of breaks and steps
    found = engine.cost(problem, asked.working)
    assert {one.kind for one in found.violations if one.hard} == {"person_away", "interpretation"}
    assert [one.kind for one in found.violations].count("person_away") == 1
    for some in (problem.rooms, problem.teams, problem.people):
        assert any(getattr(one, "closed", ()) or getattr(one, "away", ()) for one in some)
    for name in ("audience", "equipment", "interpretation", "after", "wishes", "regions"):
        assert any(getattr(one, name) for one in problem.sessions), name
    assert all(one.audience for one in problem.sessions)
    assert [one.pinned_slot is not None for one in problem.sessions].count(True) == 2
    assert (len(problem.similar), len(problem.joint)) == (1, 1)
    assert [one.offset for one in problem.people if one.offset is not None] == [180, 780]


def test_persons_are_named_by_their_role(loaded):
    """No invented name: each is a role, alone or with a number."""
    words = read("people")
    roles = {name["en"].replace("{n}", "").strip() for name in words.values()}
    strangers = [str(one) for one in Person.objects.all() if str(one.name).rstrip("0123456789 ") not in roles]
    assert strangers == []


def test_what_the_home_page_and_the_calls_say_is_there_in_six_languages(loaded):
    wanted = {code for code, _ in settings.LANGUAGES}
    short = [call.slug for call in Call.objects.all() if set(call.title.languages) != wanted]
    short += [call.slug for call in Call.objects.all() if set(call.summary.languages) != wanted]
    short += [one.slug for one in Gathering.objects.all() if set(one.title.languages) != wanted]
    assert short == []


def test_letters_lie_in_the_mailbox_with_the_storys_dates(loaded):
    assert Mail.objects.count() > 50
    assert Mail.objects.earliest("sent_at").sent_at < Mail.objects.latest("sent_at").sent_at


def test_the_record_tells_it_in_order_and_is_sealed(loaded):
    times = list(Entry.objects.order_by("index").values_list("at", flat=True))
    assert len(times) > 150
    assert times == sorted(times)
    assert Checkpoint.objects.latest("size").size == len(times)


def test_a_past_edition_shows_what_its_sessions_left(loaded):
    from summitry.gatherings import queries
    from summitry.gatherings.models import Series

    past = Gathering.objects.get(slug="preparatory-2")
    outcomes = {
        str(found.document.title): (found.agreed, found.all_spoke, found.document.published_at is not None)
        for session in past.sessions.all()
        if (found := queries.outcome_of(session, drafts=True))
    }
    assert sorted(outcomes.values()) == [(False, False, False), (True, True, True)]
    states = [
        "delivered" if one.delivered_at else "late" if one.is_late else "owed"
        for one in queries.reports(past)
    ]
    assert sorted(states) == ["delivered", "late", "late", "late"]
    first, second = past.releases.order_by("version")
    assert second.changes == {"new": 1, "moved": 1, "cancelled": 0, "retitled": 0, "other": 0}
    assert first.changes["new"] == 3
    figures = queries.figures_of(Series.objects.get(slug="preparatory-meetings"))
    assert [one.sessions for one in figures.editions] == [2, 4]
    assert min(figures.people, figures.countries, figures.languages) >= 3
