"""Supplements: who is asked for more, when it can be sent, who reads it, and who is out without it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from summitry.calls import acts, checks, queries
from summitry.calls.models import Elimination, StageRun, Submission, Supplement, Upload
from summitry.calls.queries.asked import asked_of, pages_of, supplement_page
from summitry.calls.rules import Field, Stage
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_user
from summitry.people.tests.letters import posted
from summitry.people.waiting import everything
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.templatetags.text import exactly

from .factories import (
    FIELDS,
    STAGES,
    T,
    close,
    make_draft,
    make_sent,
    make_world,
    open_world,
    rules,
    screen_all,
)
from .test_queries import cost, ready

pytestmark = pytest.mark.django_db

FULL = {"costs": "Nine thousand", "secret": "IBAN 1"}
LATER = (
    Field("costs", "line", T("Costs"), required=True, stage="more"),
    Field("secret", "line", T("Account"), visibility="hidden_from_jurors", stage="more"),
    Field("plan", "files", T("Plan"), visibility="private", stage="more", options={"extensions": ["txt"]}),
)


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def more(**options):
    return Stage("more", "supplement", T("More", fr="Plus"), options=options)


def rules_with(stage, **changes):
    return rules(fields=(*FIELDS, *LATER), stages=(STAGES[0], stage, *STAGES[1:]), **changes)


def asking(entries=1, *, required=True, **changes):
    """Entries screened; the stage that asks for more is open and closes in twenty days."""
    end = timezone.now() + timedelta(days=20)
    stage = replace(more(required=required) if required else more(), closes_at=end)
    world = open_world(rules_with(stage, **changes), jurors=2)
    for n in range(entries):
        make_sent(world, make_user(name=f"Amal {n}"), title=f"Entry {n}")
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("more"))
    return world


def write(world, entry, answers=None, **options):
    entry.refresh_from_db()
    user = options.pop("user", entry.applicant.user)
    return acts.save_draft(user, entry, answers or FULL, entry.version, stage="more", **options)


def send(world, entry, answers=None, **options):
    user = options.pop("user", entry.applicant.user)
    write(world, entry, answers, user=user)
    return acts.send_supplement(user, entry, world.run("more"), **options)


def pass_the_day(world, key="more"):
    StageRun.objects.filter(call=world.call, key=key).update(closes_at=timezone.now() - timedelta(minutes=1))


# -- the rules ------------------------------------------------------------------------------------


def paths(found):
    return {one.path for one in checks.problems(found)}


def test_a_question_is_asked_at_a_stage_that_asks_and_at_no_other():
    assert paths(rules_with(more())) == set()
    late = replace(LATER[0], stage="jury")
    assert paths(replace(rules_with(more()), fields=(*FIELDS, *LATER[1:], late))) == {"fields.costs.stage"}
    lost = replace(LATER[0], stage="nowhere")
    assert paths(replace(rules_with(more()), fields=(*FIELDS, *LATER[1:], lost))) == {"fields.costs.stage"}
    title = replace(FIELDS[0], stage="more")
    assert paths(replace(rules_with(more()), fields=(title, *FIELDS[1:], *LATER))) == {"fields.title.stage"}
    assert paths(rules(stages=(STAGES[0], more(), *STAGES[1:]))) == {"stages.more"}
    assert "fields" in paths(replace(rules_with(more()), fields=LATER))


def test_it_comes_before_the_decision():
    wrong = replace(rules_with(more()), stages=(*STAGES[:3], more(), STAGES[3]))
    assert paths(wrong) == {"stages.more"}


# -- when one submits -----------------------------------------------------------------------------


def test_when_one_submits_its_questions_are_neither_asked_nor_taken(client: Client):
    world = open_world(rules_with(more()))
    user = make_user()
    draft = make_draft(world, user)
    with pytest.raises(ValidationError):
        acts.save_draft(user, draft, {"costs": "9"}, draft.version)
    with pytest.raises(ValidationError):
        acts.upload(user, draft, "plan", SimpleUploadedFile("plan.txt", b"Boats."))
    client.force_login(user)
    page = client.get(reverse("calls:draft", args=[draft.uid])).content.decode()
    assert ("costs-" in page, "title-" in page) == (False, True)
    sent = acts.submit(user, draft)
    assert (sent.state, "costs" in sent.answers) == ("submitted", False)


def test_everybody_can_read_beforehand_what_will_be_asked(client: Client):
    world = open_world(rules_with(more(required=True)))
    page = client.get(reverse("calls:detail", args=[world.call.slug])).content.decode()
    form, _head, later = page.partition("Later, in the stage “")
    assert ("<b>Costs</b>" in form, "<b>Costs</b>" in later, "<b>Title</b>" in form) == (False, True, True)
    assert "whoever does not send it is out" in later
    draft = make_world(rules_with(more()))
    client.force_login(draft.manager)
    preview = client.get(reverse("calls:preview", args=[draft.call.slug])).content.decode()
    form, _head, later = preview.partition("Later, in the stage “")
    assert ("costs-" in form, "costs-" in later) == (False, True)


# -- opening --------------------------------------------------------------------------------------


def test_opening_needs_a_day_ahead():
    world = open_world(rules_with(more()))
    make_sent(world)
    close(world)
    screen_all(world)
    with pytest.raises(ValidationError, match="needs a day ahead"):
        acts.open_stage(world.manager, world.run("more"))
    assert world.run("more").state == "pending"


def test_everybody_behind_an_entry_in_the_running_gets_a_letter_and_a_thing_to_do(
    django_capture_on_commit_callbacks,
):
    end = timezone.now() + timedelta(days=20)
    world = open_world(rules_with(replace(more(required=True), closes_at=end)))
    first, second, third = (make_sent(world, make_user(name=f"Amal {n}", language="fr")) for n in range(3))
    beside = make_user(name="Beside")
    named = acts.add_co_applicant(first.applicant.user, first, beside.email)
    acts.confirm_co_applicant(beside, named)
    acts.add_co_applicant(first.applicant.user, first, "silent@example.org")
    acts.withdraw(third.applicant.user, third)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, first, True)
    acts.screen(world.screener, second, False, reason="No.")
    acts.close_stage(world.manager, world.run("screening"))
    with posted(django_capture_on_commit_callbacks) as everything_sent:
        acts.open_stage(world.manager, world.run("more"))
    letters = [one for one in everything_sent if "/supplement/" in one.body]
    assert sorted(one.to[0] for one in letters) == sorted([first.applicant.user.email, beside.email])
    address = reverse("calls:supplement", args=[first.uid, "more"])
    for one in letters:
        with translation.override("en" if one.to[0] == beside.email else "fr"):
            until = f"{exactly(end)} UTC"
        assert str(first.uid) in one.body
        assert until in one.body
    assert "Plus" in next(one for one in letters if one.to[0] != beside.email).subject
    for user in (first.applicant.user, beside):
        waits = [one for one in everything(user) if one.url == address]
        assert [(one.due, one.late) for one in waits] == [(end, False)]
    for user in (second.applicant.user, third.applicant.user, world.chair):
        assert list(asked_of(ready(user))) == []


# -- sending --------------------------------------------------------------------------------------


def test_it_is_sent_again_until_the_day_and_the_last_counts(django_capture_on_commit_callbacks):
    world = asking()
    entry = world.submissions[0]
    before = dict(entry.answers)
    with posted(django_capture_on_commit_callbacks) as letters:
        found = send(world, entry)
    entry.refresh_from_db()
    assert entry.answers == {**before, **FULL} == entry.draft
    assert [one.to for one in letters] == [[entry.applicant.user.email]]
    said = Entry.objects.filter(kind="calls.supplemented").get()
    assert (said.facts["ref"], said.facts["again"], said.facts["key"]) == (entry.ref, False, "more")
    assert "Nine thousand" not in str(said.facts)
    again = acts.send_supplement(entry.applicant.user, entry, world.run("more"))
    assert (again.pk, again.sent_at, Entry.objects.filter(kind="calls.supplemented").count()) == (
        found.pk,
        found.sent_at,
        1,
    )
    changed = send(world, entry, {"costs": "Ten", "secret": None})
    entry.refresh_from_db()
    assert entry.answers == {**before, "costs": "Ten"}
    assert (changed.pk, changed.digest != found.digest) == (found.pk, True)
    assert [one.facts["again"] for one in Entry.objects.filter(kind="calls.supplemented")] == [False, True]
    assert list(asked_of(ready(entry.applicant.user))) == []


def test_what_is_wrong_with_it_is_said_by_question_and_the_draft_stays():
    world = asking()
    entry = world.submissions[0]
    with pytest.raises(ValidationError) as caught:
        send(world, entry, {"secret": "IBAN 1"})
    assert caught.value.message_dict == {"costs": ["An answer is needed here."]}
    entry.refresh_from_db()
    assert (entry.draft["secret"], "secret" in entry.answers, Supplement.objects.count()) == (
        "IBAN 1",
        False,
        0,
    )


def test_changes_that_were_not_sent_wait():
    world = asking()
    entry = world.submissions[0]
    send(world, entry)
    write(world, entry, {"costs": "Eleven"})
    assert [one.title for one in asked_of(ready(entry.applicant.user))] == [
        "Your changes for “Small call” have not been sent: More"
    ]


def test_the_last_microsecond_is_in_time_and_the_next_is_not():
    world = asking(2)
    end = world.run("more").closes_at
    first, second = world.submissions
    write(world, first), write(world, second)
    sent = acts.send_supplement(first.applicant.user, first, world.run("more"), now=end)
    assert sent.sent_at == end
    late = end + timedelta(microseconds=1)
    with pytest.raises(ValidationError, match=r"000001 UTC|\.\d{6} UTC") as caught:
        acts.send_supplement(second.applicant.user, second, world.run("more"), now=late)
    assert caught.value.code == "late"
    second.refresh_from_db()
    with pytest.raises(ValidationError):
        acts.save_draft(second.applicant.user, second, {"costs": "1"}, second.version, stage="more", now=late)
    with pytest.raises(ValidationError):
        acts.upload(second.applicant.user, second, "plan", SimpleUploadedFile("a.txt", b"a"), now=late)
    # what was sent and is sent again unchanged is no fault, however late the second click
    assert acts.send_supplement(first.applicant.user, first, world.run("more"), now=late) == sent


def test_only_what_is_asked_there_can_be_written_and_by_nobody_else():
    world = asking(2)
    entry, other = world.submissions
    user = entry.applicant.user
    for wrong in ({"title": "Another"}, {"nothing": "x"}):
        with pytest.raises(ValidationError):
            acts.save_draft(user, entry, wrong, stage="more")
    with pytest.raises(ValidationError):
        acts.save_draft(user, entry, FULL, stage="more", category="south")
    with pytest.raises(ValidationError):
        acts.save_draft(user, entry, {"title": "Another"})  # the call itself is closed
    with pytest.raises(Stale):
        acts.save_draft(user, entry, FULL, entry.version - 1, stage="more")
    for stranger in (other.applicant.user, world.manager, world.chair, make_user()):
        with pytest.raises(PermissionDenied):
            acts.save_draft(stranger, entry, FULL, stage="more")
        with pytest.raises(PermissionDenied):
            acts.send_supplement(stranger, entry, world.run("more"))
    assert Supplement.objects.count() == 0


def test_a_withdrawn_entry_and_one_that_is_out_are_asked_nothing():
    world = asking(2)
    entry, other = world.submissions
    write(world, entry)
    acts.withdraw(entry.applicant.user, entry)
    with pytest.raises(ValidationError, match="cannot be changed any more"):
        acts.send_supplement(entry.applicant.user, entry, world.run("more"))
    Elimination.objects.create(submission=other, stage=world.run("more"), cause="absent")
    with pytest.raises(ValidationError, match="Nothing is asked"):
        send(world, other)
    assert list(asked_of(ready(entry.applicant.user))) == list(asked_of(ready(other.applicant.user))) == []


def test_before_it_opens_and_after_it_is_closed_nothing_is_taken():
    end = timezone.now() + timedelta(days=20)
    world = open_world(rules_with(replace(more(), closes_at=end)))
    entry = make_sent(world)
    close(world)
    with pytest.raises(ValidationError):
        acts.save_draft(entry.applicant.user, entry, FULL, stage="more")
    screen_all(world)
    acts.open_stage(world.manager, world.run("more"))
    pass_the_day(world)
    acts.close_stage(world.manager, world.run("more"))
    with pytest.raises(ValidationError) as caught:
        acts.send_supplement(entry.applicant.user, entry, world.run("more"))
    assert caught.value.code == "late"


# -- closing --------------------------------------------------------------------------------------


def test_it_stays_open_until_its_day_even_if_everybody_has_sent():
    world = asking()
    send(world, world.submissions[0])
    with pytest.raises(ValidationError, match="Applicants can send what is asked until"):
        acts.close_stage(world.manager, world.run("more"))
    StageRun.objects.filter(call=world.call, key="more").update(
        closes_at=timezone.now() - timedelta(seconds=5)
    )
    with pytest.raises(ValidationError, match="until"):  # what arrived in time may still wait for its turn
        acts.close_stage(world.manager, world.run("more"))
    pass_the_day(world)
    run = acts.close_stage(world.manager, world.run("more"))
    assert (run.state, Elimination.objects.count()) == ("closed", 0)


def test_whoever_has_not_sent_is_out_with_the_reason_in_every_language():
    world = asking(3)
    first, second, third = world.submissions
    send(world, first)
    acts.withdraw(third.applicant.user, third)
    pass_the_day(world)
    acts.close_stage(world.manager, world.run("more"))
    out = Elimination.objects.get()
    assert (out.submission, out.cause, out.stage.key) == (second, "absent", "more")
    assert len(out.reason.values) >= 6
    assert "More" in out.reason.get("en")
    assert "Plus" in out.reason.get("fr")
    assert list(world.call.submissions.in_the_running()) == [first]
    closed = Entry.objects.filter(kind="calls.stage_closed").last()
    assert closed.facts["counts"] == {"sent": 1, "absent": 1}


def test_without_the_option_one_goes_on_without():
    world = asking(2, required=False)
    send(world, world.submissions[0])
    pass_the_day(world)
    acts.close_stage(world.manager, world.run("more"))
    assert Elimination.objects.count() == 0
    assert list(world.call.submissions.in_the_running().order_by("number")) == world.submissions


def test_opened_again_nobody_is_out_and_what_was_sent_is_kept():
    world = asking(2)
    first, second = world.submissions
    send(world, first)
    pass_the_day(world)
    acts.close_stage(world.manager, world.run("more"))
    acts.reopen_stage(world.manager, world.run("more"), "The letters went astray.")
    assert (Elimination.objects.count(), Supplement.objects.count()) == (0, 1)
    StageRun.objects.filter(call=world.call, key="more").update(closes_at=timezone.now() + timedelta(days=1))
    send(world, second)
    pass_the_day(world)
    acts.close_stage(world.manager, world.run("more"))
    assert Elimination.objects.count() == 0


# -- who reads it ---------------------------------------------------------------------------------


def shown(user, entry):
    page = queries.entry_page(ready(user), entry.ref)
    return {row.field.key for _section, rows in page.groups for row in rows} if page else None


def test_it_is_read_once_it_is_sent_by_those_alone_who_may_read_it():
    world = asking()
    entry = world.submissions[0]
    user = entry.applicant.user
    write(world, entry)
    made = acts.upload(user, entry, "plan", SimpleUploadedFile("plan.txt", b"Boats, nets, ice."))
    readers = [world.manager, world.screener, make_user(Role.AUDITOR)]
    for reader in readers:
        assert shown(reader, entry) & {"costs", "secret", "plan"} == set()
        assert not queries.may_open(ready(reader), made)
    acts.send_supplement(user, entry, world.run("more"))
    made = Upload.objects.get()
    for reader in readers:
        assert shown(reader, entry) >= {"costs", "secret", "plan"}
        assert queries.may_open(ready(reader), made)
    pass_the_day(world)
    acts.close_stage(world.manager, world.run("more"))
    juror, other = world.jurors
    acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    assert shown(juror, entry) & {"costs", "secret", "plan"} == {"costs", "plan"}
    assert shown(other, entry) is None
    write_again = {"costs": "Changed by nobody"}
    with pytest.raises(ValidationError):
        write(world, entry, write_again)


# -- pages ----------------------------------------------------------------------------------------


def to(entry, name="supplement"):
    return reverse(f"calls:{name}", args=[entry.uid, "more"])


def typed(entry, **changes):
    entry.refresh_from_db()
    return {"version": str(entry.version), "costs-": "Nine", "secret-": "", **changes}


def test_the_page_saves_takes_files_and_sends(client: Client):
    world = asking()
    entry = world.submissions[0]
    client.force_login(entry.applicant.user)
    page = client.get(to(entry)).content.decode()
    assert ("costs-" in page, "title-" in page, to(entry, "save_supplement") in page) == (True, False, True)
    file = SimpleUploadedFile("plan.txt", b"Boats.", "text/plain")
    answer = client.post(to(entry), typed(entry, go="save", **{"plan-new": file}))
    assert answer["Location"] == to(entry)
    entry.refresh_from_db()
    assert (entry.draft["costs"], len(entry.draft["plan"]), "costs" in entry.answers) == ("Nine", 1, False)
    client.post(to(entry), typed(entry, remove=entry.draft["plan"][0], go="save"))
    assert Upload.objects.count() == 0
    empty = client.post(to(entry), typed(entry, go="send", **{"costs-": ""}))
    assert (empty.status_code, "An answer is needed here." in empty.content.decode()) == (422, True)
    answer = client.post(to(entry), typed(entry, go="send"))
    assert (answer.status_code, Supplement.objects.count()) == (302, 1)
    page = client.get(to(entry)).content.decode()
    assert "Sent " in page
    pass_the_day(world)
    closed = client.get(to(entry)).content.decode()
    assert ("<form" in closed.partition("<main")[2].partition("</main")[0], "Nine" in closed) == (False, True)
    assert client.post(to(entry), typed(entry, go="send", **{"costs-": "Late"})).status_code == 200
    entry.refresh_from_db()
    assert entry.answers["costs"] == "Nine"


def test_a_file_of_another_kind_is_refused_beside_its_question(client: Client):
    world = asking()
    entry = world.submissions[0]
    client.force_login(entry.applicant.user)
    file = SimpleUploadedFile("plan.exe", b"MZ", "text/plain")
    answer = client.post(to(entry), typed(entry, go="send", **{"plan-new": file}))
    assert (answer.status_code, "plan.exe" in answer.content.decode()) == (422, True)
    assert Supplement.objects.count() == 0


def test_it_is_saved_as_one_types(client: Client):
    world = asking()
    entry = world.submissions[0]
    assert client.post(to(entry, "save_supplement"), typed(entry)).status_code == 401
    client.force_login(entry.applicant.user)
    answer = client.post(to(entry, "save_supplement"), typed(entry))
    entry.refresh_from_db()
    assert (answer.status_code, answer.json()["version"], entry.draft["costs"]) == (
        200,
        entry.version,
        "Nine",
    )
    stale = client.post(to(entry, "save_supplement"), typed(entry) | {"version": "1"})
    assert stale.status_code == 409
    pass_the_day(world)
    late = client.post(to(entry, "save_supplement"), typed(entry))
    assert (late.status_code, bool(late.json()["message"])) == (422, True)
    client.force_login(make_user())
    assert client.post(to(entry, "save_supplement"), typed(entry)).status_code == 404


def test_nobody_else_has_the_page(client: Client):
    world = asking()
    entry = world.submissions[0]
    send(world, entry)
    assert client.get(to(entry)).status_code == 302
    for user in (make_user(), world.manager, world.jurors[0], world.chair):
        client.force_login(user)
        assert client.get(to(entry)).status_code == 404
        assert client.post(to(entry), typed(entry, go="send")).status_code == 404


def test_ones_own_page_leads_there(client: Client):
    world = asking()
    entry = world.submissions[0]
    client.force_login(entry.applicant.user)
    own = reverse("calls:submission", args=[entry.uid])
    assert to(entry) in client.get(own).content.decode()
    assert pages_of(Submission.objects.get(pk=entry.pk)) == [(world.run("more").rule.name, to(entry))]


# -- cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("entries", [1, 3])
def test_what_waits_and_the_page_cost_the_same_for_one_and_three(entries):
    end = timezone.now() + timedelta(days=20)
    world, user = open_world(rules_with(replace(more(), closes_at=end))), make_user()
    for n in range(entries):
        made = acts.start_draft(user, world.fresh())
        made = acts.save_draft(user, made, {"title": f"Entry {n}"}, made.version, category="north")
        acts.submit(user, made)
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("more"))
    user = ready(user)
    assert len(list(asked_of(user))) == entries
    assert cost(lambda: list(asked_of(user))) == 4
    entry = world.submissions[0]
    assert cost(lambda: supplement_page(user, entry.uid, "more")) == 4
    assert cost(lambda: pages_of(Submission.objects.select_related("call").get(pk=entry.pk))) == 3
