"""Taking part: a comment, an amendment, support; taken back; an error reported; following."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from summitry.people.web import Request, done, posted

from .. import acts, consulting, proposals
from ..consulting_forms import AmendForm, CommentForm, ReportForm, SupportForm
from ..models import Amendment, Comment, Said, Version
from ..models.consulting import said_name
from ..queries import consulting as queries
from .consulting import UNPROCESSABLE, base, found, one

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _provision(request: HttpRequest, version: Version) -> Any:
    """The provision that the address names; None for the whole version. Raises Http404."""
    anchor = request.GET.get("provision", "")
    provision = queries.provision_at(version, anchor)
    if anchor and provision is None:
        raise Http404(_("There is no such provision in this version."))
    return provision


def _spoken_in(request: HttpRequest, version: Version, provision: Any) -> str:
    """The language of the document in which she reads the provision."""
    language = queries.language_for(version, request.GET.get("in", ""))
    if provision is not None and not provision.text.get(language):
        return str(provision.text.best(language).language)
    return language


def _spoken(version: Version, provision: Any, language: str) -> dict[str, Any]:
    """What the template shows of the provision that is spoken of."""
    if provision is None:
        return {"provision": None}
    spoken = [code for code in version.document.languages if provision.text.get(code)]
    return {
        "provision": provision,
        "spoken_in": language,
        "spoken": spoken,
        "spoken_of": provision.text.get(language),
    }


def _why(request: Request, version: Version, form: Any, now: datetime) -> str:
    """Why this form is not for her now. What was sent already stays in it, with the refusal."""
    return consulting.refusal(request.user, version) or (
        "" if form.is_bound else consulting.closed(version, now)
    )


def _status(form: Any) -> int:
    return UNPROCESSABLE if form.is_bound else 200


@never_cache
@login_required
@GET_POST
def comment(request: Request, slug: str, number: int) -> HttpResponse:
    """A comment on the version, on a provision, or on words in it."""
    now = timezone.now()  # a comment is in time by when it arrived, not by when it was worked on
    version = found(slug, number)
    provision = _provision(request, version)
    language = _spoken_in(request, version, provision)
    initial = {"quote_language": language, "quote": request.GET.get("quote", "")[:2000]}
    form = CommentForm(request.user, version, provision, posted(request), initial=initial)
    made: list[Comment] = []

    def act() -> None:
        asked = dict(form.cleaned_data)
        text = asked.pop("text")
        made.append(
            acts.comment(
                request.user,
                version,
                text,
                anchor=provision.anchor if provision is not None else "",
                now=now,
                **asked,
            )
        )

    if done(form, act):
        messages.success(request, _("Your comment is published. This is its address."))
        return redirect("documents:comment", slug, number, made[0].number)
    context = {
        **base(request, version, ""),
        **_spoken(version, provision, language),
        "form": form,
        "why": _why(request, version, form, now),
    }
    return render(request, "documents/consulting/comment_form.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def amend(request: Request, slug: str, number: int) -> HttpResponse:
    """A change of a provision, as tracked words."""
    now = timezone.now()
    version = found(slug, number)
    provision = _provision(request, version)
    language = _spoken_in(request, version, provision)
    asked = request.GET.get("change", "replace" if provision is not None else "insert")
    try:
        proposal = proposals.get(asked)
    except ValidationError as error:
        raise Http404(" ".join(error.messages)) from error
    base_words = provision.text.get(language) if provision is not None and proposal.replaces else ""
    form = AmendForm(request.user, proposal, language, posted(request), initial={"words": base_words})
    made: list[Amendment] = []
    if done(
        form,
        lambda: made.append(
            acts.amend(
                request.user,
                version,
                proposal.key,
                anchor=provision.anchor if provision is not None else "",
                language=language,
                now=now,
                **form.cleaned_data,
            )
        ),
    ):
        messages.success(request, _("Your amendment is published. This is its address."))
        return redirect("documents:amendment", slug, number, made[0].number)
    context = {
        **base(request, version, ""),
        **_spoken(version, provision, language),
        "form": form,
        "proposal": proposal,
        "kinds": [(key, label) for key, label in proposals.choices() if provision or key == "insert"],
        "why": _why(request, version, form, now),
    }
    return render(request, "documents/consulting/amend_form.html", context, status=_status(form))


def _stays(said: Said) -> str:
    """Why there is nothing to take back, in words; empty where there is."""
    if isinstance(said, Comment):
        return "" if said.text else _("It is withdrawn.")
    return consulting.settled(said)


@never_cache
@login_required
@GET_POST
def withdraw(request: Request, slug: str, number: int, name: str, k: int) -> HttpResponse:
    """Takes back what one has said; first it is asked."""
    row = one(request, slug, number, name, k)
    if not request.user.has_perm("documents.withdraw_contribution", row.said):
        raise PermissionDenied(_("Only whoever said it takes it back. Nothing was changed."))
    page = reverse(f"documents:{'comment' if row.is_comment else 'amendment'}", args=[slug, number, k])
    context: dict[str, Any] = {**base(request, row.said.version, ""), "row": row, "back": page}
    if request.method != "POST":
        if why := _stays(row.said):
            messages.info(request, why)
            return redirect(page)
        return render(request, "documents/consulting/withdraw.html", context)
    try:
        if isinstance(row.said, Comment):
            acts.withdraw_comment(request.user, row.said)
        else:
            acts.withdraw_amendment(request.user, row.said)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is withdrawn."))
    return redirect(page)


@never_cache
@login_required
@GET_POST
def support(request: Request, slug: str, number: int, k: int) -> HttpResponse:
    """Stands behind an amendment, or no longer."""
    now = timezone.now()
    row = one(request, slug, number, "amendments", k)
    said = cast(Amendment, row.said)
    stands_for = queries.stands_for(request.user, said)
    form = SupportForm(request.user, posted(request))
    withdraws = request.POST.get("do") == "withdraw"

    def act() -> None:
        organisation = form.cleaned_data["organisation"]
        if withdraws:
            acts.withdraw_support(request.user, said, organisation=organisation)
        else:
            acts.support(request.user, said, organisation=organisation, now=now)

    if done(form, act):
        told = _("You no longer support this amendment.") if withdraws else _("You support this amendment.")
        messages.success(request, told)
        return redirect("documents:amendment", slug, number, k)
    why = consulting.refusal(request.user, said.version)
    if not form.is_bound:  # what runs no longer can still be taken back, if somebody stands behind it
        why = why or consulting.settled(said) or ("" if stands_for else consulting.closed(said.version, now))
    context = {
        **base(request, said.version, ""),
        "row": row,
        "form": form,
        "stands_for": stands_for,
        "why": why,
    }
    return render(request, "documents/consulting/support.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def report(request: Request, slug: str, number: int) -> HttpResponse:
    """Reports an error in the published answers."""
    version = found(slug, number)
    place = request.GET.get("place", "")[:40]
    form = ReportForm(posted(request))
    context = base(request, version, "disposition")
    if done(form, lambda: acts.report_error(request.user, version, form.cleaned_data["words"], place=place)):
        messages.success(request, _("Your report has arrived. You get a letter when it has its reply."))
        return redirect("documents:disposition", slug, number)
    why = "" if context["consultation"].answered else _("No answers are published yet.")
    context |= {"form": form, "place": said_name(place), "why": why}
    return render(request, "documents/consulting/report.html", context, status=_status(form))


@never_cache
@GET_POST
def unfollow(request: HttpRequest, word: str) -> HttpResponse:
    """Where the link in a letter leads: one press, and no sign-in."""
    gone, document = False, None
    if request.method == "POST":
        document = acts.unfollow_by_link(word)
        gone = document is not None
    context = {"gone": gone, "document": document, "broken": request.method == "POST" and not gone}
    return render(request, "documents/consulting/unfollow.html", context)
