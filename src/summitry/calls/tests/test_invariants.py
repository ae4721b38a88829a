"""No sequence of acts, by whomever, breaks what DOMAIN promises: a state machine that tries.

Anybody may try anything at any time. Acts may refuse; what must never happen is checked after every step.
"""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from summitry.calls import acts, faces, queries, verdicts
from summitry.calls.acts import Choice
from summitry.calls.models import (
    Appeal,
    Assessment,
    Assignment,
    Call,
    Conflict,
    Decision,
    StageRun,
    Submission,
)
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record import log
from summitry.record.models import Entry

from .factories import T, answers, make_world

pytestmark = pytest.mark.django_db
REFUSED = (ValidationError, PermissionDenied)
MARK = st.integers(1, 5)
PEOPLE = 10  # how many there are; each step picks one by number
done: Counter[str] = (
    Counter()
)  # which acts succeeded, over all runs: the machine must have reached everything


class Calls(RuleBasedStateMachine):
    """One call and ten people with various duties, some with several."""

    @initialize(blind=st.booleans(), declare=st.booleans())
    def begin(self, blind, declare):
        world = make_world(blind=blind)
        rules = world.call.rules
        world.call = acts.edit_rules(
            world.manager, world.call, replace(rules, conflicts=replace(rules.conflicts, declare=declare))
        )
        second = make_user(Role.JURY_CHAIR, scope_of(world.call))
        applicants = [make_user(), make_user()]
        make_mandate(applicants[1].person, Role.JUROR, scope_of(world.call))  # a juror who applies
        self.world = world
        self.people = [
            world.manager,
            world.screener,
            world.chair,
            second,
            *world.jurors,
            *applicants,
            make_user(Role.SECRETARIAT),
        ]
        assert len(self.people) == PEOPLE
        self.drafts = {}  # submission -> the words that were saved last
        self.sent_marks = {}  # assessment -> its marks when they were sent
        self.closed = False

    def attempt(self, name, act):
        try:
            found = act()
        except REFUSED:
            return None
        done[name] += 1
        return found

    def call(self):
        return Call.objects.get(pk=self.world.call.pk)

    def entry(self, number):
        found = list(Submission.objects.select_related("call").filter(call=self.world.call).order_by("pk"))
        return found[number % len(found)] if found else None

    def now(self):
        """Before the deadline until somebody closed the call, after it then."""
        call = self.call()
        return call.closes_at + timedelta(minutes=1) if self.closed else timezone.now()

    # -- the call ---------------------------------------------------------------------------------

    @rule(who=st.integers(0, PEOPLE - 1))
    def open_call(self, who):
        self.attempt("open_call", lambda: acts.open_call(self.people[who], self.call()))

    @rule(who=st.integers(0, PEOPLE - 1), title=st.sampled_from(["A", "B"]), blind=st.booleans())
    def change_rules(self, who, title, blind):
        call = self.call()
        fresh = replace(call.rules, title=T(title), blind=blind)
        self.attempt("edit_rules", lambda: acts.edit_rules(self.people[who], call, fresh, call.version))
        self.attempt("amend", lambda: acts.amend(self.people[who], call, fresh, "Because.", now=self.now()))

    @precondition(lambda self: self.call().submissions.exists())
    @rule(who=st.sampled_from([0, 9, 0, 2]))
    def pass_the_deadline(self, who):
        self.closed = True
        self.attempt("close_call", lambda: acts.close_call(self.people[who], self.call(), now=self.now()))

    @rule(who=st.sampled_from([0, 9, 0, 9, 2, 4]))
    def next_stage(self, who):
        runs = list(StageRun.objects.select_related("call").filter(call=self.world.call).order_by("position"))
        run = next((one for one in runs if one.state != "closed"), None)
        if run and run.is_open:
            self.attempt(f"close_{run.key}", lambda: acts.close_stage(self.people[who], run))
        elif run:
            self.attempt(f"open_{run.key}", lambda: acts.open_stage(self.people[who], run))

    # -- applicants -------------------------------------------------------------------------------

    @rule(who=st.sampled_from([7, 8, 7, 8, 2]), words=st.sampled_from(["One", "Two", "word " * 25]))
    def write(self, who, words):
        user = self.people[who]
        draft = self.attempt("start_draft", lambda: acts.start_draft(user, self.call(), now=self.now()))
        if draft is None:
            return
        self.drafts[draft.pk] = draft.draft
        saved = self.attempt(
            "save_draft",
            lambda: acts.save_draft(
                user, draft, answers(summary=words), draft.version, category="north", now=self.now()
            ),
        )
        if saved:
            self.drafts[saved.pk] = saved.draft

    @rule(who=st.integers(0, PEOPLE - 1), which=st.integers(0, 9), own=st.booleans())
    def send(self, who, which, own):
        if entry := self.entry(which):
            user = entry.applicant.user if own else self.people[who]
            sent = self.attempt("submit", lambda: acts.submit(user, entry, now=self.now()))
            if sent:
                self.drafts[entry.pk] = sent.draft

    @rule(who=st.integers(0, PEOPLE - 1), which=st.integers(0, 9), sure=st.integers(0, 3))
    def withdraw(self, who, which, sure):
        if sure == 0 and (entry := self.entry(which)):
            self.attempt("withdraw", lambda: acts.withdraw(self.people[who], entry))

    # -- judges -----------------------------------------------------------------------------------

    @rule(
        who=st.sampled_from([1, 1, 1, 4, 0]),
        passed=st.sampled_from([True, True, True, False]),
        words=st.sampled_from(["", "No."]),
    )
    def screen(self, who, passed, words):
        for entry in Submission.objects.select_related("call").filter(call=self.world.call):
            self.attempt(
                "screen", lambda entry=entry: acts.screen(self.people[who], entry, passed, reason=words)
            )

    @rule(who=st.sampled_from([0, 9, 2]), partly=st.sampled_from([True, True, False]))
    def deal(self, who, partly):
        self.attempt("assign_all", lambda: acts.assign_all(self.people[who], self.call(), partly=partly))

    @rule(who=st.integers(0, PEOPLE - 1), which=st.integers(0, 9), sure=st.integers(0, 3))
    def step_back(self, who, which, sure):
        entry = self.entry(which)
        if entry and sure == 0:
            self.attempt("declare_conflict", lambda: acts.declare_conflict(self.people[who], entry, "Kin."))

    @rule(who=st.sampled_from([4, 5, 6, 8, 4, 5, 6, 0, 1, 2]), effect=MARK, evidence=MARK)
    def mark(self, who, effect, evidence):
        user = self.people[who]
        for entry in Submission.objects.select_related("call").filter(call=self.world.call):
            self.attempt("declare_no_conflict", lambda entry=entry: acts.declare_no_conflict(user, entry))
            found = self.attempt(
                "send_assessment",
                lambda entry=entry: acts.send_assessment(
                    user, entry, {"effect": effect, "evidence": evidence}
                ),
            )
            if found:
                self.sent_marks[found.pk] = dict(found.marks)

    # -- the chair --------------------------------------------------------------------------------

    @rule(
        who=st.sampled_from([2, 3, 2, 3, 0, 9]),
        levels=st.lists(st.sampled_from(["gold", "silver", "-"]), min_size=4, max_size=4),
        why=st.sampled_from(["", "A region."]),
        reason=st.sampled_from(["", "Too early.", "Too early."]),
    )
    def decide(self, who, levels, why, reason):
        user, call = self.people[who], self.call()
        shown = Submission.objects.filter(call=call).in_the_running().on_duty_of(user).order_by("number")
        choices = {
            entry.pk: Choice("rejected", reason=reason, departure_reason=why)
            if level == "-"
            else Choice("accepted", level, departure_reason=why)
            for entry, level in zip(shown, itertools.cycle(levels))
        }
        self.attempt("decide", lambda: acts.decide(user, call, choices, call.sheet))

    @rule(who=st.sampled_from([2, 3, 2, 0, 9]))
    def seal(self, who):
        self.attempt("seal_verdict", lambda: acts.seal_verdict(self.people[who], self.call()))

    @rule(who=st.sampled_from([0, 9, 2]))
    def publish(self, who):
        self.attempt("publish", lambda: acts.publish(self.people[who], self.call()))

    @rule(who=st.sampled_from([2, 3, 0]))
    def fill(self, who):
        self.attempt("fill_sheet", lambda: acts.fill_sheet(self.people[who], self.call(), "weaker"))

    @rule(who=st.sampled_from([0, 9, 2]), at=st.integers(0, 3), sure=st.integers(0, 3))
    def reopen(self, who, at, sure):
        run = StageRun.objects.select_related("call").filter(call=self.world.call, position=at).first()
        if run and run.state == "closed" and sure == 0:
            self.attempt("reopen_stage", lambda: acts.reopen_stage(self.people[who], run, "An error."))

    # -- after publication ------------------------------------------------------------------------

    @rule(who=st.sampled_from([7, 8, 2]), which=st.integers(0, 9), give_back=st.booleans())
    def answer(self, who, which, give_back):
        """An applicant gives her place back, or appeals against having none."""
        if entry := self.entry(which):
            user = self.people[who]
            if give_back:
                self.attempt("decline", lambda: acts.decline(user, entry))
            else:
                self.attempt("appeal", lambda: acts.appeal(user, entry, "A rule was broken."))

    @rule(who=st.sampled_from([2, 3, 9, 0]), upheld=st.booleans(), tier=st.sampled_from(["", "silver"]))
    def answer_appeals(self, who, upheld, tier):
        for one in Appeal.objects.filter(submission__call=self.world.call):
            self.attempt(
                "answer_appeal",
                lambda one=one: acts.answer_appeal(
                    self.people[who], one, upheld, "As the rules have it.", tier=tier
                ),
            )

    # -- the way on -------------------------------------------------------------------------------

    def go_on(self):
        """What those who have the duty would do next, so that the machine gets to the end between its
        follies."""
        call = self.call()
        if call.state == "draft":
            return self.open_call(0)
        if call.state == "open" and not self.closed:
            if call.submissions.sent().count() < 2:
                self.write(7, "One")
                self.write(8, "Two")
                for at in range(call.submissions.count()):
                    self.send(0, at, True)
                return None
            return self.pass_the_deadline(0)
        if call.state == "open":
            return self.pass_the_deadline(0)
        if call.state == "decided":
            return self.publish(0)
        run = call.stages.exclude(state="closed").order_by("position").first()
        if run is None:
            return None
        if not run.is_open:
            if run.key == "jury":
                self.deal(0, True)
            return self.next_stage(0)
        if run.key == "screening":
            self.screen(1, True, "")
        if run.key == "jury":
            for who in (4, 5, 6, 8):
                self.mark(who, who % 5 + 1, 3)
        if run.key == "deliberation":
            for who in (2, 3):
                self.decide(who, ["silver", "-", "silver", "silver"], "A region.", "Too early.")
            return self.seal(2)
        return self.next_stage(0)

    @rule()
    def go_on_one(self):
        self.go_on()

    @rule(steps=st.integers(1, 4))
    def go_on_several(self, steps):
        for _ in range(steps):
            self.go_on()

    # -- what must always hold --------------------------------------------------------------------

    @invariant()
    def rules_are_frozen_at_opening(self):
        """1. What every version says is what it said, and all say the same but for words and dates."""
        if not hasattr(self, "world"):
            return
        call = self.call()
        versions = list(call.versions.order_by("version"))
        assert bool(versions) == (call.state != "draft")
        for version in versions:
            assert version.parsed.digest == version.digest
            assert version.parsed.skeleton() == versions[0].parsed.skeleton()
        if versions:
            assert call.rules == versions[-1].parsed
            entered = [
                entry.facts["rules"]
                for entry in Entry.objects.filter(
                    subject=scope_of(call), kind__in=["calls.opened", "calls.amended"]
                ).order_by("index")
            ]
            assert entered == [version.digest for version in versions]

    @invariant()
    def a_conflict_hides_entry_and_discussion(self):
        """2."""
        if not hasattr(self, "world"):
            return
        for conflict in Conflict.objects.filter(lifted_at=None).select_related(
            "juror__user", "submission__call"
        ):
            user, entry = conflict.juror.user, conflict.submission
            assert not Submission.objects.on_duty_of(user).filter(pk=entry.pk).exists()
            assert queries.entry_page(user, entry.ref) is None
            assert not Assignment.objects.filter(
                juror=conflict.juror, submission=entry, ended_at=None
            ).exists()
            assert not any(
                one.counts for one in Assessment.objects.filter(juror=conflict.juror, submission=entry)
            )
            if not entry.call.is_sealed:
                assert not Decision.objects.filter(submission=entry, decided_by=conflict.juror).exists()

    @invariant()
    def a_verdict_can_be_recomputed(self):
        """3. and 4."""
        if not hasattr(self, "world"):
            return
        call = self.call()
        assert call.is_sealed == call.verdicts.filter(superseded_at=None).exists()
        if not call.is_sealed:
            return
        assert verdicts.recompute(call.verdict.body) == call.verdict.body
        assert (
            Entry.objects.filter(kind="calls.sealed", subject=scope_of(call.verdict))
            .order_by("index")
            .last()
            .facts["verdict"]
            == call.verdict.digest
        )
        for one in call.verdicts.all():  # those that were superseded, too
            assert verdicts.recompute(one.body) == one.body
        for decision in Decision.objects.filter(submission__call=call):
            assert decision.departure_reason or not decision.departs

    @invariant()
    def a_rejection_has_its_reason_and_appeals_their_clock(self):
        """5."""
        if not hasattr(self, "world"):
            return
        call = self.call()
        for decision in Decision.objects.filter(submission__call=call).select_related("submission"):
            decision.submission.call = call
            assert decision.is_accepted or decision.words
        if call.is_published:
            assert call.appeals_until == call.published_at + timedelta(days=14)
            for entry in Submission.objects.sent().filter(call=call).select_related("decision"):
                assert entry.state in {entry.decision.result, "declined"}
                if entry.state == "declined":
                    stepped_out = Entry.objects.filter(kind="calls.declined")
                    assert entry.ref in [one.facts["ref"] for one in stepped_out]
            for appeal in Appeal.objects.filter(submission__call=call, upheld__isnull=False):
                assert appeal.answer
                assert appeal.answered_by_id != appeal.submission.decision.decided_by_id

    @invariant()
    def deadlines_are_kept_and_drafts_survive(self):
        """6."""
        if not hasattr(self, "world"):
            return
        call = self.call()
        for entry in Submission.objects.filter(call=call):
            assert entry.draft == self.drafts[entry.pk]
            if entry.sent_at:
                assert call.opens_at <= entry.sent_at <= call.closes_at

    @invariant()
    def nobody_does_what_she_may_not(self):
        """Managers and screeners have no marks; only chairs decide; nobody judges her own; sent marks are
        final."""
        if not hasattr(self, "world"):
            return
        world = self.world
        assert not Assessment.objects.filter(juror__in=[world.manager.person, world.screener.person]).exists()
        for decision in Decision.objects.filter(submission__call=world.call).select_related("submission"):
            allowed = {world.chair.person.pk, self.people[3].person.pk}
            if decision.submission.screenings.filter(passed=False).exists():
                allowed.add(world.screener.person.pk)
            assert decision.decided_by_id in allowed
            assert decision.decided_by_id != decision.submission.applicant_id
        for assessment in Assessment.objects.filter(stage__call=world.call).select_related("submission"):
            assert assessment.juror_id != assessment.submission.applicant_id
            if assessment.sent_at:
                assert assessment.marks == self.sent_marks[assessment.pk]

    @invariant()
    def no_result_is_told_early(self):
        if not hasattr(self, "world"):
            return
        call = self.call()
        told = Submission.objects.filter(call=call, state__in=["accepted", "rejected"]).exists()
        assert not told or call.is_published
        assert (
            call.is_sealed
            or call.state == "draft"
            or faces.call_faces([call.slug])[call.slug]["seed"] is None
        )

    @invariant()
    def the_record_says_what_stands(self):
        """Every public face is as the last entry about it left it."""
        if not hasattr(self, "world"):
            return
        call = self.call()
        now = {f"calls.call:{slug}": face for slug, face in faces.call_faces([call.slug]).items()}
        now |= {f"calls.verdict:{slug}": face for slug, face in faces.verdict_faces([call.slug]).items()}
        for subject, face in now.items():
            last = Entry.objects.filter(subject=subject).order_by("-index")[0]
            assert last.said["face"] == log.digest(face)


def test_no_sequence_of_acts_breaks_the_invariants():
    done.clear()
    run_state_machine_as_test(
        Calls,
        settings=settings(
            max_examples=8,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert done["seal_verdict"] > 0  # it was not all refused


def test_the_machine_can_reach_the_end():
    """The same steps in an order that leads from draft to publication: every rule does something."""
    machine = Calls()
    done.clear()
    machine.begin(blind=True, declare=True)
    steps = [
        lambda: machine.change_rules(0, "A", True),
        lambda: machine.open_call(0),
        lambda: machine.change_rules(0, "B", True),
        lambda: [machine.write(who, "One") for who in (7, 8, 7)],
        lambda: [machine.send(0, at, True) for at in range(3)],
        lambda: machine.pass_the_deadline(0),
        lambda: machine.next_stage(0),
        lambda: machine.screen(1, True, ""),
        lambda: machine.next_stage(9),
        lambda: machine.deal(0, True),
        lambda: machine.next_stage(0),
        lambda: [machine.mark(who, 3, who % 5 + 1) for who in (4, 5, 6, 8)],
        lambda: [machine.step_back(who, 0, 0) for who in (4, 5, 6) if not done["declare_conflict"]],
        lambda: machine.next_stage(0),
        lambda: machine.next_stage(0),
        lambda: machine.withdraw(7, 2, 0),
        lambda: machine.decide(2, ["gold", "silver", "-", "-"], "A region.", "Too early."),
        lambda: machine.seal(2),
        lambda: machine.reopen(0, 2, 0),
        lambda: machine.fill(2),
        lambda: machine.seal(2),
        lambda: machine.publish(0),
        lambda: [
            machine.answer(who, at, back) for who in (7, 8) for at in range(3) for back in (True, False)
        ],
        lambda: machine.answer_appeals(9, False, ""),
    ]
    for step in steps:
        step()
        for name in dir(machine):
            if hasattr(getattr(type(machine), name, None), "hypothesis_stateful_invariant"):
                getattr(machine, name)()
    assert machine.call().is_published
    assert {
        "edit_rules",
        "open_call",
        "amend",
        "submit",
        "close_call",
        "screen",
        "assign_all",
        "send_assessment",
        "declare_conflict",
        "withdraw",
        "decide",
        "seal_verdict",
        "reopen_stage",
        "publish",
        "decline",
    } <= set(done)
