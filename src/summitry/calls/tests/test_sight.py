"""Who sees what. Each test holds data that could leak."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile

from summitry.calls import acts, queries
from summitry.calls.models import Submission
from summitry.calls.stages.base import Sight
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user

from .factories import close, judged, make_draft, make_sent, mark, open_world, screen_all

pytestmark = pytest.mark.django_db

NOTE, CONTACT, BODY = "A private note", "Contact 5550100", "The Boat Trust"


def full(world, user=None):
    """An entry with an answer to every question, two files and a co-applicant who agreed."""
    user, other = user or make_user(name="Ada Applicant"), make_user(name="Cora Co")
    draft = make_draft(world, user, note=NOTE, contact=CONTACT, organisation=BODY)
    acts.upload(user, draft, "papers", SimpleUploadedFile("boat-trust-report.txt", b"words"))
    acts.upload(user, draft, "letters", SimpleUploadedFile("letter-of-boat-trust.txt", b"letter"))
    acts.confirm_co_applicant(other, acts.add_co_applicant(user, draft, other.email))
    return acts.submit(user, draft)


def everything(page):
    """All words of a page, to look for what should not be there."""
    words = []
    for _section, rows in page.groups:
        for row in rows:
            words.append(row.field.key)
            words += [str(getattr(part, "name", part)) for part in row.shown.parts]
    words += [str(page.applicant or ""), str(page.organisation or "")]
    words += [str(one.person) for one in page.co_applicants]
    words += [f"{sheet.juror} {sheet.marks} {sheet.comment} {sheet.note}" for sheet in page.sheets]
    return " | ".join(words)


def marking(world, entry, jurors=None):
    close(world)
    screen_all(world)
    for juror in jurors or world.jurors:
        acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))


def refs(found):
    return sorted(found.values_list("ref", flat=True))


def test_strangers_and_the_anonymous_see_nothing():
    world = open_world()
    sent = full(world)
    for user in (AnonymousUser(), make_user(), make_user(is_superuser=True), make_user(Role.PROGRAMME)):
        assert refs(Submission.objects.visible_to(user)) == []
        assert queries.entry_page(user, sent.ref) is None
        assert not any(queries.may_open(user, upload) for upload in sent.uploads.all())
    assert queries.my_submissions(AnonymousUser()).own == []


def test_a_draft_is_seen_by_its_own_people_alone():
    world = open_world()
    draft = make_draft(world)
    for user in (
        world.manager,
        world.screener,
        world.chair,
        world.jurors[0],
        make_user(Role.SECRETARIAT),
        make_user(Role.AUDITOR),
        make_user(),
    ):
        assert not Submission.objects.visible_to(user).exists()
    assert Submission.objects.visible_to(draft.applicant.user).get() == draft


def test_the_words_that_were_not_sent_are_seen_by_nobody_else():
    world = open_world()
    sent = full(world)
    acts.save_draft(sent.applicant.user, sent, {"summary": "UNSENT"})
    for user in (world.manager, make_user(Role.SECRETARIAT)):
        assert "UNSENT" not in everything(queries.entry_page(user, sent.ref))


def test_a_co_applicant_sees_nothing_before_she_agrees_nor_after_she_steps_back():
    world, user, other = open_world(), make_user(), make_user()
    draft = make_draft(world, user)
    asked = acts.add_co_applicant(user, draft, other.email)
    assert not Submission.objects.visible_to(other).exists()
    assert queries.submission_page(other, draft.uid) is None
    assert [one.pk for one in queries.my_submissions(other).invited] == [asked.pk]
    acts.confirm_co_applicant(other, asked)
    assert queries.submission_page(other, draft.uid).is_main is False
    acts.remove_co_applicant(other, asked)
    assert queries.submission_page(other, draft.uid) is None


def test_duties_open_with_their_stage():
    world = open_world()
    sent = full(world)

    def seen():
        people = (world.screener, world.jurors[0], world.jurors[1], world.chair)
        return [Submission.objects.visible_to(user).exists() for user in people]

    assert seen() == [False, False, False, False]
    close(world)
    assert seen() == [False, False, False, False]
    acts.open_stage(world.manager, world.run("screening"))
    assert seen() == [True, False, False, False]
    acts.screen(world.screener, sent, True)
    acts.close_stage(world.manager, world.run("screening"))
    acts.assign(world.manager, sent, world.jurors[0].person)
    assert seen() == [True, False, False, False]  # a list made before the stage opens shows nothing
    acts.open_stage(world.manager, world.run("jury"))
    assert seen() == [True, True, False, True]


def test_duties_end_with_the_call():
    """A juror of one call is nobody in another."""
    world, other = open_world(), open_world()
    sent = full(world)
    marking(world, sent)
    for user in (other.manager, other.screener, other.chair, *other.jurors):
        assert not Submission.objects.visible_to(user).exists()
        assert queries.entry_page(user, sent.ref) is None


def test_a_withdrawn_entry_is_gone_from_the_judges():
    world = open_world()
    sent = full(world)
    marking(world, sent)
    acts.withdraw(sent.applicant.user, sent)
    for user in (world.screener, world.chair, world.jurors[0]):
        assert queries.entry_page(user, sent.ref) is None
    assert queries.entry_page(world.manager, sent.ref) is not None


# -- fields ---------------------------------------------------------------------------------------


def test_jurors_do_not_see_what_is_hidden_from_jurors():
    world = open_world()
    sent = full(world)
    marking(world, sent)
    for user in (world.jurors[0], world.chair):
        words = everything(queries.entry_page(user, sent.ref))
        assert CONTACT not in words
        assert "letter-of-boat-trust" not in words
        assert NOTE in words
        assert BODY in words
    for user in (world.screener, world.manager, make_user(Role.SECRETARIAT), make_user(Role.AUDITOR)):
        words = everything(queries.entry_page(user, sent.ref))
        assert CONTACT in words
        assert "letter-of-boat-trust.txt" in words


def test_a_blind_call_does_not_tell_who_applied():
    world = open_world(blind=True)
    sent = full(world)
    marking(world, sent)
    for user in (world.jurors[0], world.chair):
        page = queries.entry_page(user, sent.ref)
        words = everything(page)
        for secret in ("Ada", "Cora", BODY, "boat-trust", CONTACT):
            assert secret not in words
        assert (page.applicant, page.organisation, page.co_applicants) == (None, None, [])
        assert "File 1.txt" in words
    for user in (world.screener, world.manager):
        words = everything(queries.entry_page(user, sent.ref))
        assert "Ada Applicant" in words
        assert "Cora Co" in words
        assert "boat-trust-report.txt" in words


def test_the_chair_learns_the_names_once_the_verdict_is_sealed():
    world = open_world(blind=True)
    [one] = judged(world, [[(5, 5)]])
    assert queries.entry_page(world.chair, one.ref).applicant is None
    assert queries.chair_table(world.chair, world.call).names is False
    call = acts.decide(world.chair, world.fresh(), {one.pk: acts.Choice("accepted", "gold")})
    acts.seal_verdict(world.chair, call)
    assert queries.entry_page(world.chair, one.ref).applicant == one.applicant
    assert queries.entry_page(world.jurors[0], one.ref).applicant is None


def test_files_open_for_those_who_see_their_field():
    world = open_world()
    sent = full(world)
    marking(world, sent, world.jurors[:1])
    paper, letter = sent.uploads.get(field="papers"), sent.uploads.get(field="letters")

    def opens(user):
        return (queries.may_open(user, paper), queries.may_open(user, letter))

    assert opens(sent.applicant.user) == (True, True)
    assert opens(world.screener) == (True, True)
    assert opens(world.jurors[0]) == (True, False)
    assert opens(world.jurors[1]) == (False, False)
    acts.declare_conflict(world.jurors[0], sent)
    assert opens(world.jurors[0]) == (False, False)
    for user in (world.jurors[0], world.jurors[1]):
        assert user.has_perm("calls.open_upload", paper) is False
    assert sent.applicant.user.has_perm("calls.open_upload", paper) is True


def test_a_file_that_was_never_sent_opens_for_its_own_people_alone():
    world = open_world()
    sent = make_sent(world)
    file = acts.upload(sent.applicant.user, sent, "papers", SimpleUploadedFile("a.txt", b"words"))
    assert queries.may_open(world.manager, file) is False
    assert queries.may_open(sent.applicant.user, file) is True


# -- conflicts ------------------------------------------------------------------------------------


def test_whoever_has_a_conflict_sees_neither_the_entry_nor_its_discussion():
    world = open_world()
    sent = full(world)
    marking(world, sent)
    mark(world.jurors[1], sent, 5, 5, comment="DISCUSSION")
    people = (world.jurors[0], world.chair, world.screener, world.manager)
    for user in people:
        assert queries.entry_page(user, sent.ref) is not None
        acts.declare_conflict(user, sent)
        assert queries.entry_page(user, sent.ref) is None
        assert refs(Submission.objects.visible_to(user)) == []
        assert refs(Submission.objects.on_duty_of(user)) == []
        assert not any(queries.may_open(user, upload) for upload in sent.uploads.all())
        assert user.has_perm("calls.view_submission", sent) is False
        assert queries.waiting(user) == []
    assert queries.jury_list(world.jurors[0], world.call).rows == []
    assert refs(queries.screening_queue(world.screener, world.call)) == []


def test_the_chairs_table_leaves_out_what_she_has_a_conflict_with():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    acts.declare_conflict(world.chair, one)
    table = queries.chair_table(world.chair, world.fresh())
    assert ([row.submission.ref for row in table.rows], table.hidden) == ([two.ref], 1)
    assert table.rows[0].rank == 1  # counted among what she sees: a gap would tell the hidden one's place
    assert one.ref not in str(table)


def test_whatever_marks_a_hidden_entry_has_the_sheet_is_the_same():
    """First, in the middle, last, or parted from another only by lot: she cannot tell which."""
    told = []
    for hidden in ((5, 5), (4, 3), (4, 4), (2, 2), (1, 1)):
        world = open_world()
        first, _second, _third = judged(world, [[hidden], [(4, 4)], [(2, 2)]])
        acts.declare_conflict(world.chair, first)
        table = queries.chair_table(world.chair, world.fresh())
        shown = [(row.rank, row.mean, row.deviation, row.count, row.drawn) for row in table.rows]
        told.append((shown, table.tally, table.hidden))
    assert told == [told[0]] * 5
    assert [row[:2] for row in told[0][0]] == [(1, "4.000"), (2, "2.000")]


def test_nobody_has_duties_over_her_own():
    world = open_world()
    sent = full(world, world.chair)
    marking(world, sent)
    assert queries.entry_page(world.chair, sent.ref) is None
    assert queries.submission_page(world.chair, sent.uid) is not None
    assert refs(Submission.objects.on_duty_of(world.chair)) == []


# -- marks ----------------------------------------------------------------------------------------


def test_others_marks_are_seen_after_ones_own_are_sent_and_not_before():
    world = open_world()
    sent = full(world)
    marking(world, sent)
    first, second, third = world.jurors
    mark(first, sent, 5, 5, comment="FIRST", note="FOR THE CHAIR")
    words = everything(queries.entry_page(second, sent.ref))
    assert "FIRST" not in words
    assert "Juror 1" not in words
    acts.declare_no_conflict(second, sent)
    acts.save_assessment(second, sent, {"effect": 3})
    assert queries.entry_page(second, sent.ref).sheets == []
    acts.send_assessment(second, sent, {"effect": 3, "evidence": 3}, comment="SECOND")
    words = everything(queries.entry_page(second, sent.ref))
    assert "FIRST" in words
    assert "FOR THE CHAIR" not in words
    assert "FOR THE CHAIR" in everything(queries.entry_page(first, sent.ref))  # her own
    assert queries.entry_page(third, sent.ref).sheets == []


def test_who_sees_marks_while_scoring_and_after():
    world = open_world()
    sent = full(world)
    marking(world, sent, world.jurors[:1])
    mark(world.jurors[0], sent, 5, 5, comment="MARK", note="NOTE")
    auditor, secretariat = make_user(Role.AUDITOR), make_user(Role.SECRETARIAT)

    def readers():
        people = {
            "chair": world.chair,
            "manager": world.manager,
            "screener": world.screener,
            "secretariat": secretariat,
            "auditor": auditor,
        }
        return {
            name for name, user in people.items() if "MARK" in everything(queries.entry_page(user, sent.ref))
        }

    assert readers() == {"auditor"}
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    assert readers() == {"auditor", "chair"}
    call = acts.decide(world.chair, world.fresh(), {sent.pk: acts.Choice("accepted", "gold")})
    acts.seal_verdict(world.chair, call)
    assert readers() == {"auditor", "chair", "manager", "secretariat"}


def test_void_marks_are_seen_by_nobody():
    world = open_world()
    sent = full(world)
    marking(world, sent, world.jurors[:2])
    mark(world.jurors[0], sent, 5, 5, comment="VOID")
    mark(world.jurors[1], sent, 3, 3, comment="GOOD")
    acts.declare_conflict(world.jurors[0], sent)
    words = everything(queries.entry_page(make_user(Role.AUDITOR), sent.ref))
    assert "VOID" not in words
    assert "GOOD" in words


def test_a_managers_overview_holds_no_marks():
    world = open_world()
    sent = full(world)
    marking(world, sent, world.jurors[:1])
    mark(world.jurors[0], sent, 5, 4, comment="MARK", note="NOTE")
    overview = queries.manager_overview(world.manager, world.fresh())
    words = str([(load.label, load.assigned, load.sent) for load in overview.jurors]) + str(overview.stages)
    assert "MARK" not in words
    assert [(load.assigned, load.sent) for load in overview.jurors] == [(1, 1), (0, 0), (0, 0)]


def test_what_somebody_sees_who_may_see_either():
    assert Sight("assigned", "own") | Sight("all", "none", names=True) == Sight("all", "own", True, False)
    assert Sight("none", "after_own", hidden=True) | Sight() == Sight("none", "after_own", False, True)


def test_the_secretariat_of_a_gathering_sees_its_calls():
    """A mandate in the scope that a call is part of counts; one in another scope does not."""
    world = open_world()
    world.call.parent_scope = "gatherings.gathering:one"
    world.call.save()
    sent = full(world)
    inside = make_user(Role.CALL_MANAGER, "gatherings.gathering:one")
    outside = make_user(Role.CALL_MANAGER, "gatherings.gathering:two")
    assert queries.entry_page(inside, sent.ref) is not None
    assert queries.entry_page(outside, sent.ref) is None
    assert scope_of(world.call) in world.call.scopes()
