"""What consultations tell the rooms below when the software starts."""

from django.utils.translation import gettext_lazy, gettext_noop, ngettext_lazy

from summitry import kept
from summitry.people import erasure, export, merging, waiting
from summitry.record import registry

from . import consulting_faces as faces
from . import consulting_personal as personal
from . import parts
from .models import Amendment, Comment, Report, Support
from .queries import answering, consulting

_KINDS = (
    (
        "comments_opened",
        gettext_noop("Comments opened on version %(number)s, until %(until)s: %(title)s"),
        "comment",
    ),
    (
        "comments_extended",
        gettext_noop("Comments on version %(number)s run until %(until)s: %(title)s. %(reason)s"),
        "clock",
    ),
    ("commented", gettext_noop("Comment %(number)s on version %(version)s: %(title)s"), "comment"),
    (
        "comment_withdrawn",
        gettext_noop("Comment %(number)s on version %(version)s withdrawn: %(title)s"),
        "minus",
    ),
    (
        "comment_translated",
        gettext_noop("Comment %(number)s on version %(version)s translated: %(title)s (%(language)s)"),
        "lang",
    ),
    (
        "comment_removed",
        gettext_noop("Comment %(number)s on version %(version)s removed: %(title)s. %(reason)s"),
        "cross",
    ),
    (
        "comment_shown_again",
        gettext_noop("Comment %(number)s on version %(version)s shown again: %(title)s"),
        "check",
    ),
    ("amendment_proposed", gettext_noop("Amendment %(number)s to version %(version)s: %(title)s"), "doc"),
    (
        "amendment_withdrawn",
        gettext_noop("Amendment %(number)s to version %(version)s withdrawn: %(title)s"),
        "minus",
    ),
    (
        "amendment_supported",
        gettext_noop("Amendment %(number)s to version %(version)s supported: %(title)s"),
        "users",
    ),
    (
        "support_withdrawn",
        gettext_noop("Support withdrawn from amendment %(number)s to version %(version)s: %(title)s"),
        "minus",
    ),
    (
        "amendment_combined",
        gettext_noop("Amendment %(number)s to version %(version)s combined into %(into)s: %(title)s"),
        "doc",
    ),
    (
        "amendment_taken",
        gettext_noop("Amendment %(number)s to version %(version)s taken into the next draft: %(title)s"),
        "check",
    ),
    (
        "amendment_removed",
        gettext_noop("Amendment %(number)s to version %(version)s removed: %(title)s. %(reason)s"),
        "cross",
    ),
    (
        "amendment_shown_again",
        gettext_noop("Amendment %(number)s to version %(version)s shown again: %(title)s"),
        "check",
    ),
    (
        "answered",
        ngettext_lazy(
            "%(count)d answer published to version %(number)s: %(title)s",
            "%(count)d answers published to version %(number)s: %(title)s",
            "count",
        ),
        "check",
    ),
    (
        "answer_corrected",
        gettext_noop("Answer corrected to version %(number)s: %(title)s. %(reason)s"),
        "doc",
    ),
    (
        "disposition_published",
        gettext_noop("All answers published to version %(number)s: %(title)s"),
        "seal",
    ),
    (
        "error_reported",
        gettext_noop("An error was reported in the answers to version %(number)s: %(title)s"),
        "alert",
    ),
    (
        "report_replied",
        gettext_noop("Reply to a reported error in the answers to version %(number)s: %(title)s"),
        "check",
    ),
)


def ready() -> None:
    """Called once, from AppConfig.ready()."""
    kept.watch(Comment, comments="version_id")
    kept.watch(Amendment, amendments="version_id")
    kept.watch(Support, amendments="amendment.version_id")
    kept.watch(Report, reports="version_id")

    export.register("documents_consulting", personal.give, personal.SCHEMA)
    erasure.register("documents_consulting", personal.forget)
    merging.register("documents_consulting", personal.move)
    waiting.register(answering.waiting)
    parts.register("consulting", parts.Place.ASIDE, "documents/consulting/aside.html", consulting.aside)
    parts.register(
        "consulting.at", parts.Place.PROVISION, "documents/consulting/at.html", consulting.at_provisions
    )
    parts.register("consulting.foot", parts.Place.FOOT, "documents/consulting/foot.html", consulting.foot)

    registry.role("participant", gettext_lazy("participant"))
    for name, sentence, icon in _KINDS:
        registry.kind(f"documents.{name}", sentence, icon=icon)
    registry.subject(
        "documents.comment", url=faces.url("comment"), faces=faces.comment_faces, keys=faces.keys(Comment)
    )
    registry.subject(
        "documents.amendment",
        url=faces.url("amendment"),
        faces=faces.amendment_faces,
        keys=faces.keys(Amendment),
    )
    registry.subject(
        "documents.disposition",
        url=faces.disposition_url,
        faces=faces.disposition_faces,
        keys=faces.disposition_keys,
    )
