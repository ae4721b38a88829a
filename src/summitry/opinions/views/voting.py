"""Taking part: one statement at a time, what one has said, a statement of one's own."""

from functools import lru_cache
from typing import Any, NamedTuple

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from summitry.people.models import User
from summitry.people.networks import network_of
from summitry.people.web import page_of
from summitry.text import machine
from summitry.text.value import Text

from .. import acts, limits, queries, voices
from ..forms import StatementForm
from ..models import Conversation, Statement
from ..voices import Voice
from .public import found

VOICE = "voice"  # the cookie of somebody without an account
LASTS = 365 * 24 * 3600  # seconds
SALT = "summitry.opinions"


def voice_of(request: HttpRequest, slug: str) -> Voice:
    """The account, else the cookie; and the invitation by which she came."""
    word = request.get_signed_cookie(f"by-{slug}", "", salt=SALT) or ""
    if isinstance(request.user, User):
        return Voice(user=request.user, word=word)
    return Voice(token=request.get_signed_cookie(VOICE, "", salt=SALT) or "", word=word)


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=SALT,
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def network(request: HttpRequest) -> str:
    sender, forwarded = request.META.get("REMOTE_ADDR"), request.META.get("HTTP_X_FORWARDED_FOR")
    is_short = len(forwarded or "") <= 200  # who sends more is not remembered
    return _network(sender, forwarded) if is_short else _network.__wrapped__(sender, forwarded)


@lru_cache(maxsize=4096)
def _network(sender: str | None, forwarded: str | None) -> str:
    """The same voice comes again and again."""
    request = HttpRequest()
    request.META |= {"REMOTE_ADDR": sender}
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    address: str = get_adapter(request).get_client_ip(request)
    return network_of(address)


def _whose(voice: Voice) -> str:
    return f"user:{voice.user.pk}" if voice.user is not None else voice.token


def _ask(
    request: HttpRequest, conversation: Conversation, voice: Voice, status: int = 200, **more: Any
) -> HttpResponse:
    """The page with the next statement; with a fresh cookie for somebody who has none."""
    fresh = ""
    if voice.user is None and not voice.token:
        fresh = voices.fresh_token()
        voice = Voice(token=fresh, word=voice.word)
    why = voices.closed(conversation, timezone.now()) or voices.refusal(conversation, voice)
    turn = None if why else queries.turn(conversation, voice)
    context = {
        "conversation": conversation,
        "why": why,
        "turn": turn,
        "machine": machine.said(asked(conversation, turn.statement if turn else None)),
        "form": StatementForm(),
        "thanks": request.GET.get("thanks", "")[:10],
        **more,
    }
    response = render(request, "opinions/vote.html", context, status=status)
    if fresh and not why:
        _set(response, VOICE, fresh)
    return response


def asked(conversation: Conversation, statement: Statement | None) -> list[Text]:
    """What a step asks: the question, and a statement."""
    return [conversation.title, *([statement.text] if statement else ())]


class Unclear(ValidationError):
    """The form says no answer."""


class Cast(NamedTuple):
    """A vote as a form has it. where: the network that it came from."""

    given: acts.Given
    is_first: bool
    where: str

    def count_vote(self) -> None:
        """Counts it against the limits. Raises TooMany."""
        limits.count(limits.VOTES, _whose(self.given.voice))
        limits.count(limits.VOTES_OF_NETWORK, self.where)

    def count_voice(self) -> None:
        """Counts a new voice against the limits. Raises TooMany."""
        limits.count(limits.VOICES_OF_NETWORK, "" if self.given.voice.user else self.where)


def cast_of(request: HttpRequest, slug: str, voice: Voice) -> Cast:
    """The vote that was sent. Raises Unclear for a form that is not whole."""
    number, value = request.POST.get("statement", ""), request.POST.get("value", "")
    if not is_number(number) or value not in {"-1", "0", "1"}:
        raise Unclear(_("Choose one of the three answers."))
    given = acts.Given(voice, slug, int(number), int(value))
    return Cast(given, request.POST.get("first") == "1", network(request))


def answer(request: HttpRequest, slug: str, voice: Voice) -> int:
    """Counts the vote that was sent against the limits, and gives it; to the statement of which number.
    Raises what `cast_of` does, TooMany, PermissionDenied, ValidationError."""
    cast = cast_of(request, slug, voice)
    cast.count_vote()
    acts.vote(*cast.given, first=cast.is_first, begins=cast.count_voice)
    return cast.given.number


def is_number(words: str) -> bool:
    """Whether it can be the number of a statement."""
    return words.isascii() and words.isdecimal() and len(words) < 10


def _slow(request: HttpRequest, conversation: Conversation, error: limits.TooMany) -> HttpResponse:
    context = {"conversation": conversation, "problem": str(error)}
    response = render(request, "opinions/slow.html", context, status=429)
    response["Retry-After"] = str(error.wait)
    return response


@never_cache
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """One statement; the three answers are equal buttons. A vote leads to the next statement, or back to
    where it was changed."""
    voice = voice_of(request, slug)
    if request.method != "POST":
        return _ask(request, found(slug), voice)
    try:
        answer(request, slug, voice)
    except Unclear as error:
        return _ask(request, found(slug), voice, 422, problem=" ".join(error.messages))
    except limits.TooMany as error:
        return _slow(request, found(slug), error)
    except ValidationError as error:
        return _ask(request, found(slug), voice, 409, problem=" ".join(error.messages))
    if request.POST.get("back") == "mine":
        return redirect("opinions:mine", slug)
    return HttpResponseRedirect(request.path)  # this page again, with what comes next


@never_cache
@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What one has said, to be changed while votes are taken; and what became of one's statements."""
    conversation = found(slug)
    voice = voice_of(request, slug)
    participant = voice.participant(conversation)
    why = voices.closed(conversation, timezone.now()) or voices.refusal(conversation, voice)
    statements = queries.own_statements(conversation, participant)
    page = page_of(request, queries.own_votes(conversation, participant), 20)
    texts = [vote.statement.text for vote in page] + [one.text for one in statements]
    context = {
        "conversation": conversation,
        "page": page,
        "machine": machine.said([*texts, *(one.reason for one in statements)]),
        "statements": [(one, queries.went(one.uptakes.all())) for one in statements],
        "group": queries.place_of(conversation, participant),
        "may_change": not why,
    }
    return render(request, "opinions/mine.html", context)


@require_POST
@never_cache
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A statement of a participant."""
    conversation = found(slug)
    voice = voice_of(request, slug)
    form = StatementForm(request.POST)
    if form.is_valid():
        where = network(request)
        try:
            limits.count(limits.STATEMENTS, _whose(voice))
            limits.count(limits.STATEMENTS_OF_NETWORK, where)
            made = acts.add_statement(
                voice,
                conversation,
                form.cleaned_data["text"],
                form.cleaned_data["language"],
                begins=lambda: limits.count(limits.VOICES_OF_NETWORK, "" if voice.user else where),
            )
        except limits.TooMany as error:
            return _slow(request, conversation, error)
        except ValidationError as error:
            form.add_error("text", ValidationError(error.messages))
        else:
            response = redirect("opinions:vote", slug)
            response["Location"] += f"?thanks={made.state}"
            return response
    return _ask(request, conversation, voice, 422, form=form)


@never_cache
@require_safe
def invited(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """Whoever comes by the invitation's link may take part from now on."""
    conversation = found(slug)
    if conversation.access != Conversation.Access.LINK:
        return redirect("opinions:vote", slug)
    if not conversation.is_invited(word):
        raise Http404(_("This link does not work any more. Ask those who sent it for the present one."))
    response = redirect("opinions:vote", slug)
    _set(response, f"by-{slug}", word)
    return response
