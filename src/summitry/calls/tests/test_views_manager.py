"""The call manager's pages: the rules part by part, people, assignments, stages, export, publication."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from summitry.calls import acts, rulesets
from summitry.calls.acts import Choice
from summitry.calls.models import Assignment, Call, RuleSet, Submission
from summitry.people.models import Invitation, Mandate, Role, scope_of
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry

from .factories import close, judged, make_draft, make_sent, make_world, mark, open_world, rules, screen_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@pytest.fixture
def world(client: Client):
    """A draft call whose manager is signed in."""
    found = make_world()
    client.force_login(found.manager)
    return found


def to(name: str, world, *more: object) -> str:
    return reverse(f"calls:{name}", args=[world.call.slug, *more])


# -- begin ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", rulesets.names())
def test_a_call_from_each_template(name: str, client: Client) -> None:
    client.force_login(make_user(Role.CALL_MANAGER))
    form = {
        "template": name,
        "title_en": "Practice cases 2027",
        "slug": "",
        "opens_at": "2027-01-01T00:00",
        "closes_at": "2027-03-01T23:59",
    }
    answer = client.post(reverse("calls:new"), form)
    call = Call.objects.get()
    assert answer["Location"] == reverse("calls:manage", args=["practice-cases-2027"])
    assert call.closes_at == datetime(2027, 3, 1, 23, 59, tzinfo=UTC)
    assert [one.key for one in call.rules.fields] == [one.key for one in rulesets.load(name).fields]
    undated = [f"stages.{one.key}.closes_at" for one in call.rules.stages if one.option("embargo")]
    assert [one.path for one in client.get(answer["Location"]).context["problems"]] == undated
    again = client.post(reverse("calls:new"), form)
    assert again.status_code == 422
    assert "Another call has this address." in again.content.decode()


@pytest.mark.parametrize(
    ("field", "title", "address"),
    [
        ("title_ar", "سوق", r"[a-z]+"),
        ("title_zh-hans", "青年团队大赛", r"[a-z0-9]+(-[a-z0-9]+)*"),
        ("title_en", "Mine", r"mine-2"),
    ],
)
def test_a_title_in_any_script_gives_an_address(field: str, title: str, address: str, client: Client) -> None:
    client.force_login(make_user(Role.CALL_MANAGER))
    assert client.post(reverse("calls:new"), {"template": "", field: title}).status_code == 302
    assert re.fullmatch(address, Call.objects.get().slug)


@pytest.mark.parametrize("slug", ["mine", "new", "Über", "a b", "-x", "x" * 61])
def test_an_address_that_cannot_be_is_refused(slug: str, client: Client) -> None:
    client.force_login(make_user(Role.CALL_MANAGER))
    answer = client.post(reverse("calls:new"), {"template": "", "title_en": "T", "slug": slug})
    assert answer.status_code == 422
    assert Call.objects.count() == 0


def test_only_managers_make_calls(client: Client) -> None:
    client.force_login(make_user(Role.SCREENER))
    assert client.get(reverse("calls:new")).status_code == 403
    assert client.post(reverse("calls:new"), {"title_en": "T", "slug": "t"}).status_code == 403
    assert Call.objects.count() == 0


PAGES = [
    ("manage", ()),
    ("preview", ()),
    ("people", ()),
    ("assignments", ()),
    ("entries", ()),
    ("export", ()),
    ("discard", ()),
    ("part", ("basics",)),
    ("items", ("fields",)),
    ("item_add", ("fields",)),
    ("item", ("fields", "title")),
]


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_the_managers_pages_are_hers_alone(name: str, more: tuple[str, ...], client: Client) -> None:
    world = make_world()
    address = to(name, world, *more)
    assert client.get(address).status_code == 302
    outsiders = [world.screener, world.jurors[0], make_user()]
    if name != "entries":  # a chair may look at what was sent; she sees what her stage opens
        outsiders.append(world.chair)
    for user in outsiders:
        client.force_login(user)
        assert client.get(address).status_code in {403, 404}
    client.force_login(world.manager)
    assert client.get(address).status_code == 200


def test_the_list_of_work_shows_each_her_own(client: Client) -> None:
    drafted, opened = make_world(), open_world()
    close(opened)
    acts.open_stage(opened.manager, opened.run("screening"))
    expected = {
        opened.screener: [(opened.call.slug, ["Screen"])],
        opened.manager: [(opened.call.slug, ["Manage"])],
        drafted.manager: [(drafted.call.slug, ["Manage"])],
        drafted.screener: [],
        make_user(): [],
    }
    for user, rows in expected.items():
        client.force_login(user)
        found = client.get(reverse("calls:work")).context["rows"]
        assert [(row.call.slug, [label for label, _address in row.links]) for row in found] == rows


# -- rules ----------------------------------------------------------------------------------------


def test_title_and_terms(client: Client, world) -> None:
    address = to("part", world, "basics")
    form = {
        "version": str(world.call.version),
        "title_en": "Another title",
        "title_fr": "Petit appel",
        "languages": ["en", "fr"],
        "outcome": "list",
        "blind": "on",
        "co_applicants": "3",
        "appeal_days": "21",
    }
    assert client.post(address, form)["Location"] == to("manage", world)
    found = world.fresh().rules
    assert (str(found.title), found.languages, found.blind, found.appeal_days) == (
        "Another title",
        ("en", "fr"),
        True,
        21,
    )
    assert found.fields == world.call.rules.fields
    stale = client.post(address, form | {"title_en": "Too late"})
    assert stale.status_code == 422
    assert "Too late" in stale.content.decode()
    assert str(world.fresh().rules.title) == "Another title"


def test_dates_of_the_call_and_of_its_stages(client: Client, world) -> None:
    form = {
        "version": str(world.call.version),
        "opens_at": "2027-01-01T00:00:00",
        "closes_at": "2027-02-01T23:59:59",
        "screening-opens_at": "2027-02-02T00:00:00",
        "screening-closes_at": "2027-02-10T00:00:00",
    }
    client.post(to("part", world, "dates"), form)
    found = world.fresh().rules
    assert found.closes_at == datetime(2027, 2, 1, 23, 59, 59, tzinfo=UTC)
    assert found.stage("screening").closes_at == datetime(2027, 2, 10, tzinfo=UTC)
    page = client.get(to("part", world, "dates")).content.decode()
    assert 'value="2027-02-01T23:59:59"' in page


def test_how_it_is_decided_and_how_ties_are_broken(client: Client, world) -> None:
    form = {"version": "1", "stage": "jury", "places": "12", "minimum": "3.50"}
    assert client.post(to("part", world, "decision"), form).status_code == 302
    ties = {"version": "2", "criterion_0": "evidence", "criterion_1": "evidence"}
    assert client.post(to("part", world, "ties"), ties).status_code == 302
    found = world.fresh().rules
    assert (found.decision.stage, found.decision.places, found.decision.minimum) == ("jury", 12, "3.5")
    assert [one.key for one in found.decision.tiers] == ["gold", "silver"]
    assert found.tie_break == ("evidence",)


def test_a_question_is_added_edited_moved_and_removed(client: Client, world) -> None:
    before = [one.key for one in world.call.rules.fields]
    new = {"version": "1", "label_en": "Who took part?", "kind": "text"}
    answer = client.post(to("item_add", world, "fields"), new)
    assert answer["Location"] == to("item", world, "fields", "who_took_part")
    edit = {
        "version": "2",
        "label_en": "Who took part?",
        "required": "on",
        "translatable": "on",
        "visibility": "private",
        "section": "more",
        "role": "",
        "option_max_words": "200",
    }
    assert client.post(answer["Location"], edit).status_code == 302
    field = world.fresh().rules.field("who_took_part")
    assert (field.required, field.visibility, field.section, dict(field.options)) == (
        True,
        "private",
        "more",
        {"max_words": 200},
    )
    for n in range(2):
        form = {"version": str(world.fresh().version), "do": "up:who_took_part"}
        assert client.post(to("items", world, "fields"), form).status_code == 302
        assert [one.key for one in world.fresh().rules.fields].index("who_took_part") == len(before) - 1 - n
    for _ in range(2):  # a double click on "remove"
        form = {"version": str(world.fresh().version), "do": "remove:who_took_part"}
        assert client.post(to("items", world, "fields"), form).status_code == 302
    assert [one.key for one in world.fresh().rules.fields] == before


def test_lists_within_lists(client: Client, world) -> None:
    client.post(to("item_add", world, "fields.theme.choices"), {"version": "1", "label_en": "Water"})
    assert [one.key for one in world.fresh().rules.field("theme").choices] == ["ai", "data", "water"]
    criterion = {"version": "2", "label_en": "Reuse", "weight": "20", "low": "1", "high": "5"}
    client.post(to("item_add", world, "stages.jury.criteria"), criterion)
    assert [one.key for one in world.fresh().rules.stage("jury").criteria] == ["effect", "evidence", "reuse"]
    problems = [str(one) for one in client.get(to("manage", world)).context["problems"]]
    assert any("the weights add up to 120" in one for one in problems)
    assert (
        client.post(
            to("items", world, "stages.jury.criteria"), {"version": "3", "do": "remove:reuse"}
        ).status_code
        == 302
    )
    assert client.get(to("manage", world)).context["problems"] == []


def test_names_in_another_script_still_get_a_key(client: Client, world) -> None:
    for version in (1, 2):
        form = {"version": str(version), "name_zh-hans": "数字经济"}
        assert client.post(to("item_add", world, "categories"), form).status_code == 302
    assert [one.key for one in world.fresh().rules.categories] == ["north", "south", "category", "category_2"]


@pytest.mark.parametrize(
    "where", ["nothing", "fields.nobody.choices", "decision", "title", "fields.title.label", "versions"]
)
def test_addresses_within_the_rules_that_are_none(where: str, client: Client, world) -> None:
    assert client.get(to("items", world, where)).status_code == 404
    assert client.post(to("items", world, where), {"version": "1", "do": "up:x"}).status_code == 404


def test_an_unknown_button_is_refused(client: Client, world) -> None:
    answer = client.post(to("items", world, "fields"), {"version": "1", "do": "explode:title"})
    assert answer.status_code == 403
    assert client.post(to("items", world, "fields"), {"version": "1", "do": "up:nobody"}).status_code == 404
    assert world.fresh().version == 1


def test_two_managers_the_second_is_told(client: Client, world) -> None:
    form = {"version": "1", "do": "up:summary"}
    client.post(to("items", world, "fields"), form)
    answer = client.post(to("items", world, "fields"), {"version": "1", "do": "up:theme"})
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.content.decode()
    assert [one.key for one in world.fresh().rules.fields][:3] == ["summary", "title", "theme"]


# -- open and amend -------------------------------------------------------------------------------


def test_problems_are_listed_and_keep_the_call_closed(client: Client, world) -> None:
    acts.edit_rules(world.manager, world.call, rules(stages=()), world.call.version)
    page = client.get(to("manage", world))
    assert {one.path for one in page.context["problems"]} >= {"stages", "opens_at", "closes_at"}
    answer = client.post(to("open", world))
    assert answer.status_code == 422
    assert "no stage decides" in answer.content.decode()
    assert world.fresh().state == "draft"


def test_opening_freezes_the_rules_and_twice_is_harmless(client: Client, world) -> None:
    for _ in range(2):
        assert client.post(to("open", world))["Location"] == to("manage", world)
    assert world.fresh().state == "open"
    assert RuleSet.objects.count() == 1
    assert Entry.objects.filter(kind="calls.opened").count() == 1
    assert client.get(to("item_add", world, "fields")).status_code == 404
    answer = client.post(
        to("items", world, "fields"), {"version": str(world.call.version), "do": "up:summary"}
    )
    assert answer.status_code == 422
    assert RuleSet.objects.count() == 1


def test_opening_is_by_a_button_alone(client: Client, world) -> None:
    assert client.get(to("open", world)).status_code == 405
    assert world.fresh().state == "draft"


def test_an_amendment_changes_words_and_needs_a_reason(client: Client, world) -> None:
    client.post(to("open", world))
    version = str(world.fresh().version)
    address = to("item", world, "fields", "title")
    form = {"version": version, "label_en": "Title of the practice", "required": "", "visibility": "private"}
    bare = client.post(address, form)
    assert bare.status_code == 422
    assert RuleSet.objects.count() == 1
    assert client.post(address, form | {"amendment_en": "It was not clear"}).status_code == 302
    field = world.fresh().rules.field("title")
    assert str(field.label) == "Title of the practice"
    assert (field.required, field.visibility) == (True, "public")  # frozen, whatever is posted
    assert str(RuleSet.objects.get(version=2).reason) == "It was not clear"


def test_a_draft_is_deleted_after_asking_and_an_open_call_never(client: Client, world) -> None:
    assert client.get(to("discard", world)).status_code == 200
    assert Call.objects.count() == 1
    client.post(to("open", world))
    assert client.post(to("discard", world)).status_code == 422
    other = make_world()
    client.force_login(other.manager)
    for _ in range(2):
        assert client.post(to("discard", other))["Location"] == reverse("calls:work")
    assert not Call.objects.filter(pk=other.call.pk).exists()


# -- people ---------------------------------------------------------------------------------------


def test_invite_and_take_back(client: Client, world) -> None:
    form = {"role": "juror", "email": "judge@example.org", "label_en": "Juror 9"}
    for _ in range(2):
        assert client.post(to("people", world), form).status_code == 302
    asked = Invitation.objects.get()
    assert (asked.role, asked.scope, str(asked.label)) == ("juror", scope_of(world.call), "Juror 9")
    assert client.post(to("end_invitation", world, asked.pk)).status_code == 302
    asked.refresh_from_db()
    assert asked.revoked_at is not None


def test_appoint_somebody_known_and_end_the_duty(client: Client, world) -> None:
    known = make_user(name="Known Person", email="known@example.org")
    page = client.get(to("people", world) + "?q=known@example")
    assert [one.pk for one in page.context["found"]] == [known.person.pk]
    form = {"person": known.person.slug, "role": "juror"}
    for _ in range(2):
        assert client.post(to("appoint", world), form).status_code == 302
    mandate = Mandate.objects.get(person=known.person)
    for _ in range(2):
        assert client.post(to("end_duty", world, mandate.pk)).status_code == 302
    mandate.refresh_from_db()
    assert mandate.until is not None


def test_a_manager_ends_no_duty_of_another_call(client: Client, world) -> None:
    other = make_world()
    mandate = Mandate.objects.get(person=other.jurors[0].person)
    assert client.post(to("end_duty", world, mandate.pk)).status_code == 404
    mandate.refresh_from_db()
    assert mandate.until is None


@pytest.mark.parametrize("role", ["secretariat", "auditor", "x", ""])
def test_a_manager_gives_no_duty_that_is_not_of_a_call(role: str, client: Client, world) -> None:
    known = make_user()
    answer = client.post(to("appoint", world), {"person": known.person.slug, "role": role})
    assert answer.status_code in {403, 422}
    assert not Mandate.objects.filter(person=known.person).exists()
    assert client.post(to("people", world), {"role": role, "email": "x@example.org"}).status_code == 422


def test_nobody_appoints_herself(client: Client, world) -> None:
    answer = client.post(to("appoint", world), {"person": world.manager.person.slug, "role": "juror"})
    assert answer.status_code == 422
    assert "Nobody can give a mandate to herself" in answer.content.decode()


# -- assignments, stages, reminders ---------------------------------------------------------------


@pytest.fixture
def running(client: Client):
    """A call that is closed and screened, with three entries; its manager is signed in."""
    found = open_world()
    for n in range(3):
        make_sent(found, title=f"Entry {n}")
    close(found)
    screen_all(found)
    client.force_login(found.manager)
    return found


def test_dealing_fills_the_lists_and_twice_changes_nothing(client: Client, running) -> None:
    form = {"do": "deal", "per_entry": "2", "most": ""}
    for _ in range(2):
        assert client.post(to("assignments", running), form).status_code == 302
    assert Assignment.objects.filter(ended_at=None).count() == 6
    page = client.get(to("assignments", running)).context
    assert [len(row.jurors) for row in page["rows"]] == [2, 2, 2]
    assert sum(one.count for one in page["jury"].loads) == 6


def test_by_hand_and_back(client: Client, running) -> None:
    entry, juror = running.submissions[0], running.jurors[0].person
    for _ in range(2):
        assert (
            client.post(to("assignments", running), {"entry": entry.ref, "juror": juror.pk}).status_code
            == 302
        )
    one = Assignment.objects.get()
    for _ in range(2):
        assert client.post(to("unassign", running, one.pk)).status_code == 302
    one.refresh_from_db()
    assert one.ended_at is not None


def test_a_conflict_is_said_and_nothing_assigned(client: Client, running) -> None:
    entry = running.submissions[0]
    acts.assign(running.manager, entry, running.jurors[0].person)
    acts.open_stage(running.manager, running.run("jury"))
    acts.declare_conflict(running.jurors[0], entry)
    answer = client.post(
        to("assignments", running), {"entry": entry.ref, "juror": running.jurors[0].person.pk}
    )
    assert answer.status_code == 422
    assert "Not possible" in answer.content.decode()


def test_who_marks_an_entry_that_a_conflict_hides_is_not_shown_nor_changed(client: Client, running) -> None:
    """A manager with a conflict learns neither its title nor its jurors, and has no hand in who judges it."""
    plain, hidden = running.submissions[0], running.submissions[2]
    listed = acts.assign(running.manager, hidden, running.jurors[0].person)
    acts.declare_conflict(running.manager, hidden)
    answer = client.get(to("assignments", running))
    assert [row.entry for row in answer.context["rows"]] == running.submissions[:2]
    assert "Entry 2" not in answer.content.decode()
    for entry, status in ((plain, 302), (hidden, 422)):
        form = {"entry": entry.ref, "juror": running.jurors[1].person.pk}
        assert client.post(to("assignments", running), form).status_code == status
    assert client.post(to("unassign", running, listed.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        acts.assign(running.manager, hidden, running.jurors[1].person)
    with pytest.raises(PermissionDenied):
        acts.unassign(running.manager, listed)
    standing = Assignment.objects.filter(ended_at=None).values_list("submission", "juror")
    assert sorted(standing) == sorted(
        [(plain.pk, running.jurors[1].person.pk), (hidden.pk, running.jurors[0].person.pk)]
    )
    assert acts.assign_all(running.manager, running.call, per_entry=2).made == 4  # dealing asks nobody


def test_one_does_not_assign_entries_of_another_call(client: Client, running) -> None:
    other = open_world()
    foreign = make_sent(other)
    answer = client.post(
        to("assignments", running), {"entry": foreign.ref, "juror": running.jurors[0].person.pk}
    )
    assert answer.status_code == 422
    assert Assignment.objects.count() == 0


def test_sent_marks_stay(client: Client, running) -> None:
    entry, juror = running.submissions[0], running.jurors[0]
    made = acts.assign(running.manager, entry, juror.person)
    acts.open_stage(running.manager, running.run("jury"))
    mark(juror, entry, 3, 3)
    answer = client.post(to("unassign", running, made.pk))
    assert answer.status_code == 422
    assert "they stay" in answer.content.decode()
    page = client.get(to("assignments", running)).content.decode()
    assert "3 / 5" not in page  # a manager sees that she has marked, never what


def test_stages_open_and_close_in_their_turn(client: Client, running) -> None:
    early = client.post(to("open_stage", running, "deliberation"))
    assert early.status_code == 422
    assert "must be closed first" in early.content.decode()
    for _ in range(2):
        assert client.post(to("open_stage", running, "jury")).status_code == 302
    left = client.post(to("close_stage", running, "jury"))
    assert left.status_code == 422
    assert "3 entries have no assessment at all." in left.content.decode()
    assert client.post(to("open_stage", running, "nothing")).status_code == 404
    assert client.get(to("open_stage", running, "jury")).status_code == 405


def test_reminders_go_once_to_whoever_has_work_left(
    client: Client, running, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    acts.assign(running.manager, running.submissions[0], running.jurors[0].person)
    acts.assign(running.manager, running.submissions[0], running.jurors[1].person)
    acts.open_stage(running.manager, running.run("jury"))
    mark(running.jurors[1], running.submissions[0], 3, 3)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(to("remind", running)).status_code == 302
        again = client.post(to("remind", running))
    assert again.status_code == 422
    assert "a few minutes ago" in again.content.decode()
    reminded = [one.to for one in mailoutbox if one.subject.startswith("Reminder")]
    assert reminded == [[running.jurors[0].email]]


def test_the_work_of_a_manager_is_not_for_jurors(client: Client, running) -> None:
    client.force_login(running.jurors[0])
    for name in ("remind", "close", "open"):
        assert client.post(to(name, running)).status_code == 403
    assert client.post(to("open_stage", running, "jury")).status_code == 403
    assert client.post(to("assignments", running), {"do": "deal", "per_entry": "2"}).status_code == 403
    assert Assignment.objects.count() == 0


# -- export ---------------------------------------------------------------------------------------


def table(client: Client, world) -> list[list[str]]:
    answer = client.get(to("export", world))
    assert answer.streaming
    words = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(words)))


def test_the_export_is_whole_and_harmless_in_a_spreadsheet(client: Client) -> None:
    world = open_world()
    hostile = '=HYPERLINK("http://evil.example","click")'
    make_sent(world, title=hostile, summary="+1+1\nsecond line", organisation="-2")
    client.force_login(world.manager)
    head, row = table(client, world)
    cells = dict(zip(head, row, strict=True))
    assert cells["Title [title]"] == "'" + hostile
    assert cells["Summary [summary]"] == "'+1+1\nsecond line"
    assert cells["Organisation [organisation]"] == "-2"  # a number stays one
    assert row[0] == world.submissions[0].ref


def test_the_export_leaves_out_drafts_and_what_a_conflict_hides(client: Client) -> None:
    world = open_world()
    make_sent(world, title="Plain entry")
    hidden = make_sent(world, title="Hidden entry")
    make_draft(world, title="Unsent draft")
    acts.declare_conflict(world.manager, hidden)
    client.force_login(world.manager)
    words = str(table(client, world))
    assert "Plain entry" in words
    assert "Hidden entry" not in words
    assert "Unsent draft" not in words


@pytest.mark.parametrize("entries", [1, 3])
def test_the_export_costs_the_same_for_one_and_three(
    entries: int, client: Client, django_assert_num_queries
) -> None:
    world = open_world()
    for _ in range(entries):
        make_sent(world)
    client.force_login(world.manager)
    table(client, world)
    with django_assert_num_queries(7):
        assert len(table(client, world)) == entries + 1


# -- publication ----------------------------------------------------------------------------------


def sealed(client: Client):
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    acts.decide(
        world.chair,
        world.fresh(),
        {
            entries[0].pk: Choice("accepted", "gold"),
            entries[1].pk: Choice("rejected", reason="Too thin to check"),
        },
    )
    acts.seal_verdict(world.chair, world.fresh())
    client.force_login(world.manager)
    return world, entries


def test_the_letters_are_shown_before_they_go(client: Client) -> None:
    world, entries = sealed(client)
    page = client.get(to("publish", world)).content.decode()
    assert "Too thin to check" in page
    assert entries[0].ref in page
    assert {one.state for one in Submission.objects.all()} == {"submitted"}


def test_the_letters_about_an_entry_that_a_conflict_hides_are_not_shown(client: Client) -> None:
    world = open_world()
    entries = judged(world, [[(5, 5)], [(2, 2)]])
    acts.declare_conflict(world.manager, entries[1])
    choices = {
        entries[0].pk: Choice("accepted", "gold"),
        entries[1].pk: Choice("rejected", reason="Too thin to check"),
    }
    acts.decide(world.chair, world.fresh(), choices)
    acts.seal_verdict(world.chair, world.fresh())
    client.force_login(world.manager)
    answer = client.get(to("publish", world))
    assert [row["decision"].submission for row in answer.context["rows"]] == [entries[0]]
    assert "Too thin to check" not in answer.content.decode()
    client.post(to("publish", world))
    assert [Submission.objects.get(pk=one.pk).state for one in entries] == ["accepted", "rejected"]


def test_publishing_twice_is_harmless(client: Client) -> None:
    world, entries = sealed(client)
    assert client.post(to("publish", world))["Location"] == to("results", world)
    assert client.post(to("publish", world))["Location"] == to("manage", world)
    assert Entry.objects.filter(kind="calls.published").count() == 1
    assert Submission.objects.get(pk=entries[1].pk).state == "rejected"


def test_nobody_but_managers_publishes_and_nothing_unsealed(client: Client) -> None:
    world, _entries = sealed(client)
    for user in (world.chair, world.jurors[0], make_user()):
        client.force_login(user)
        answer = client.get(to("publish", world))
        assert answer.status_code == 403
        assert "Too thin to check" not in answer.content.decode()
        assert client.post(to("publish", world)).status_code == 403
    assert world.fresh().state == "decided"
    other = open_world()
    client.force_login(other.manager)
    assert client.post(to("publish", other))["Location"] == to("manage", other)
    assert other.fresh().state == "open"


@pytest.mark.parametrize("entries", [1, 3])
def test_the_overview_costs_the_same_for_one_and_three(
    entries: int, client: Client, django_assert_num_queries
) -> None:
    world = open_world()
    for _ in range(entries):
        make_sent(world)
    client.force_login(world.manager)
    client.get(to("manage", world))
    with django_assert_num_queries(23):
        client.get(to("manage", world))
