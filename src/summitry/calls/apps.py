from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class CallsConfig(AppConfig):
    name = "summitry.calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        from summitry import kept as pages
        from summitry.people import changes, erasure, export, scopes, waiting
        from summitry.people.acts.mandates import guard
        from summitry.record import registry

        from . import eligibility, faces, personal, queries
        from . import permissions as _permissions  # noqa: F401  (they register themselves)
        from .conflicts import keep
        from .models import Call, RuleSet, StageRun, Submission

        pages.watch(Call, call="pk", calls="", unseen=("version", "sheet", "seed"))
        pages.watch(RuleSet, call="call_id")
        pages.watch(StageRun, call="call_id")
        pages.watch(Submission, submissions="call_id")

        registry.kind("calls.opened", gettext_noop("Call opened: %(title)s"), icon="call")
        registry.kind("calls.amended", gettext_noop("Call amended: %(title)s"), icon="call")
        registry.kind("calls.closed", gettext_noop("Call closed for submissions: %(title)s"), icon="clock")
        registry.kind("calls.received", gettext_noop("Submission received: %(ref)s"), icon="doc", link="ref")
        registry.kind(
            "calls.imported", gettext_noop("Submissions taken in from a table: %(title)s"), icon="tray"
        )
        registry.kind(
            "calls.withdrawn", gettext_noop("Submission withdrawn: %(ref)s"), icon="cross", link="ref"
        )
        registry.kind("calls.stage_opened", gettext_noop("Stage opened: %(stage)s, %(title)s"), icon="call")
        registry.kind("calls.stage_closed", gettext_noop("Stage closed: %(stage)s, %(title)s"), icon="call")
        registry.kind(
            "calls.stage_reopened", gettext_noop("Stage opened again: %(stage)s, %(title)s"), icon="call"
        )
        registry.kind(
            "calls.conflict", gettext_noop("Conflict of interest declared: %(ref)s"), icon="alert", link="ref"
        )
        registry.kind(
            "calls.votes_set_aside", gettext_noop("Votes set aside: %(stage)s, %(title)s"), icon="ballot"
        )
        registry.kind(
            "calls.votes_restored", gettext_noop("Votes count again: %(stage)s, %(title)s"), icon="ballot"
        )
        registry.kind(
            "calls.turn_moved", gettext_noop("Running order changed: %(stage)s, %(title)s"), icon="list"
        )
        registry.kind(
            "calls.conflict_lifted",
            gettext_noop("Conflict of interest lifted: %(ref)s"),
            icon="check",
            link="ref",
        )
        registry.kind(
            "calls.supplemented", gettext_noop("Supplement received: %(ref)s"), icon="doc", link="ref"
        )
        registry.kind(
            "calls.merger_proposed",
            gettext_noop("Merging proposed: %(ref)s into %(into)s"),
            icon="users",
            link="ref",
        )
        registry.kind("calls.merged", gettext_noop("Merged: %(ref)s into %(into)s"), icon="users", link="ref")
        registry.kind(
            "calls.merger_ended",
            gettext_noop("Proposal to merge ended: %(ref)s, %(into)s"),
            icon="cross",
            link="ref",
        )
        registry.kind("calls.objection", gettext_noop("Objection filed: %(ref)s"), icon="alert", link="ref")
        registry.kind(
            "calls.objection_withdrawn",
            gettext_noop("Objection withdrawn: %(ref)s"),
            icon="cross",
            link="ref",
        )
        registry.kind(
            "calls.objection_answered", gettext_noop("Objection answered: %(ref)s"), icon="seal", link="ref"
        )
        registry.kind("calls.sealed", gettext_noop("Verdict sealed: %(title)s"), icon="seal")
        registry.kind("calls.approved", gettext_noop("Verdict approved: %(title)s"), icon="check")
        registry.kind("calls.sent_back", gettext_noop("Verdict sent back: %(title)s"), icon="seal")
        registry.kind("calls.accepted", gettext_noop("Accepted: %(entry)s"), icon="check", link="entry")
        registry.kind("calls.published", gettext_noop("Decisions published: %(title)s"), icon="globe")
        registry.kind("calls.told", gettext_noop("Applicants told under embargo: %(title)s"), icon="mail")
        registry.kind("calls.declined", gettext_noop("Stepped out after the decision: %(ref)s"), link="ref")
        registry.kind(
            "calls.moved_up", gettext_noop("Moved up from the reserve list: %(ref)s"), icon="up", link="ref"
        )
        registry.kind("calls.appealed", gettext_noop("Appeal filed: %(ref)s"), icon="alert", link="ref")
        registry.kind(
            "calls.appeal_answered", gettext_noop("Appeal answered: %(ref)s"), icon="seal", link="ref"
        )
        registry.kind("calls.delivered", gettext_noop("Delivered: %(name)s, %(ref)s"), icon="doc", link="ref")
        registry.kind("calls.waived", gettext_noop("No longer asked: %(name)s, %(ref)s"), link="ref")
        registry.role("rules", _("the rules"))
        registry.role("clock", _("the calendar"))
        registry.role("applicant", _("applicant"))
        registry.role("objector", _("objector"))
        registry.subject("calls.call", url=faces.call_url, faces=faces.call_faces, keys=faces.call_keys)
        registry.subject(
            "calls.verdict", url=faces.call_url, faces=faces.verdict_faces, keys=faces.verdict_keys
        )
        registry.subject("calls.submission", url=faces.submission_url)
        waiting.register(queries.waiting)
        changes.register(keep.people_changed)
        changes.register_duties(keep.duty_changed)
        export.register("calls", personal.give, personal.SCHEMA)
        erasure.register("calls", personal.forget)
        scopes.offer_all(gettext_noop("Calls"), "calls.call")
        guard(eligibility.refuse_duty)
