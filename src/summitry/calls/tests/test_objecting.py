"""The notice period: what the public reads, who objects, who replies, who answers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from summitry.calls import acts, checks
from summitry.calls.models import Elimination, Objection, StageRun
from summitry.calls.queries import objecting
from summitry.calls.queries.asked import asked_of, own_objections
from summitry.calls.rules import Stage
from summitry.calls.stages.notice import ends
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_user
from summitry.people.tests.letters import posted
from summitry.people.waiting import everything
from summitry.record.models import Entry
from tests.worlds import remembered

from .factories import FIELDS, STAGES, T, close, make_sent, open_world, rules, screen_all
from .test_queries import cost, ready

pytestmark = pytest.mark.django_db

WORDS = "The trust in question was dissolved last year."
WHY = "The register shows that it exists."
NOTICE = Stage("notice", "object", T("Notice"), options={"days": 14})


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@remembered
def noticed(entries=2, *, stage=NOTICE, **changes):
    """Entries screened; the notice period is open."""
    world = open_world(rules(stages=(STAGES[0], stage, *STAGES[1:]), **changes), jurors=1)
    for n in range(entries):
        user = make_user(name=f"Amal {n}")
        make_sent(
            world,
            user,
            title=f"Entry {n}",
            organisation=f"Ministry {n}",
            note="Only for you",
            contact="a@b.c",
        )
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run(stage.key))
    return world


def objected(world, number=0, user=None, words=WORDS, **options):
    user = user or make_user(name="Olga Objector")
    return acts.object_to(user, world.submissions[number], words, **options)


def user_of(world, number=0):
    return world.submissions[number].applicant.user


def fresh(objection):
    return Objection.objects.select_related("submission__call", "stage").get(pk=objection.pk)


def pass_the_days(world):
    before = timezone.now() - timedelta(days=15)
    StageRun.objects.filter(call=world.call, key="notice").update(opened_at=before)


def recorded(kind):
    return [one.facts for one in Entry.objects.filter(kind=kind).order_by("index")]


# -- the rules ------------------------------------------------------------------------------------


def paths(stage, **changes):
    found = checks.problems(rules(stages=(STAGES[0], stage, *STAGES[1:]), **changes))
    return {one.path for one in found}


def test_its_rules():
    assert paths(NOTICE) == set()
    for days in (0, 366):
        assert paths(replace(NOTICE, options={"days": days})) == {"stages.notice.options.days"}
    assert paths(replace(NOTICE, options={})) == {"stages.notice.options.days"}
    secret = (replace(FIELDS[0], visibility="private"), *FIELDS[1:])
    assert paths(NOTICE, fields=secret) == {"stages.notice"}
    telling = (replace(FIELDS[0], identifies=True), *FIELDS[1:])
    assert paths(NOTICE, fields=telling) == set()
    assert paths(NOTICE, fields=telling, blind=True) == {"stages.notice"}
    late = rules(stages=(*STAGES[:3], NOTICE, STAGES[3]))
    assert {one.path for one in checks.problems(late)} == {"stages.notice"}


# -- objecting ------------------------------------------------------------------------------------


def test_those_behind_the_entry_read_the_words_and_not_who_wrote_them(
    client: Client, django_capture_on_commit_callbacks
):
    world = noticed()
    objector = make_user(name="Olga Objector")
    with posted(django_capture_on_commit_callbacks) as sent:
        made = objected(world, user=objector)
    letters = [one for one in sent if "objection" in one.subject]
    assert [one.to for one in letters] == [[user_of(world).email]]
    assert WORDS in letters[0].body
    assert ("Olga" in letters[0].body, objector.email in letters[0].body) == (False, False)
    entry = world.submissions[0]
    address = reverse("calls:objected", args=[entry.uid, "notice"])
    assert [one.url for one in asked_of(ready(user_of(world)))] == [address]
    client.force_login(user_of(world))
    page = client.get(address).content.decode()
    assert (WORDS in page, "Olga" in page, objector.email in page) == (True, False, False)
    fact = recorded("calls.objection")[0]
    assert (fact["ref"], fact["key"]) == (entry.ref, "notice")
    assert not any(word in str(fact) for word in ("Olga", "trust in question", "@"))
    assert objected(world, user=objector).pk == made.pk
    assert Entry.objects.filter(kind="calls.objection").count() == 1
    with pytest.raises(ValidationError, match="objected to this entry already"):
        objected(world, user=objector, words="Something else.")
    assert objected(world, 1, objector).pk != made.pk


def test_where_the_rules_say_so_they_are_told_who(client: Client, django_capture_on_commit_callbacks):
    world = noticed(stage=replace(NOTICE, options={"days": 14, "named": True}))
    with posted(django_capture_on_commit_callbacks) as sent:
        objected(world)
    assert [("Olga Objector" in one.body) for one in sent if "objection" in one.subject] == [True]
    client.force_login(user_of(world))
    page = client.get(reverse("calls:objected", args=[world.submissions[0].uid, "notice"]))
    assert "Olga Objector" in page.content.decode()


def test_who_may_object():
    world = noticed(2)
    entry = world.submissions[0]
    beside = make_user()
    acts.confirm_co_applicant(beside, entry.co_applicants.create(email=beside.email))
    elsewhere = make_user(Role.JUROR, "calls.call:another")
    barred = [user_of(world), beside, world.manager, world.screener, world.chair, world.jurors[0]]
    for user in [*barred, make_user(Role.AUDITOR), make_user(Role.SECRETARIAT)]:
        with pytest.raises(PermissionDenied):
            objected(world, user=user)
    unconfirmed = make_user(verified=False)
    with pytest.raises(ValidationError, match="Confirm your e-mail address"):
        objected(world, user=unconfirmed)
    EmailAddress.objects.filter(user=unconfirmed).update(verified=True)
    objected(world, user=unconfirmed)
    objected(world, user=elsewhere)
    objected(world, user=user_of(world, 1))  # one applicant to another’s entry
    assert Objection.objects.count() == 3


def test_with_the_option_only_delegates_object():
    world = noticed(stage=replace(NOTICE, options={"days": 14, "members": True}))
    with pytest.raises(ValidationError, match="Only members’ delegates"):
        objected(world)
    objected(world, user=make_user(Role.DELEGATE, "people.organisation:a-member"))
    former = make_user()
    former.person.mandates.create(
        role=Role.DELEGATE,
        scope="people.organisation:b",
        since=timezone.now() - timedelta(days=9),
        until=timezone.now() - timedelta(days=1),
    )
    with pytest.raises(ValidationError, match="Only members’ delegates"):
        objected(world, user=former)
    assert Objection.objects.count() == 1


@pytest.mark.parametrize("words", ["", "  ", "x" * 5001])
def test_words_are_needed_and_not_too_many(words):
    with pytest.raises(ValidationError) as caught:
        objected(noticed(), words=words)
    assert list(caught.value.message_dict) == ["words"]


def test_an_objection_is_in_time_to_the_microsecond():
    world = noticed()
    end = ends(world.run("notice"))
    assert end == world.run("notice").opened_at + timedelta(days=14)
    objected(world, now=end)
    with pytest.raises(ValidationError, match="Objections were taken until"):
        objected(world, now=end + timedelta(microseconds=1))
    later = end + timedelta(days=3)
    StageRun.objects.filter(call=world.call, key="notice").update(closes_at=later)
    objected(world, now=later)
    with pytest.raises(ValidationError, match="Objections were taken until"):
        objected(world, now=later + timedelta(microseconds=1))


def test_nothing_is_objected_to_what_does_not_stand_there():
    world = noticed(3)
    acts.withdraw(user_of(world, 0), world.submissions[0])
    Elimination.objects.create(submission=world.submissions[1], stage=world.run("notice"), cause="absent")
    for number in (0, 1):
        with pytest.raises(ValidationError, match="not in the running"):
            objected(world, number)
    pass_the_days(world)
    acts.close_stage(world.manager, world.run("notice"))
    with pytest.raises(ValidationError, match="No notice period is open"):
        objected(world, 2)


# -- withdrawing ----------------------------------------------------------------------------------


def test_it_can_be_withdrawn_and_filed_again(django_capture_on_commit_callbacks):
    world, objector = noticed(), make_user()
    made = objected(world, user=objector)
    for user in (user_of(world), world.chair, make_user()):
        with pytest.raises(PermissionDenied):
            acts.withdraw_objection(user, made)
    with posted(django_capture_on_commit_callbacks) as sent:
        acts.withdraw_objection(objector, made)
        acts.withdraw_objection(objector, fresh(made))
    assert len([one for one in sent if one.subject.startswith("Withdrawn: an objection")]) == 1
    assert len(recorded("calls.objection_withdrawn")) == 1
    assert list(asked_of(ready(user_of(world)))) == []
    with pytest.raises(ValidationError, match="has been withdrawn"):
        acts.reply_to_objection(user_of(world), fresh(made), "It is wrong.")
    with pytest.raises(ValidationError, match="has been withdrawn"):
        acts.answer_objection(world.chair, fresh(made), True, WHY)
    again = objected(world, user=objector, words="Now with proof.")
    assert (again.pk, again.withdrawn_at, Objection.objects.count()) == (made.pk, None, 1)


# -- replying -------------------------------------------------------------------------------------


def test_those_behind_the_entry_reply_once():
    world = noticed()
    made = objected(world)
    for user in (user_of(world, 1), world.chair, made.person.user, make_user()):
        with pytest.raises(PermissionDenied):
            acts.reply_to_objection(user, made, "No.")
    found = acts.reply_to_objection(user_of(world), made, " It was renamed. ")
    assert (found.reply, found.replied_at is None) == ("It was renamed.", False)
    assert acts.reply_to_objection(user_of(world), made, "It was renamed.").replied_at == found.replied_at
    with pytest.raises(ValidationError, match="it is final"):
        acts.reply_to_objection(user_of(world), made, "And moved.")
    assert list(asked_of(ready(user_of(world)))) == []


# -- answering ------------------------------------------------------------------------------------


def test_dismissed_the_entry_stays_and_both_sides_are_told(django_capture_on_commit_callbacks):
    world = noticed()
    made = objected(world)
    chair = ready(world.chair)
    assert [one.title for one in everything(chair) if "objection" in one.title] == [
        "1 objection in “Small call” waits for an answer"
    ]
    with posted(django_capture_on_commit_callbacks) as sent:
        acts.answer_objection(world.chair, made, False, WHY)
        acts.answer_objection(world.chair, fresh(made), False, WHY)
    letters = [one for one in sent if "has its answer" in one.subject]
    assert sorted(one.to[0] for one in letters) == sorted([user_of(world).email, made.person.user.email])
    assert all(WHY in one.body and "stays in the running" in one.body for one in letters)
    assert Elimination.objects.count() == 0
    (fact,) = recorded("calls.objection_answered")
    assert (fact["ref"], fact["upheld"], WHY in str(fact["reason"])) == (
        world.submissions[0].ref,
        False,
        True,
    )
    assert not any(word in str(fact) for word in ("Olga", "Amal", WORDS))
    with pytest.raises(ValidationError, match="it stays"):
        acts.answer_objection(world.chair, fresh(made), True, "On reflection.")
    with pytest.raises(ValidationError, match="it stays"):
        acts.withdraw_objection(made.person.user, fresh(made))
    with pytest.raises(ValidationError, match="it stays"):
        acts.reply_to_objection(user_of(world), fresh(made), "Too late.")


def test_upheld_the_entry_is_out_at_once_and_what_else_was_objected_to_it_is_moot():
    world = noticed()
    made, other = objected(world), objected(world, words="And another thing.")
    acts.answer_objection(world.chair, made, True, WHY)
    out = Elimination.objects.get()
    assert (out.submission, out.cause, out.reason.get("en")) == (world.submissions[0], "objection", WHY)
    assert list(world.call.submissions.in_the_running()) == [world.submissions[1]]
    with pytest.raises(ValidationError, match="not in the running"):
        acts.answer_objection(world.chair, fresh(other), True, WHY)
    pass_the_days(world)
    acts.close_stage(world.manager, world.run("notice"))
    assert recorded("calls.stage_closed")[-1]["counts"] == {"objections": 2, "upheld": 1}


@pytest.mark.parametrize("reason", ["", " ", "x" * 3001, "Ask amal@example.org"])
def test_the_chair_gives_a_reason_that_can_stand_in_public(reason):
    world = noticed()
    made = objected(world)
    for upheld in (True, False):
        with pytest.raises(ValidationError) as caught:
            acts.answer_objection(world.chair, made, upheld, reason)
        assert list(caught.value.message_dict) == ["reason"]
    assert Elimination.objects.count() == 0


def test_only_a_chair_without_a_conflict_answers(client: Client):
    world = noticed()
    made = objected(world)
    applicant, objector = user_of(world), made.person.user
    for user in (world.manager, world.screener, world.jurors[0], applicant, objector, make_user()):
        with pytest.raises(PermissionDenied):
            acts.answer_objection(user, made, True, WHY)
    acts.declare_conflict(world.chair, world.submissions[0], "Kin.")
    with pytest.raises(PermissionDenied):
        acts.answer_objection(world.chair, made, True, WHY)
    client.force_login(world.chair)
    page = client.get(reverse("calls:objections", args=[world.call.slug, "notice"])).content.decode()
    assert (WORDS in page, "Entry 0" in page) == (False, False)
    assert not any("objection" in one.title for one in everything(ready(world.chair)))
    second = make_user(Role.JURY_CHAIR, scope_of(world.call))
    assert acts.answer_objection(second, made, False, WHY).upheld is False


def test_what_a_chair_answered_falls_with_her_conflict():
    world = noticed()
    made = objected(world)
    acts.answer_objection(world.chair, made, True, WHY)
    acts.declare_conflict(world.chair, world.submissions[0], "Kin.")
    found = fresh(made)
    assert (found.upheld, found.answered_by, bool(found.answer)) == (None, None, False)
    assert Elimination.objects.count() == 0


def test_an_objector_who_joins_the_entry_objects_no_more():
    world, objector = noticed(), make_user()
    made = objected(world, user=objector)
    row = world.submissions[0].co_applicants.create(email=objector.email)
    acts.confirm_co_applicant(objector, row)
    assert fresh(made).withdrawn_at is not None


# -- closing and opening again --------------------------------------------------------------------


def test_it_closes_when_the_days_have_passed_and_every_objection_is_answered():
    world = noticed(3)
    first, second = objected(world, 0), objected(world, 1)
    with pytest.raises(ValidationError) as caught:
        acts.close_stage(world.manager, world.run("notice"))
    assert [one.partition(" until ")[0] for one in caught.value.messages] == [
        "2 objections have no answer yet.",
        "Everybody may object",
    ]
    acts.answer_objection(world.chair, first, False, WHY)
    pass_the_days(world)
    with pytest.raises(ValidationError) as caught:
        acts.close_stage(world.manager, world.run("notice"))
    assert caught.value.messages == ["1 objection has no answer yet."]
    acts.withdraw(user_of(world, 1), world.submissions[1])  # whoever is gone needs no answer
    with pytest.raises(PermissionDenied):
        acts.answer_objection(world.chair, fresh(second), False, WHY)
    assert acts.close_stage(world.manager, world.run("notice")).state == "closed"


def test_opened_again_what_was_upheld_is_taken_back_and_answered_anew():
    world = noticed()
    upheld, dismissed = objected(world, 0), objected(world, 1)
    acts.answer_objection(world.chair, upheld, True, WHY)
    acts.answer_objection(world.chair, dismissed, False, WHY)
    pass_the_days(world)
    acts.close_stage(world.manager, world.run("notice"))
    acts.reopen_stage(world.manager, world.run("notice"), "New proof.")
    assert [one.upheld for one in Objection.objects.order_by("pk")] == [None, False]
    assert Elimination.objects.count() == 0
    with pytest.raises(ValidationError, match="1 objection has no answer"):
        acts.close_stage(world.manager, world.run("notice"))
    acts.answer_objection(world.chair, fresh(upheld), False, "The proof was false.")
    assert acts.close_stage(world.manager, world.run("notice")).state == "closed"


# -- pages ----------------------------------------------------------------------------------------


def notice_of(world):
    return reverse("calls:notice", args=[world.call.slug, "notice"])


SECRET = ("Only for you", "a@b.c", "Amal", "Olga", WORDS)


def test_everybody_reads_the_notice_and_nothing_that_is_not_public(client: Client):
    world = noticed(3)
    objected(world)
    acts.withdraw(user_of(world, 2), world.submissions[2])
    page = client.get(notice_of(world))
    text = page.content.decode()
    shown = [word for word in ("Entry 0", "Entry 1", "Entry 2", "Ministry 0") if word in text]
    assert (page.status_code, shown) == (200, ["Entry 0", "Entry 1", "Ministry 0"])
    assert not [word for word in SECRET if word in text]
    assert notice_of(world) in client.get(reverse("calls:detail", args=[world.call.slug])).content.decode()
    for user in (user_of(world), world.jurors[0], make_user()):
        client.force_login(user)
        assert not [
            word
            for word in (*SECRET[:2], "Olga", WORDS)
            if word in client.get(notice_of(world)).content.decode()
        ]


def test_in_a_blind_call_the_notice_names_no_organisation(client: Client):
    world = noticed(blind=True)
    text = client.get(notice_of(world)).content.decode()
    assert ("Entry 0" in text, "Ministry" in text) == (True, False)
    private = tuple(
        replace(one, visibility="private") if one.role == "organisation" else one for one in FIELDS
    )
    other = noticed(fields=private)
    text = client.get(notice_of(other)).content.decode()
    assert ("Entry 0" in text, "Ministry" in text) == (True, False)


def test_there_is_no_notice_before_it_opens_and_no_list_after_it(client: Client):
    world = open_world(rules(stages=(STAGES[0], NOTICE, *STAGES[1:])))
    make_sent(world, title="Entry 0")
    assert client.get(notice_of(world)).status_code == 404
    world = noticed()
    pass_the_days(world)
    over = client.get(notice_of(world)).content.decode()
    assert "Objections are no longer taken." in over
    acts.close_stage(world.manager, world.run("notice"))
    assert "Entry 0" not in client.get(notice_of(world)).content.decode()


def test_the_pages_of_an_objection_from_end_to_end(client: Client):
    world, objector = noticed(), make_user(name="Olga Objector")
    entry = world.submissions[0]
    here = reverse("calls:object_to", args=[world.call.slug, "notice", entry.ref])
    assert client.get(here).status_code == 302
    client.force_login(objector)
    assert client.get(here).status_code == 200
    empty = client.post(here, {"words": " "})
    assert empty.status_code == 422
    assert client.post(here, {"words": WORDS})["Location"] == notice_of(world)
    made = Objection.objects.get()
    assert WORDS in client.get(notice_of(world)).content.decode()
    assert client.get(here)["Location"] == notice_of(world)
    client.force_login(user_of(world))
    own = reverse("calls:objected", args=[entry.uid, "notice"])
    assert client.post(own, {"for": made.pk, f"o{made.pk}-words": ""}).status_code == 422
    assert client.post(own, {"for": "0", "o0-words": "x"}).status_code == 404
    assert client.post(own, {"for": made.pk, f"o{made.pk}-words": "It was renamed."})["Location"] == own
    client.force_login(user_of(world, 1))
    assert client.get(own).status_code == 404
    assert client.get(reverse("calls:objected", args=[world.submissions[1].uid, "notice"])).status_code == 404
    client.force_login(world.chair)
    desk = reverse("calls:objections", args=[world.call.slug, "notice"])
    page = client.get(desk).content.decode()
    assert [word in page for word in (WORDS, "It was renamed.", "Olga Objector", "<textarea")] == [True] * 4
    half = {"for": made.pk, f"o{made.pk}-upheld": "no", f"o{made.pk}-reason": ""}
    assert client.post(desk, half).status_code == 422
    assert client.post(desk, half | {f"o{made.pk}-reason": WHY})["Location"] == desk
    assert fresh(made).upheld is False
    client.force_login(objector)
    text = client.get(notice_of(world)).content.decode()
    assert ("dismissed" in text, WHY in text) == (True, True)
    assert client.post(notice_of(world), {"objection": made.pk}).status_code == 422
    client.force_login(make_user())
    assert client.post(notice_of(world), {"objection": made.pk}).status_code == 404


def test_who_opens_the_desk_of_objections(client: Client):
    world = noticed()
    objected(world)
    desk = reverse("calls:objections", args=[world.call.slug, "notice"])
    codes = {}
    for name, user in {
        "manager": world.manager,
        "chair": world.chair,
        "auditor": make_user(Role.AUDITOR),
        "screener": world.screener,
        "juror": world.jurors[0],
        "applicant": user_of(world),
    }.items():
        client.force_login(user)
        answer = client.get(desk)
        codes[name] = (answer.status_code, "<textarea" in answer.content.decode())
    assert codes == {
        "manager": (200, False),
        "chair": (200, True),
        "auditor": (200, False),
        "screener": (403, False),
        "juror": (403, False),
        "applicant": (403, False),
    }


def test_those_with_a_duty_are_told_that_they_cannot_object(client: Client):
    world = noticed()
    here = reverse("calls:object_to", args=[world.call.slug, "notice", world.submissions[0].ref])
    for user in (world.jurors[0], user_of(world)):
        client.force_login(user)
        assert "you cannot object here" in client.get(here).content.decode()
        assert client.post(here, {"words": WORDS}).status_code == 403
    assert Objection.objects.count() == 0


# -- cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_for_one_and_three(many):
    world, objector = noticed(many), make_user()
    for number in range(many):
        objected(world, number, objector)
    for _ in range(many - 1):
        objected(world, 0)
    run, chair, applicant = world.run("notice"), ready(world.chair), ready(user_of(world))
    entries = list(objecting.on_notice(run))
    assert len(objecting.noticed(objector, run, entries)) == many
    assert cost(lambda: objecting.noticed(ready(objector), run, entries)) == 1
    assert cost(lambda: objecting.own_filed(objector, run)) == 1
    assert cost(lambda: list(objecting.objections_of(chair, run))) == 1
    entry = world.submissions[0]
    assert len(own_objections(entry, run)) == many
    assert cost(lambda: own_objections(entry, run)) == 1
    assert len(list(asked_of(applicant))) == many
    assert cost(lambda: list(asked_of(applicant))) == 3  # no stage asks for more


def test_the_pages_cost_the_same_for_one_and_three(client: Client):
    costs = []
    for many in (1, 3):
        world, objector = noticed(many), make_user()
        for number in range(many):
            objected(world, number, objector)
        client.force_login(world.chair)
        desk = reverse("calls:objections", args=[world.call.slug, "notice"])
        found = []
        for user, address in ((world.chair, desk), (objector, notice_of(world))):
            client.force_login(user)
            client.get(address)  # what is read once is in memory then
            found.append(cost(lambda address=address: client.get(address)))
        costs.append(found)
    assert costs[0] == costs[1]
