"""What everybody reads: the list, a conversation, its map, its log, its report."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rules.permissions import has_perm

from summitry import kept
from summitry.people.web import page_of
from summitry.text import machine

from .. import drawing, polis, queries
from ..models import Conversation, Statement


def found(slug: str) -> Conversation:
    """A conversation that everybody may read. Raises Http404, for drafts too."""
    conversation = queries.by_slug(slug)
    if conversation is None:
        raise Http404(_("There is no opinion vote at this address."))
    return conversation


@require_safe
@kept.page()
def conversations(request: HttpRequest) -> HttpResponse:
    """All of them, those that take votes first."""
    rows = queries.listed()
    made = machine.said([row.conversation.title for row in rows])
    return render(request, "opinions/list.html", {"rows": rows, "machine": made})


@require_safe
@kept.page()
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is about, how to take part, and the map as it is now."""
    conversation = found(slug)
    drawn = queries.map_page(conversation)
    about = [conversation.title, conversation.description, conversation.policy]
    context = {
        "conversation": conversation,
        "open_now": conversation.accepts(timezone.now()),
        "map": drawn,
        "machine": machine.said([*about, *(drawn.texts if drawn else ())]),
        "size": (drawing.WIDTH, drawing.HEIGHT),
    }
    return render(request, "opinions/detail.html", context)


@require_safe
@kept.page()
def opinion_map(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole map: each group in its own words, and every statement in a table."""
    conversation = found(slug)
    drawn = queries.map_page(conversation, whole=True)
    context = {
        "conversation": conversation,
        "open_now": conversation.accepts(timezone.now()),
        "map": drawn,
        "machine": machine.said(drawn.texts if drawn else ()),
        "size": (drawing.WIDTH, drawing.HEIGHT),
    }
    return render(request, "opinions/map.html", context)


@require_safe
@kept.page("page")
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """What moderation took out, and why."""
    conversation = found(slug)
    page = page_of(request, queries.removed(conversation))
    context = {
        "conversation": conversation,
        "page": page,
        "machine": machine.said([conversation.policy, *(one.reason for one in page)]),
    }
    return render(request, "opinions/log.html", context)


@require_safe
@kept.page()
def statement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One statement: what everybody and each group says of it, and what became of it."""
    conversation = found(slug)
    page = queries.statement_page(conversation, number)
    if page is None:
        raise Http404(_("There is no statement at this address."))
    gone = page.statement.state == Statement.State.REMOVED
    context = {
        "conversation": conversation,
        "page": page,
        "machine": machine.said([page.statement.reason if gone else page.statement.text]),
    }
    return render(request, "opinions/statement.html", context)


@require_safe
@kept.page()
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """What came of it: the map as published, how sure it is, what looks odd, who is missing."""
    conversation = found(slug)
    if conversation.reported_at is None:
        raise Http404(_("The report has not been published yet."))
    drawn = queries.map_page(conversation, whole=True)
    context = {
        "conversation": conversation,
        "map": drawn,
        "machine": machine.said([conversation.title, *(drawn.texts if drawn else ())]),
        "size": (drawing.WIDTH, drawing.HEIGHT),
        "went": queries.taken_up(conversation),
        "files": [f"{name}.csv" for name in polis.FILES],
    }
    return render(request, "opinions/report.html", context)


@require_safe
def export(request: HttpRequest, slug: str, name: str) -> StreamingHttpResponse:
    """A file of the conversation as Polis exports it: for everybody once the report is published, before
    that, and with what waits and was removed (?whole=1), for the secretariat."""
    conversation = Conversation.objects.filter(slug=slug).first()
    may = conversation is not None and has_perm("opinions.keep_conversation", request.user, conversation)
    if conversation is None or name not in polis.FILES or not (conversation.is_public or may):
        raise Http404(_("There is no opinion vote at this address."))
    whole = request.GET.get("whole") == "1"
    if not may and (whole or conversation.reported_at is None):
        raise PermissionDenied(_("The votes are published, under numbers, with the report."))
    return StreamingHttpResponse(
        polis.written(conversation, name, whole=whole),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}-{name}.csv"'},
    )
