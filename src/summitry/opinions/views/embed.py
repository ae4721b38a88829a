"""Taking part in a frame of another site. No cookie is read or set there, since most browsers keep them away:
the voice goes along in the form, signed, and a small script remembers it where the browser lets it. So there
is nobody signed in whom a foreign page could make do something."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt

from summitry.text import machine

from .. import limits, queries, voices
from ..models import Conversation
from ..voices import Voice
from .public import found
from .voting import LASTS, Unclear, answer, asked, is_number


def snippet(request: HttpRequest, conversation: Conversation) -> str:
    """What another site puts into its page. The address names no language: the reader's is found. The border
    goes by an attribute, since a site with a strict policy refuses styles that stand in its page."""
    address = request.build_absolute_uri(f"{get_script_prefix()}opinions/{conversation.slug}/embed/")
    return format_html(
        '<iframe src="{}" title="{}" width="100%" height="560" loading="lazy" frameborder="0"></iframe>',
        address,
        conversation.title,
    ).replace("\n", " ")


def _signer(conversation: Conversation) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"summitry.opinions.embed:{conversation.pk}")


def _voice_of(request: HttpRequest, conversation: Conversation) -> tuple[Voice, bool]:
    """The voice that the form carries, else a fresh one; and whether it was carried."""
    try:
        token = _signer(conversation).unsign(request.POST.get("voice", ""), max_age=LASTS)
    except signing.BadSignature:
        return Voice(token=voices.fresh_token()), False
    return Voice(token=token), True


@csrf_exempt
@never_cache
@xframe_options_exempt
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """One statement in a frame, for the sites that the conversation names. A vote is answered with the next
    statement at once: an address that the browser is sent to could not carry the voice."""
    conversation = found(slug)
    if not conversation.embed_in:
        raise Http404(_("This conversation is not shown on other sites."))
    voice, known = _voice_of(request, conversation)
    status, problem, before = 200, "", ""
    if "value" in request.POST:
        try:
            if not known:
                raise Unclear(_("This form is not from here, or too old. Begin with this statement."))
            before = str(answer(request, slug, voice))
        except Unclear as error:
            status, problem = 422, " ".join(error.messages)
        except limits.TooMany as error:
            status, problem = 429, str(error)
        except ValidationError as error:
            status, problem = 409, " ".join(error.messages)
        except PermissionDenied as error:
            status, problem = 403, str(error)
    context = {
        "conversation": conversation,
        "why": voices.closed(conversation, timezone.now()),
        "voice": _signer(conversation).sign(voice.token),
        "problem": problem,
        "before": before,
        **_asked(request, conversation, voice),
    }
    policy: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": conversation.hosts}
    return csp_override(policy)(render)(request, "opinions/embed.html", context, status=status)


def _asked(request: HttpRequest, conversation: Conversation, voice: Voice) -> dict[str, Any]:
    """The statement to answer: the one that she asks for again, else the next."""
    turn, again = queries.turn(conversation, voice), request.POST.get("again", "")
    statement = queries.shown_statement(conversation, int(again)) if is_number(again) else None
    if statement is not None and turn.answered:
        turn = replace(turn, statement=statement, answered=turn.answered - 1)
    made = machine.said(asked(conversation, turn.statement))
    return {"turn": turn, "statement": turn.statement, "machine": made}
