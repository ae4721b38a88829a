"""The secretariat's desk: conversations, seeds, moderation, taking in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from summitry.people.web import Request, done, page_of, posted
from summitry.record.act import require

from .. import acts, polis, queries
from ..forms import ConversationForm, ImportForm, ReasonForm, SeedsForm
from ..models import Conversation, Statement
from . import embed


def _of(slug: str) -> Conversation:
    return get_object_or_404(Conversation, slug=slug)


@login_required
def conversations(request: Request) -> HttpResponse:
    """All conversations, drafts too."""
    require(request.user, "opinions.see_desk")
    page = page_of(request, queries.desk_conversations())
    may = request.user.has_perm("opinions.keep_conversation")
    return render(request, "opinions/desk/list.html", {"page": page, "may_keep": may})


@login_required
def new(request: Request) -> HttpResponse:
    """A draft."""
    require(request.user, "opinions.keep_conversation")
    form = ConversationForm(posted(request))
    made: list[Conversation] = []
    if done(form, lambda: made.append(acts.create_conversation(request.user, **form.columns()))):
        messages.success(request, _("The draft is there. Write the first statements now."))
        return redirect("opinions:seeds", made[0].slug)
    return render(request, "opinions/desk/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
def edit(request: Request, slug: str) -> HttpResponse:
    """What a conversation is, where it stands, and what can be done next."""
    conversation = _of(slug)
    require(request.user, "opinions.see_conversation", conversation)
    form = ConversationForm(posted(request), instance=conversation, initial={"version": conversation.version})
    if conversation.is_public:
        form.fields["access"].disabled = True
    if request.method == "POST":
        require(request.user, "opinions.keep_conversation", conversation)
    if done(
        form,
        lambda: acts.edit_conversation(
            request.user, conversation, form.cleaned_data["version"] or 0, **form.columns()
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("opinions:edit", slug)
    stands = _of(slug)  # a form that failed leaves its words in its instance
    return render(
        request,
        "opinions/desk/edit.html",
        {
            "form": form,
            "conversation": stands,
            "tab": "edit",
            "may_keep": request.user.has_perm("opinions.keep_conversation", conversation),
            "files": [f"{name}.csv" for name in polis.FILES],
            "invitation": request.build_absolute_uri(
                reverse("opinions:invited", args=[slug, conversation.word])
            )
            if conversation.access == Conversation.Access.LINK
            else "",
            "snippet": embed.snippet(request, stands) if stands.embed_in else "",
        },
        status=422 if form.is_bound else 200,
    )


@login_required
@require_POST
def step(request: Request, slug: str) -> HttpResponse:
    """Opens, closes, reports, draws, or makes another link."""
    conversation = _of(slug)
    what = request.POST.get("step", "")
    try:
        if what == "open":
            acts.open_conversation(request.user, conversation)
            messages.success(request, _("It is open, and entered in the record."))
        elif what == "close":
            acts.close_conversation(request.user, conversation)
            messages.success(request, _("It is closed, and entered in the record."))
        elif what == "report":
            acts.report_on(request.user, conversation)
            messages.success(request, _("The report is published, and entered in the record."))
        elif what == "link":
            acts.renew_link(request.user, conversation)
            messages.success(request, _("There is another link; the former one works no more."))
        elif what == "draw":
            require(request.user, "opinions.keep_conversation", conversation)
            acts.draw_map(conversation)
            messages.success(request, _("The map is drawn from the votes as they are now."))
        else:
            messages.error(request, _("That form was not complete; nothing was changed."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("opinions:edit", slug)


@login_required
def reopen(request: Request, slug: str) -> HttpResponse:
    """Takes votes again, with a reason."""
    conversation = _of(slug)
    require(request.user, "opinions.keep_conversation", conversation)
    form = ReasonForm(posted(request))
    if done(form, lambda: acts.reopen_conversation(request.user, conversation, form.cleaned_data["reason"])):
        messages.success(request, _("It is open again, and entered in the record."))
        return redirect("opinions:edit", slug)
    context = {"form": form, "conversation": conversation, "heading": _("Open it again")}
    return render(request, "opinions/desk/reason.html", context, status=422 if form.is_bound else 200)


@login_required
def seeds(request: Request, slug: str) -> HttpResponse:
    """Statements of the secretariat."""
    conversation = _of(slug)
    require(request.user, "opinions.keep_conversation", conversation)
    form = SeedsForm(posted(request))
    if done(
        form,
        lambda: acts.add_seeds(
            request.user,
            conversation,
            [form.cleaned_data["text"]],
            metadata=form.cleaned_data["metadata"],
        ),
    ):
        messages.success(request, _("The statement is added."))
        return redirect("opinions:seeds", slug)
    context: dict[str, Any] = {
        "form": form,
        "conversation": conversation,
        "tab": "seeds",
        "page": page_of(request, conversation.statements.filter(seed=True).order_by("-number")),
    }
    return render(request, "opinions/desk/seeds.html", context, status=422 if form.is_bound else 200)


@login_required
def queue(request: Request, slug: str) -> HttpResponse:
    """Statements that wait; and those that are shown or removed."""
    conversation = _of(slug)
    require(request.user, "opinions.moderate", conversation)
    state = request.GET.get("state", "")
    context = {
        "conversation": conversation,
        "tab": "queue",
        "state": state if state in Statement.State.values else "waiting",
        "states": Statement.State.choices,
        "page": page_of(request, queries.queue(conversation, state)),
    }
    return render(request, "opinions/desk/queue.html", context)


def statement_at(slug: str, number: int) -> Statement:
    """A statement with its conversation. Raises Http404."""
    return get_object_or_404(
        Statement.objects.select_related("conversation"), conversation__slug=slug, number=number
    )


@login_required
@require_POST
def show(request: Request, slug: str, number: int) -> HttpResponse:
    """Lets a statement be read and voted on."""
    try:
        acts.show_statement(request.user, statement_at(slug, number), seen=request.POST.get("seen", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The statement is shown."))
    return redirect("opinions:queue", slug)


@login_required
def remove(request: Request, slug: str, number: int) -> HttpResponse:
    """Takes a statement out, with a reason."""
    statement = statement_at(slug, number)
    require(request.user, "opinions.moderate", statement)
    form = ReasonForm(posted(request))
    if done(form, lambda: acts.remove_statement(request.user, statement, form.cleaned_data["reason"])):
        messages.success(request, _("The statement is removed; everybody can read why."))
        return redirect("opinions:queue", slug)
    context = {
        "form": form,
        "conversation": statement.conversation,
        "statement": statement,
        "heading": _("Remove a statement"),
    }
    return render(request, "opinions/desk/reason.html", context, status=422 if form.is_bound else 200)


@login_required
def take_in(request: Request) -> HttpResponse:
    """A zip of a Polis export: looked at, or taken in at once; the same file again changes nothing."""
    require(request.user, "opinions.keep_conversation")
    form = ImportForm(posted(request), request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        dry = request.POST.get("dry_run") == "1"
        try:
            report = acts.import_polis(
                request.user,
                polis.read(form.cleaned_data["file"].read()),
                language=form.cleaned_data["language"],
                dry_run=dry,
            )
        except ValidationError as error:
            form.add_error("file", ValidationError(error.messages))
        else:
            if report.conversation is not None and not dry:
                acts.draw_map(report.conversation)
                messages.success(request, _("The conversation is taken in, and its map is drawn."))
                return redirect("opinions:edit", report.conversation.slug)
            context |= {"report": report}
            return render(request, "opinions/desk/take_in.html", context)
    return render(request, "opinions/desk/take_in.html", context, status=422 if form.is_bound else 200)
