"""The desk's result: what unites, and where it goes on to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from summitry.people.web import Request, done, posted
from summitry.record.act import require

from .. import acts, queries, uptake
from ..evidence import evidence_of
from ..models import Conversation
from .desk import statement_at


@login_required
def result(request: Request, slug: str) -> HttpResponse:
    """Statements with which every group agrees, with a button for each registered taker."""
    conversation = get_object_or_404(Conversation, slug=slug)
    require(request.user, "opinions.see_conversation", conversation)
    may = request.user.has_perm("opinions.take_up", conversation) and conversation.reported_at is not None
    context = {
        "conversation": conversation,
        "tab": "result",
        "rows": [
            (statement, evidence, queries.went(uptakes))
            for statement, evidence, uptakes in queries.results(conversation)
        ],
        "takers": uptake.every() if may else [],
    }
    return render(request, "opinions/desk/result.html", context)


@login_required
def take_up(request: Request, slug: str, number: int, taker: str) -> HttpResponse:
    """A statement is taken up: the taker's own form, under the evidence that goes along."""
    found = statement_at(slug, number)
    require(request.user, "opinions.take_up", found)
    how, evidence = uptake.get(taker), evidence_of(found)
    if how is None or evidence is None or found.conversation.reported_at is None:
        raise Http404(_("This statement cannot be taken up."))
    form = how.form(posted(request), request.user, evidence)
    seen = request.POST.get("seen", "")
    if done(
        form,
        lambda: acts.take_up(
            request.user, found, taker, form.cleaned_data, seen=int(seen) if seen.isdecimal() else None
        ),
    ):
        messages.success(request, _("It is taken up, and entered in the record."))
        return redirect("opinions:result", slug)
    context = {
        "form": form,
        "conversation": found.conversation,
        "statement": found,
        "evidence": evidence,
        "taker": how,
        "seen": found.uptakes.count(),
    }
    return render(request, "opinions/desk/take_up.html", context, status=422 if form.is_bound else 200)
