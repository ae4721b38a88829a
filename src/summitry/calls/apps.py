from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class CallsConfig(AppConfig):
    name = "summitry.calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        from summitry.people import erasure, export, scopes, waiting
        from summitry.record import registry

        from . import faces, permissions, personal, queries  # noqa: F401  (permissions register themselves)

        registry.kind("calls.opened", gettext_noop("Call opened: %(title)s"), icon="call")
        registry.kind("calls.amended", gettext_noop("Call amended: %(title)s"), icon="call")
        registry.kind("calls.closed", gettext_noop("Call closed for submissions: %(title)s"), icon="clock")
        registry.kind("calls.received", gettext_noop("Submission received: %(ref)s"), icon="doc", link="ref")
        registry.kind(
            "calls.withdrawn", gettext_noop("Submission withdrawn: %(ref)s"), icon="cross", link="ref"
        )
        registry.kind("calls.stage_opened", gettext_noop("Stage opened: %(stage)s, %(title)s"), icon="call")
        registry.kind("calls.stage_closed", gettext_noop("Stage closed: %(stage)s, %(title)s"), icon="call")
        registry.kind(
            "calls.conflict", gettext_noop("Conflict of interest declared: %(ref)s"), icon="alert", link="ref"
        )
        registry.kind("calls.sealed", gettext_noop("Verdict sealed: %(title)s"), icon="seal")
        registry.kind("calls.accepted", gettext_noop("Accepted: %(entry)s"), icon="check", link="entry")
        registry.kind("calls.published", gettext_noop("Decisions published: %(title)s"), icon="globe")
        registry.role("clock", _("the calendar"))
        registry.role("applicant", _("applicant"))
        registry.subject("calls.call", url=faces.call_url, faces=faces.call_faces, keys=faces.call_keys)
        registry.subject(
            "calls.verdict", url=faces.call_url, faces=faces.verdict_faces, keys=faces.verdict_keys
        )
        registry.subject("calls.submission", url=faces.submission_url)
        waiting.register(queries.waiting)
        export.register("calls", personal.give, personal.SCHEMA)
        erasure.register("calls", personal.forget)
        scopes.offer_all(gettext_noop("Calls"), "calls.call")
