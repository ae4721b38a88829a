"""The pages of screeners, jurors and chairs: each sees her work, and nothing that is not hers to see."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Assessment, Assignment, Conflict, Decision, Screening, Submission, Verdict
from summitry.calls.rules import Field
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry

from .factories import FIELDS, T, close, judged, make_sent, mark, open_world, rules, screen_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def to(name: str, world, *more: str) -> str:
    return reverse(f"calls:{name}", args=[world.call.slug, *more])


def screening_world(entries: int = 2):
    """A call whose screening is open, with entries that hold what must not leak."""
    world = open_world()
    for n in range(entries):
        make_sent(
            world,
            make_user(name=f"Applicant {n} Amal"),
            title=f"Entry {n}",
            organisation=f"Ministry {n}",
            contact=f"amal-{n}@example.org",
            note=f"Private note {n}",
        )
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    return world, world.submissions


def jury_world(entries: int = 2, jurors: int = 2, **changes):
    """A call whose scoring is open: every entry is on the list of the first `jurors` jurors."""
    world = open_world(rules(**changes))
    for n in range(entries):
        make_sent(
            world,
            make_user(name=f"Applicant {n} Amal"),
            title=f"Entry {n}",
            organisation=f"Ministry {n}",
            contact=f"amal-{n}@example.org",
            note=f"Private note {n}",
        )
    close(world)
    screen_all(world)
    for submission in world.submissions:
        for juror in world.jurors[:jurors]:
            acts.assign(world.manager, submission, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    return world, world.submissions


# -- screening ------------------------------------------------------------------------------------


def test_a_screener_passes_one_and_is_led_to_the_next(client: Client) -> None:
    world, (first, second) = screening_world()
    client.force_login(world.screener)
    answer = client.post(to("screen", world, first.ref), {"verdict": "pass", "version": ""})
    assert answer["Location"] == to("screen", world, second.ref)
    found = Screening.objects.get()
    assert (found.submission, found.passed) == (first, True)
    queue = client.get(to("screening", world))
    assert [row["entry"].pk for row in queue.context["rows"]] == [second.pk]
    passed = client.get(to("screening", world) + "?show=passed")
    assert [row["entry"].pk for row in passed.context["rows"]] == [first.pk]


def test_a_fail_needs_a_reason_and_keeps_what_was_typed(client: Client) -> None:
    world, (first, _second) = screening_world()
    client.force_login(world.screener)
    bare = client.post(to("screen", world, first.ref), {"verdict": "fail", "version": ""})
    assert bare.status_code == 422
    assert "Say why: the applicant reads it." in bare.content.decode()
    assert Screening.objects.count() == 0
    client.post(to("screen", world, first.ref), {"verdict": "fail", "standard": "scope", "version": ""})
    assert Screening.objects.get().standard == "scope"


def test_two_screeners_the_second_is_told(client: Client) -> None:
    world, (first, _second) = screening_world()
    other = make_user(Role.SCREENER, scope_of(world.call))
    acts.screen(other, first, True)
    client.force_login(world.screener)
    form = {"verdict": "fail", "reason_en": "Not a practice", "version": ""}
    answer = client.post(to("screen", world, first.ref), form)
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.content.decode()
    assert "Not a practice" in answer.content.decode()
    assert Screening.objects.get().passed is True


def test_a_double_click_on_the_finding_is_harmless(client: Client) -> None:
    world, (first, _second) = screening_world()
    client.force_login(world.screener)
    form = {"verdict": "pass", "version": ""}
    for _ in range(2):
        assert client.post(to("screen", world, first.ref), form).status_code == 302
    assert Screening.objects.get().version == 1


def test_the_queue_is_for_screeners_of_this_call(client: Client) -> None:
    world, (first, _second) = screening_world()
    for user in (world.manager, world.jurors[0], world.chair, make_user()):
        client.force_login(user)
        for address in (to("screening", world), to("screen", world, first.ref)):
            answer = client.get(address)
            assert answer.status_code == 403
            assert "Entry 0" not in answer.content.decode()


def test_who_steps_back_no_longer_sees_the_entry(client: Client) -> None:
    world, (first, second) = screening_world()
    client.force_login(world.screener)
    client.post(to("screen", world, first.ref), {"do": "conflict", "why": "My cousin wrote it"})
    assert Conflict.objects.get().reason == "My cousin wrote it"
    assert client.get(to("screen", world, first.ref)).status_code == 404
    assert (
        client.post(to("screen", world, first.ref), {"verdict": "fail", "reason_en": "x"}).status_code == 404
    )
    assert [row["entry"].pk for row in client.get(to("screening", world)).context["rows"]] == [second.pk]
    assert "cousin" not in Entry.objects.get(kind="calls.conflict").body.decode()


@pytest.mark.parametrize("entries", [1, 3])
def test_the_queue_costs_the_same_for_one_and_three(
    entries: int, client: Client, django_assert_num_queries
) -> None:
    world, _entries = screening_world(entries)
    client.force_login(world.screener)
    client.get(to("screening", world))
    with django_assert_num_queries(12):  # one: how many entries are kept from her
        assert len(client.get(to("screening", world)).context["rows"]) == entries


# -- scoring --------------------------------------------------------------------------------------


def test_a_juror_declares_before_she_reads(client: Client) -> None:
    world, (first, _second) = jury_world()
    client.force_login(world.jurors[0])
    address = to("score", world, first.ref)
    page = client.get(address).content.decode()
    assert "Do you have an interest in this entry?" in page
    assert "Boats record one catch once." not in page
    assert client.post(address, {"do": "send", "mark_effect": "5", "mark_evidence": "5"}).status_code == 422
    assert Assessment.objects.count() == 0
    for _ in range(2):
        assert client.post(address, {"do": "declare", "interest": "no"}).status_code in {302, 422}
    assert "Boats record one catch once." in client.get(address).content.decode()


def test_marks_are_saved_sent_and_then_final(client: Client) -> None:
    world, (first, second) = jury_world()
    juror = world.jurors[0]
    acts.declare_no_conflict(juror, first)
    client.force_login(juror)
    address = to("score", world, first.ref)
    saved = client.post(address, {"do": "save", "mark_effect": "4", "version": "0"})
    assert saved["Location"] == address
    missing = client.post(address, {"do": "send", "mark_effect": "4", "comment": "Half done", "version": "1"})
    assert missing.status_code == 422
    assert "A mark is missing here." in missing.content.decode()
    assert "Half done" in missing.content.decode()
    full = {"do": "send", "mark_effect": "4", "mark_evidence": "3", "comment": "Good", "version": "1"}
    assert client.post(address, full)["Location"] == to("score", world, second.ref)
    assert client.post(address, full)["Location"] == address  # a second click
    assert client.post(address, {**full, "mark_effect": "1"})["Location"] == address
    found = Assessment.objects.get()
    assert (found.marks, found.sent_at is not None) == ({"effect": 4, "evidence": 3}, True)


@pytest.mark.parametrize("value", ["6", "0", "-1", "x", "4.5", "999999999999999999999"])
def test_a_mark_off_the_scale_is_refused(value: str, client: Client) -> None:
    world, (first, _second) = jury_world()
    acts.declare_no_conflict(world.jurors[0], first)
    client.force_login(world.jurors[0])
    form = {"do": "send", "mark_effect": value, "mark_evidence": "3", "version": "0"}
    assert client.post(to("score", world, first.ref), form).status_code == 422
    assert Assessment.objects.count() == 0


def test_marks_are_saved_as_they_are_given(client: Client) -> None:
    world, (first, _second) = jury_world()
    acts.declare_no_conflict(world.jurors[0], first)
    client.force_login(world.jurors[0])
    address = to("marks", world, first.ref)
    answer = client.post(address, {"mark_effect": "4", "version": "0"})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    stale = client.post(address, {"mark_effect": "2", "version": "0"})
    assert (stale.status_code, list(stale.json())) == (409, ["message"])
    assert Assessment.objects.get().marks == {"effect": 4}
    assert Assessment.objects.get().sent_at is None


def test_a_blind_juror_reads_neither_names_nor_hidden_fields(client: Client) -> None:
    world, (first, _second) = jury_world(blind=True)
    juror = world.jurors[0]
    acts.declare_no_conflict(juror, first)
    client.force_login(juror)
    pages = [to("marking", world), to("score", world, first.ref)]
    for address in pages:
        page = client.get(address).content.decode()
        for leak in ("Amal", "Ministry 0", "amal-0@example.org"):
            assert leak not in page
    assert "Private note 0" in client.get(pages[1]).content.decode()  # private means: not for the public


def test_others_marks_come_after_ones_own(client: Client) -> None:
    world, (first, _second) = jury_world()
    one, other = world.jurors[:2]
    mark(other, first, 1, 2, comment="The other’s comment", note="For the chair alone")
    acts.declare_no_conflict(one, first)
    client.force_login(one)
    address = to("score", world, first.ref)
    assert "The other’s comment" not in client.get(address).content.decode()
    client.post(address, {"do": "send", "mark_effect": "4", "mark_evidence": "3", "version": "0"})
    page = client.get(address).content.decode()
    assert "The other’s comment" in page
    assert "Juror 2" in page
    assert "For the chair alone" not in page
    assert str(other.person.name) not in page


def test_a_juror_sees_her_own_list_alone(client: Client) -> None:
    world, (first, _second) = jury_world(jurors=1)
    client.force_login(world.jurors[1])
    assert client.get(to("score", world, first.ref)).status_code == 404
    assert client.post(to("marks", world, first.ref), {"mark_effect": "1"}).status_code == 404
    page = client.get(to("marking", world)).content.decode()
    assert "Entry 0" not in page
    for user in (world.manager, world.screener, world.chair, make_user()):
        client.force_login(user)
        assert client.get(to("marking", world)).status_code == 403
        assert client.get(to("score", world, first.ref)).status_code == 403


def test_a_conflict_ends_the_sight_of_an_entry_and_voids_the_marks(client: Client) -> None:
    world, (first, _second) = jury_world()
    juror = world.jurors[0]
    acts.declare_no_conflict(juror, first)
    acts.save_assessment(juror, first, {"effect": 5})
    client.force_login(juror)
    answer = client.post(to("score", world, first.ref), {"do": "conflict", "why": "An old friend"})
    assert answer["Location"] == to("marking", world)
    assert client.get(to("score", world, first.ref)).status_code == 404
    assert "Entry 0" not in client.get(to("marking", world)).content.decode()
    assert Assessment.objects.get().voided_at is not None


def test_a_declared_interest_takes_the_entry_away(client: Client) -> None:
    world, (first, second) = jury_world()
    client.force_login(world.jurors[0])
    form = {"do": "declare", "interest": "yes", "why": "I advised them"}
    assert client.post(to("score", world, first.ref), form)["Location"] == to("marking", world)
    assert client.post(to("score", world, first.ref), form).status_code == 404
    left = Assignment.objects.filter(juror=world.jurors[0].person, ended_at=None)
    assert [one.submission_id for one in left] == [second.pk]


@pytest.mark.parametrize("entries", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    entries: int, client: Client, django_assert_num_queries
) -> None:
    world, _entries = jury_world(entries)
    client.force_login(world.jurors[0])
    client.get(to("marking", world))
    with django_assert_num_queries(10):  # one: how many entries are kept from her
        assert len(client.get(to("marking", world)).context["rows"]) == entries


# -- the chair ------------------------------------------------------------------------------------


def sheet_form(world, entries, *choices: str, **more: str) -> dict[str, str]:
    form = {"version": str(world.fresh().sheet)}
    form |= {f"choice_{entry.pk}": choice for entry, choice in zip(entries, choices, strict=False)}
    return form | more


def test_the_sheet_is_in_the_computed_order_with_its_figures(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(2, 2), (3, 3)], [(5, 5), (4, 4)]])
    client.force_login(world.chair)
    lines = client.get(to("sheet", world)).context["form"].lines
    assert [line.pk for line in lines] == [entries[1].pk, entries[0].pk]
    assert [(line.row.rank, line.row.mean, line.row.count) for line in lines] == [
        (1, "4.500", 2),
        (2, "2.500", 2),
    ]
    with translation.override("ru"):
        table = html.fromstring(client.get(to("sheet", world)).content).xpath("//td[@class='num']")
    assert [cell.text_content() for cell in table][1:3] == ["4,500", "0,707"]


def test_decisions_are_saved_and_repeated_without_harm(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    client.force_login(world.chair)
    form = sheet_form(world, entries, "accepted:gold", "rejected:", **{f"reason_{entries[1].pk}": "Too thin"})
    assert client.post(to("sheet", world), form).status_code == 302
    found = {one.submission_id: (one.result, one.tier, str(one.reason)) for one in Decision.objects.all()}
    assert found == {entries[0].pk: ("accepted", "gold", ""), entries[1].pk: ("rejected", "", "Too thin")}


def test_a_departure_without_a_reason_is_shown_beside_its_entry(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    client.force_login(world.chair)
    form = sheet_form(world, entries, "rejected:", "accepted:gold", **{f"reason_{entries[0].pk}": "Too late"})
    answer = client.post(to("sheet", world), form)
    assert answer.status_code == 422
    wrong = {line.pk: set(line.errors) for line in answer.context["form"].faulty}
    assert wrong == {entries[0].pk: {"departure"}, entries[1].pk: {"departure"}}
    page = answer.content.decode()
    assert "Too late" in page
    ref = entries[0].ref
    assert page.count(f"{ref}: this departs") == 2  # on top and beside it
    assert f"{ref}: {ref}:" not in page
    assert f"{ref}</a>: {ref}:" not in page
    assert Decision.objects.count() == 0
    explained = {f"departure_{one.pk}": "For balance" for one in entries}
    assert client.post(to("sheet", world), form | explained).status_code == 302
    assert Decision.objects.filter(departs=True).count() == 2


def test_what_a_chair_changes_herself_is_no_other_decision(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    acts.decide(world.chair, world.fresh(), {entries[0].pk: Choice("accepted", "gold")})
    client.force_login(world.chair)
    answer = client.post(to("sheet", world), sheet_form(world, entries, "rejected:"))
    assert answer.status_code == 422
    assert [bool(line.errors) for line in answer.context["form"].lines] == [True, False]
    assert "Another decision is stored here." not in answer.content.decode()


def test_two_chairs_the_second_sees_what_the_first_decided(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    form = sheet_form(world, entries, "accepted:gold")
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    acts.decide(other, world.fresh(), {entries[0].pk: Choice("accepted", "silver")})
    client.force_login(world.chair)
    answer = client.post(to("sheet", world), form)
    assert answer.status_code == 422
    assert "Another decision is stored here." in answer.content.decode()
    assert [line.moved for line in answer.context["form"].lines] == [True, False]
    assert Decision.objects.get().tier == "silver"


def test_a_chair_sees_nothing_of_an_entry_with_which_she_has_a_conflict(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    Submission.objects.filter(pk=entries[0].pk).update(
        answers=entries[0].answers | {"summary": "Conflicted words"}
    )
    acts.declare_conflict(world.chair, entries[0])
    client.force_login(world.chair)
    page = client.get(to("sheet", world))
    assert [line.pk for line in page.context["form"].lines] == [entries[1].pk]
    assert entries[0].ref not in page.content.decode()
    assert "1 entry is hidden from you" in page.content.decode()
    for address in (to("entry", world, entries[0].ref), to("entries", world)):
        answer = client.get(address)
        assert "Conflicted words" not in answer.content.decode()
        assert entries[0].ref not in answer.content.decode() or answer.status_code == 404
    assert client.get(to("entry", world, entries[0].ref)).status_code == 404
    assert client.post(to("sheet", world), sheet_form(world, entries, "rejected:")).status_code == 302
    assert Decision.objects.count() == 0


def test_a_blind_chair_reads_no_title_that_tells_who_applies(client: Client) -> None:
    telling = (
        Field("title", "line", T("Title"), role="title", translatable=True, identifies=True),
        *FIELDS[1:],
    )
    world = open_world(rules(blind=True, fields=telling))
    entries = judged(world, [[(5, 5)]])
    for user, seen in ((world.chair, False), (world.manager, True)):
        client.force_login(user)
        page = client.get(to("entries", world)).content.decode()
        assert entries[0].ref in page
        assert ("A data trust" in page) is seen
    client.force_login(world.chair)
    for address in (to("sheet", world), to("entry", world, entries[0].ref)):
        assert "A data trust" not in client.get(address).content.decode()
    client.force_login(world.jurors[0])
    for address in (to("marking", world), to("score", world, entries[0].ref)):
        assert "A data trust" not in client.get(address).content.decode()


def test_the_sheet_is_not_for_managers_jurors_screeners_or_applicants(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)]])
    for user in (world.manager, world.jurors[0], world.screener, entries[0].applicant.user):
        client.force_login(user)
        for name in ("sheet", "seal"):
            answer = client.get(to(name, world))
            assert answer.status_code == 403
            assert "5.000" not in answer.content.decode()
        assert client.post(to("sheet", world), sheet_form(world, entries, "accepted:gold")).status_code == 403
    assert Decision.objects.count() == 0


def test_an_auditor_reads_the_sheet_and_changes_nothing(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)]])
    client.force_login(make_user(Role.AUDITOR))
    page = client.get(to("sheet", world))
    assert "5.000" in page.content.decode()
    assert "Save the sheet" not in page.content.decode()
    assert client.post(to("sheet", world), sheet_form(world, entries, "accepted:gold")).status_code == 403


def test_sealing_asks_for_assent_and_a_second_click_changes_nothing(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)]])
    client.force_login(world.chair)
    form = {"version": str(world.fresh().sheet), "sure": "on"}
    early = client.post(to("seal", world), form)
    assert early.status_code == 422
    assert "1 entry has no decision yet." in early.content.decode()
    acts.decide(world.chair, world.fresh(), {entries[0].pk: Choice("accepted", "gold")})
    assert client.post(to("seal", world), {"version": str(world.fresh().sheet)}).status_code == 422
    stale = client.post(to("seal", world), form)
    assert stale.status_code == 422
    assert Verdict.objects.count() == 0
    for _ in range(2):
        answer = client.post(to("seal", world), form | {"version": str(world.fresh().sheet)})
        assert answer["Location"] == to("sheet", world)
    assert Verdict.objects.count() == 1
    assert client.post(to("sheet", world), sheet_form(world, entries, "accepted:silver")).status_code == 422


@pytest.mark.parametrize("entries", [1, 3])
def test_the_sheet_costs_the_same_for_one_and_three(
    entries: int, client: Client, django_assert_num_queries
) -> None:
    world = open_world()
    judged(world, [[(5, 5)]] * entries)
    client.force_login(world.chair)
    client.get(to("sheet", world))
    with django_assert_num_queries(15):
        assert len(client.get(to("sheet", world)).context["form"].lines) == entries


@pytest.mark.parametrize("who", ["chair", "manager"])
def test_a_chair_and_a_manager_step_back_from_an_entry_that_they_read(who: str, client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(4, 4)], [(3, 3)]])
    client.force_login(getattr(world, who))
    address = to("entry", world, entries[0].ref)
    assert client.get(address).context["steps_back"] is True
    refused = client.post(address, {"do": "conflict", "why": "x" * 2001})
    assert (refused.status_code, Conflict.objects.count()) == (422, 0)
    answer = client.post(address, {"do": "conflict", "why": "My sister’s team"})
    assert answer["Location"] == to("entries", world)
    assert Conflict.objects.get().juror == getattr(world, who).person
    assert client.get(address).status_code == 404
    assert client.post(address, {"do": "conflict"}).status_code == 404  # a second click
    assert [row["entry"] for row in client.get(to("entries", world)).context["rows"]] == entries[1:]


def test_an_auditor_reads_and_writes_nothing(client: Client) -> None:
    world = open_world()
    [one] = judged(world, [[(4, 4)]])
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(to("entry", world, one.ref)).context["steps_back"] is False
    assert client.post(to("entry", world, one.ref), {"do": "conflict"}).status_code == 403
    assert not Conflict.objects.exists()
