"""Found conflicts are kept: made, changed and lifted as entries, profiles, bodies and duties change."""

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from summitry.calls import acts, conflicts, queries
from summitry.calls.conflicts import keep
from summitry.calls.models import Assignment, Call, Conflict, Decision, Submission
from summitry.calls.rules import ConflictPolicy, Field
from summitry.people import acts as people
from summitry.people.models import INSTITUTION, Role, scope_of
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.models import Entry, Opening
from summitry.text.value import Text

from .factories import FIELDS, close, judged, jury, make_sent, mark, open_world, screen_all

pytestmark = pytest.mark.django_db
T = Text.of
LISTS = (
    *FIELDS,
    Field("team", "persons", T("Team")),
    Field("partners", "organisations", T("Partners")),
)


def standing(user, source=Conflict.Source.FOUND):
    """The bases of the conflicts that stand against somebody."""
    found = Conflict.objects.filter(juror__user=user, lifted_at=None, source=source)
    return [one.basis for one in found.order_by("submission__number")]


def place(user, body, **dates):
    return people.add_affiliation(user, user.person, organisation=body, **{"since": None, **dates})


def days_ago(years):
    return timezone.now().date() - timedelta(days=round(years * 365.25))


# -- what is found --------------------------------------------------------------------------------


def test_the_same_organisation_now_and_not_long_ago():
    world, body = open_world(jurors=4), make_organisation(slug="boats")
    now, lately, long_ago, ahead = world.jurors
    place(now, body)
    place(lately, body, until=days_ago(2.9))
    place(long_ago, body, until=days_ago(3.1))
    place(ahead, body, until=days_ago(-1))
    applicant = make_user()
    place(applicant, body)
    make_sent(world, applicant)
    why = [[["organisation", "boats"]]]
    assert [standing(one) for one in world.jurors] == [why, why, [], why]


def test_everybody_on_duty_is_compared_and_an_auditor_is_not():
    world, body = open_world(jurors=1), make_organisation()
    secretariat, auditor = make_user(Role.SECRETARIAT), make_user(Role.AUDITOR)
    applicant = make_user()
    everybody = (world.jurors[0], world.chair, world.screener, world.manager, secretariat)
    for user in (*everybody, auditor, applicant):
        place(user, body)
    sent = make_sent(world, applicant)
    assert [len(standing(one)) for one in (*everybody, auditor)] == [1, 1, 1, 1, 1, 0]
    assert queries.entry_page(world.manager, sent.ref) is None
    assert queries.entry_page(auditor, sent.ref) is not None


@pytest.mark.parametrize(
    ("hers", "theirs"),
    [
        ({"name": "MIT"}, {"name": "Massachusetts Institute of Technology"}),
        ({"name": "Boat Trust"}, {"name": "Trust of Boats", "aliases": ["The Boat Trust Ltd"]}),
        ({"name": "清华大学"}, {"name": T("Tsinghua", zh_hans="清華大學")}),
    ],
)
def test_related_organisations(hers, theirs):
    world = open_world(jurors=1)
    applicant = make_user()
    place(world.jurors[0], make_organisation(slug="hers", **hers))
    place(applicant, make_organisation(slug="theirs", **theirs))
    make_sent(world, applicant)
    assert standing(world.jurors[0]) == [[["related", "hers theirs"]]]


def test_domains_of_mail():
    world = open_world(jurors=4)
    colleague, department, public, other = world.jurors
    applicant = make_user(email="ada@boats.int")
    for user, address in (
        (colleague, "cora@boats.int"),
        (public, "cora@gmail.com"),
        (other, "cora@other.int"),
    ):
        EmailAddress.objects.create(user=user, email=address, verified=True)
    place(department, make_organisation(domains=["boats.int"]))
    place(applicant, make_organisation(domains=["gmail.com", "example.org"]))
    make_sent(world, applicant)
    assert [standing(one) for one in world.jurors] == [
        [[["domain", "boats.int"]]],
        [[["domain", "boats.int"]]],
        [],
        [],
    ]


def test_the_mail_of_a_department_is_its_universitys_but_an_unproved_address_says_nothing():
    world = open_world(jurors=2)
    EmailAddress.objects.create(user=world.jurors[0], email="cora@cs.boats.int", verified=True)
    EmailAddress.objects.create(user=world.jurors[1], email="dora@cs.boats.int", verified=False)
    applicant = make_user()
    place(applicant, make_organisation(domains=["boats.int"]))
    make_sent(world, applicant)
    assert [standing(one) for one in world.jurors] == [[[["domain", "boats.int"]]], []]


def test_who_and_what_the_entry_names():
    world = open_world(fields=LISTS, jurors=4)
    named, written, body, free = world.jurors
    people.update_profile(named, named.person, 1, name=T("Ada Lovelace"))
    EmailAddress.objects.create(user=written, email="cora@boats.int", verified=True)
    place(body, make_organisation("Boat Trust", slug="boat-trust"))
    place(free, make_organisation("Kite Trust"))
    make_sent(
        world,
        team=[{"name": "LOVELACE, Ada"}, {"name": "C. D.", "email": "Cora@boats.int"}],
        partners=[{"name": "The Boat Trust Ltd."}],
    )
    # Of whom the address is given, the domain says it too.
    assert [standing(one) for one in world.jurors] == [
        [[["named", ""]]],
        [[["domain", "boats.int"], ["named", ""]]],
        [[["named_body", "boat-trust"]]],
        [],
    ]


def test_the_organisation_that_an_answer_gives():
    world = open_world(jurors=1)
    place(world.jurors[0], make_organisation("Boat Trust", slug="boat-trust"))
    make_sent(world, organisation="boat trust, Oslo")
    make_sent(world, organisation="Boat Trust Inc")
    assert standing(world.jurors[0]) == [[["named_body", "boat-trust"]]]


@pytest.mark.parametrize("name", ["4242", "-2000", "null", "true", "1e3", '"Quoted"'])
def test_a_name_that_looks_like_something_else_is_a_name(name):
    world = open_world(jurors=1)
    place(world.jurors[0], make_organisation(name, slug="a-body"))
    make_sent(world, organisation=name)
    assert standing(world.jurors[0]) == [[["named_body", "a-body"]]]


def test_co_authors_have_stood_behind_an_entry_together_not_long_ago():
    """In any call; also when the other one stepped back; not when it was long ago, or never sent."""
    world, earlier = open_world(jurors=4), open_world()
    applicant = make_user()
    _together, stepped, old, draft = world.jurors
    for juror in world.jurors:
        if juror is draft:
            shared = acts.start_draft(applicant, earlier.fresh())
        else:
            shared = make_sent(earlier, applicant)
        asked = acts.add_co_applicant(applicant, shared, juror.email)
        acts.confirm_co_applicant(juror, asked)
        if juror is stepped:
            acts.remove_co_applicant(juror, asked)
        if juror is old:
            Submission.objects.filter(pk=shared.pk).update(sent_at=timezone.now() - timedelta(days=1200))
    make_sent(world, applicant)
    why = [[["mate", str(applicant.person.uid)]]]
    assert [standing(one) for one in world.jurors] == [why, why, [], []]


def test_a_co_applicant_elsewhere_bars_here_at_once():
    world, other, applicant = open_world(jurors=1), open_world(), make_user()
    [juror] = world.jurors
    make_sent(world, applicant)
    shared = make_sent(other, applicant)
    asked = acts.add_co_applicant(applicant, shared, juror.email)
    assert standing(juror) == []
    acts.confirm_co_applicant(juror, asked)
    assert standing(juror) == [[["mate", str(applicant.person.uid)]]]


@pytest.mark.parametrize(
    ("off", "kind"),
    [
        ("same_organisation", "organisation"),
        ("related", "related"),
        ("email_domain", "domain"),
        ("co_authors", "named"),
    ],
)
def test_the_policy_switches_each_kind(off, kind):
    policy = replace(ConflictPolicy(), **{off: False})
    said = []
    for rules in (ConflictPolicy(), policy):
        world = open_world(fields=LISTS, jurors=1, conflicts=rules)
        [juror] = world.jurors
        applicant, same = make_user(email=f"a{said}@boats.int"), make_organisation()
        people.update_profile(juror, juror.person, 1, name=T("Ada Lovelace"))
        EmailAddress.objects.create(user=juror, email=f"j{said}@boats.int", verified=True)
        for user in (juror, applicant):
            place(user, same)
        place(juror, make_organisation("Kite Trust"))
        place(applicant, make_organisation("The Kite Trust Ltd"))
        make_sent(world, applicant, team=[{"name": "Ada Lovelace"}])
        said.append({found for found, _detail in standing(juror)[0]})
    everything = {"organisation", "related", "domain", "named"}
    assert said == [everything, everything - {kind}]


# -- when it is compared anew ---------------------------------------------------------------------


def test_every_change_of_a_profile():
    world, applicant = open_world(jurors=1), make_user()
    [juror] = world.jurors
    make_sent(world, applicant)
    body, other = make_organisation(slug="boats"), make_organisation("Kite Trust", slug="kites")
    place(applicant, body)
    assert standing(juror) == []
    hers = place(juror, body)
    assert standing(juror) == [[["organisation", "boats"]]]
    people.change_affiliation(juror, hers, title=Text(), since=None, until=days_ago(4))
    assert standing(juror) == []
    people.remove_affiliation(juror, hers)
    place(juror, other)
    assert standing(juror) == []
    secretariat = make_user(Role.SECRETARIAT)
    body = people.update_organisation(secretariat, body, body.version, aliases=["Kite Trust Ltd"])
    assert standing(juror) == [[["related", "kites boats"]]]
    body = people.update_organisation(secretariat, body, body.version, aliases=[], domains=["boats.int"])
    assert standing(juror) == []
    address = EmailAddress.objects.create(user=juror, email="cora@boats.int", verified=True)
    assert standing(juror) == [[["domain", "boats.int"]]]
    address.delete()
    assert standing(juror) == []
    assert {one.lifted_by for one in Conflict.objects.filter(juror=juror.person)} == {None}


def test_a_change_of_name():
    world = open_world(fields=LISTS, jurors=1)
    make_sent(world, team=[{"name": "Ada Lovelace"}])
    [juror] = world.jurors
    assert standing(juror) == []
    people.update_profile(juror, juror.person, 1, name=T("Ada Lovelace"))
    assert standing(juror) == [[["named", ""]]]


def test_a_mandate_that_is_given_and_that_ends():
    world, body, applicant = open_world(), make_organisation(slug="boats"), make_user()
    user = make_user()
    for one in (user, applicant):
        place(one, body)
    make_sent(world, applicant)
    assert standing(user) == []
    mandate = acts.appoint(world.manager, world.call, user.person, Role.JUROR)
    assert standing(user) == [[["organisation", "boats"]]]
    people.end_mandate(world.manager, mandate)
    assert standing(user) == []
    people.grant(None, user.person, Role.SECRETARIAT)  # for the institution: in every call
    assert standing(user) == [[["organisation", "boats"]]]


def test_an_entry_that_is_sent_again_and_co_applicants():
    world, body = open_world(jurors=1), make_organisation(slug="boats")
    [juror] = world.jurors
    applicant, co = make_user(), make_user()
    for user in (juror, co):
        place(user, body)
    sent = make_sent(world, applicant)
    assert standing(juror) == []
    asked = acts.add_co_applicant(applicant, sent, co.email)
    assert standing(juror) == []  # she has not agreed
    acts.confirm_co_applicant(co, asked)
    assert standing(juror) == [[["organisation", "boats"]]]
    acts.remove_co_applicant(co, asked)
    assert standing(juror) == []
    place(juror, make_organisation("Kite Trust", slug="kites"))
    acts.save_draft(applicant, sent, {"organisation": "Kite Trust"})
    assert standing(juror) == []  # not sent yet
    acts.submit(applicant, sent)
    assert standing(juror) == [[["named_body", "kites"]]]


def test_a_juror_who_becomes_co_applicant():
    world = open_world(jurors=1)
    [juror] = world.jurors
    sent = make_sent(world)
    asked = acts.add_co_applicant(sent.applicant.user, sent, juror.email)
    acts.confirm_co_applicant(juror, asked)
    assert standing(juror) == [[["person", ""]]]
    acts.remove_co_applicant(juror, asked)
    assert standing(juror) == [[["mate", str(sent.applicant.uid)]]]  # she has stood behind it


def test_a_place_that_ended_long_ago_by_now_is_seen_when_a_stage_opens():
    world, body, applicant = open_world(jurors=1), make_organisation(), make_user()
    [juror] = world.jurors
    place(applicant, body)
    hers = place(juror, body, until=days_ago(2.9))
    make_sent(world, applicant)
    assert len(standing(juror)) == 1
    type(hers).objects.filter(pk=hers.pk).update(until=days_ago(3.1))  # time passes
    close(world)
    assert len(standing(juror)) == 1
    acts.open_stage(world.manager, world.run("screening"))
    assert standing(juror) == []


def test_after_the_seal_nothing_changes_until_it_is_taken_back():
    world, body = open_world(jurors=2), make_organisation()
    [one] = judged(world, [[(4, 4)]])
    call = acts.decide(world.chair, world.call, {one.pk: acts.Choice("accepted", "gold")})
    acts.seal_verdict(world.chair, call)
    for user in (world.jurors[0], one.applicant.user):
        place(user, body)
    assert standing(world.jurors[0]) == []
    assert one.assessments.get().counts
    acts.reopen_stage(world.manager, world.run("deliberation"), "A mark was misread.")
    assert len(standing(world.jurors[0])) == 1
    assert not one.assessments.get().counts


# -- what falls -----------------------------------------------------------------------------------


def marking(world, entries=1):
    found = jury(world, entries)
    for submission in found:
        for juror in world.jurors:
            acts.assign(world.manager, submission, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    return found


def test_marks_fall_while_a_juror_is_marking_and_nobody_elses():
    world, body = open_world(jurors=2), make_organisation()
    one, two = marking(world, 2)
    juror, other = world.jurors
    fallen, stays, others = mark(juror, one, 5, 5), mark(juror, two, 5, 5), mark(other, one, 4, 4)
    place(one.applicant.user, body)
    place(juror, body)
    for sheet in (fallen, stays, others):
        sheet.refresh_from_db()
    assert [sheet.counts for sheet in (fallen, stays, others)] == [False, True, True]
    ended = Assignment.objects.get(juror=juror.person, submission=one)
    assert (ended.end_reason, ended.ended_at is not None) == ("conflict", True)
    assert Assignment.objects.filter(ended_at=None).count() == 3
    assert [row.submission for row in queries.jury_list(juror, world.fresh()).rows] == [two]
    with pytest.raises(PermissionDenied):
        acts.send_assessment(juror, one, {"effect": 1, "evidence": 1})
    with pytest.raises(ValidationError, match="Not possible"):
        acts.assign(world.manager, one, juror.person)


def test_findings_and_decisions_fall_too():
    world, body = open_world(jurors=1), make_organisation()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    acts.decide(
        world.chair,
        world.fresh(),
        {
            one.pk: acts.Choice("accepted", "gold"),
            two.pk: acts.Choice("rejected", standard="weaker"),
        },
    )
    sheet = world.fresh().sheet
    for user in (world.chair, two.applicant.user):
        place(user, body)
    assert [it.submission for it in Decision.objects.all()] == [one]
    assert world.fresh().sheet == sheet + 1


def test_the_finding_of_a_screener_falls_while_screening_is_open():
    world, body = open_world(), make_organisation()
    sent = make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, sent, True)
    for user in (world.screener, sent.applicant.user):
        place(user, body)
    assert not sent.screenings.exists()


# -- lifting --------------------------------------------------------------------------------------


def found_one(world=None):
    """A conflict that is found between the first juror and an entry, with what it rests on."""
    world, body, applicant = world or open_world(), make_organisation(slug="boats"), make_user()
    for user in (world.jurors[0], applicant):
        place(user, body)
    make_sent(world, applicant)
    return world, Conflict.objects.get(juror=world.jurors[0].person)


def test_lifting_is_recorded_without_names_and_opens_the_doors():
    world, conflict = found_one()
    close(world)
    screen_all(world)
    entry, juror = conflict.submission, world.jurors[0]
    lifted = acts.lift_conflict(world.manager, conflict, " Another department. ")
    assert acts.lift_conflict(world.manager, conflict, "Again").lift_reason == "Another department."
    assert (lifted.lifted_by, lifted.lift_reason) == (world.manager.person, "Another department.")
    [sealed] = Entry.objects.filter(kind="calls.conflict_lifted")
    assert (sealed.said["by"], sealed.facts) == (
        "call_manager",
        {"call": world.call.slug, "ref": entry.ref},
    )
    assert {one.name for one in Opening.objects.filter(entry=sealed)} == {"actor", "person", "reason"}
    for secret in ("department", str(juror.person.uid), str(world.manager.person.uid)):
        assert secret not in str(sealed.body)
    acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    assert queries.entry_page(juror, entry.ref) is not None


def test_what_was_lifted_stays_lifted_until_something_new_is_found():
    world, conflict = found_one()
    juror, applicant = world.jurors[0], conflict.submission.applicant.user
    acts.lift_conflict(world.manager, conflict, "Another department.")
    conflicts.keep.refresh(world.call)
    people.update_profile(juror, juror.person, 1, name=T("Ada"))
    acts.save_draft(applicant, conflict.submission, {"summary": "Better."})
    acts.submit(applicant, conflict.submission)
    assert standing(juror) == []
    assert conflicts.search(world.call, [juror.person], [conflict.submission]).reasons == {}
    other = make_organisation("Kite Trust", slug="kites")
    for user in (juror, applicant):
        place(user, other)
    assert standing(juror) == [[["organisation", "boats"], ["organisation", "kites"]]]


def test_a_found_one_that_rests_on_something_else_stays_open_and_says_so():
    world, conflict = found_one()
    place(world.jurors[0], make_organisation("Kite Trust", slug="kites"))
    place(conflict.submission.applicant.user, make_organisation("Kite Trust Ltd", slug="kite-ltd"))
    assert standing(world.jurors[0]) == [[["organisation", "boats"], ["related", "kites kite-ltd"]]]
    assert Conflict.objects.get().pk == conflict.pk


def test_a_declared_one_is_never_lifted_by_the_machine_and_can_be_by_hand():
    world = open_world(jurors=2)
    [one] = marking(world)
    juror, body = world.jurors[0], make_organisation(slug="boats")
    sheet = mark(juror, one, 5, 5)
    declared = acts.declare_conflict(juror, one, "My cousin’s.")
    place(one.applicant.user, body)
    hers = place(juror, body)
    people.remove_affiliation(juror, hers)
    assert (standing(juror, "declared"), standing(juror)) == ([[]], [])
    place(juror, body)
    acts.lift_conflict(world.manager, declared, "No cousin.")
    conflicts.keep.refresh(world.call)
    assert (standing(juror, "declared"), standing(juror)) == (
        [],
        [],
    )  # the place was known when it was lifted
    sheet.refresh_from_db()
    assert not sheet.counts  # what fell stays fallen, and can be given anew
    acts.assign(world.manager, one, juror.person)
    mark(juror, one, 5, 5)
    sheet.refresh_from_db()
    assert sheet.counts


def test_who_may_lift():
    """A manager or a chair whom it does not concern, and who has no conflict with the entry."""
    world, conflict = found_one()
    secretariat, auditor = make_user(Role.SECRETARIAT), make_user(Role.AUDITOR)
    for user in (*world.jurors, world.screener, world.chair, auditor, conflict.submission.applicant.user):
        with pytest.raises(PermissionDenied):  # the chair sees no entry yet
            acts.lift_conflict(user, conflict, "Mine.")
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("jury"))
    place(world.manager, conflict.submission.applicant.affiliations.get().organisation)
    hers = Conflict.objects.get(juror=world.manager.person)
    for one in (conflict, hers):
        with pytest.raises(PermissionDenied):
            acts.lift_conflict(world.manager, one, "Mine.")
    acts.lift_conflict(world.chair, conflict, "Another department.")
    acts.lift_conflict(secretariat, hers, "Another city.")
    by = [one.said["by"] for one in Entry.objects.filter(kind="calls.conflict_lifted").order_by("index")]
    assert by == ["jury_chair", "secretariat"]


def test_what_cannot_be_lifted():
    world, conflict = found_one()
    for reason in ("", "  ", "x" * 2001):
        with pytest.raises(ValidationError):
            acts.lift_conflict(world.manager, conflict, reason)
    own = make_sent(world, world.jurors[1])
    with pytest.raises(ValidationError, match="her own"):
        acts.lift_conflict(world.manager, Conflict.objects.get(submission=own), "She is fair.")
    now = timezone.now()
    Call.objects.filter(pk=world.call.pk).update(state=Call.State.DECIDED, decided_at=now, closed_at=now)
    with pytest.raises(ValidationError, match="sealed"):
        acts.lift_conflict(world.manager, conflict, "Late.")


# -- cost -----------------------------------------------------------------------------------------


def test_comparing_anew_costs_the_same_for_one_and_for_three_of_each():
    costs = []
    for n in (1, 3):
        world, body = open_world(fields=LISTS, jurors=n), make_organisation(domains=["boats.int"])
        for _ in range(n):
            applicant, co = make_user(), make_user()
            place(applicant, body)
            sent = make_sent(world, applicant, team=[{"name": "Ada Lovelace"}])
            acts.confirm_co_applicant(co, acts.add_co_applicant(applicant, sent, co.email))
        for juror in world.jurors:
            juror.person.affiliations.create(organisation=body)
        with CaptureQueriesContext(connection) as caught:
            barred = conflicts.keep.refresh(world.call)
        assert len(barred) == n * n
        costs.append(len(caught))
    # Call, duties, entries, seven to compare, what is kept, one insert; then the stages, two questions to the
    # one that marks, one each to those that screen and decide; persons and entries of none are not asked for.
    assert costs[0] == costs[1]
    assert costs[0] <= 20


def test_a_change_of_somebody_without_duties_or_entries_costs_little(django_assert_max_num_queries):
    world = open_world()
    make_sent(world)
    user = make_user()
    with django_assert_max_num_queries(6):
        conflicts.keep.people_changed({user.person.pk}, set())


def test_scopes_of_a_call_count():
    world, body, applicant = open_world(), make_organisation(), make_user()
    user = make_user(Role.JURY_CHAIR, scope_of(open_world().call))  # of another call
    for one in (user, applicant):
        place(one, body)
    make_sent(world, applicant)
    assert standing(user) == []


def test_a_mandate_is_compared_in_the_calls_of_its_scope_and_in_no_other():
    gathering = "gatherings.gathering:one"
    inside, beside, body = open_world(), open_world(), make_organisation()
    Call.objects.filter(pk=inside.call.pk).update(parent_scope=gathering)
    for world in (inside, beside):
        applicant = make_user()
        place(applicant, body)
        make_sent(world, applicant)
    found = {}
    for scope in (gathering, scope_of(beside.call), INSTITUTION, "gatherings.gathering:two"):
        user = make_user(Role.JURY_CHAIR, scope)
        user.person.affiliations.create(organisation=body)  # beside the act that would tell
        keep.duty_changed(user.person.pk, scope)
        kept = Conflict.objects.filter(juror=user.person, lifted_at=None)
        found[scope] = set(kept.values_list("submission__call", flat=True))
    assert found == {
        gathering: {inside.call.pk},
        scope_of(beside.call): {beside.call.pk},
        INSTITUTION: {inside.call.pk, beside.call.pk},
        "gatherings.gathering:two": set(),
    }
