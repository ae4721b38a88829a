"""The depositary's desk: full powers, signatures, papers; the secretariat takes in lists."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rules.permissions import has_perm

from summitry.people.web import Request, done, file_out, page_of, posted, say
from summitry.record.act import require

from .. import acts, preparing, roll
from ..consulting_forms import WhyForm
from ..models import Document, FullPowers, Signature
from ..queries import signing_waiting
from ..signing_forms import (
    ConfirmForm,
    HolderReasonForm,
    PaperForm,
    RollForm,
    powers_to_enter,
)

PAGE = 50
SHOWN = 100  # remarks, or faults, of a list


@login_required
def desk(request: Request) -> HttpResponse:
    """What waits: full powers to verify, signatures to certify; and the texts that are open to signature."""
    require(request.user, "documents.see_signing")
    texts = Document.objects.filter(versions__adopted_at__isnull=False)
    context = {
        "powers": signing_waiting.powers_queue(FullPowers.State.WAITING)[:PAGE],
        "signatures": signing_waiting.signature_queue()[:PAGE],
        "documents": page_of(request, texts.order_by("-pk")),
        "may_keep": request.user.has_perm("documents.keep_signatures"),
        "may_see_powers": request.user.has_perm("documents.see_powers"),
        "may_take_in": request.user.has_perm("documents.take_in_signatories"),
    }
    return render(request, "documents/signing/desk.html", context)


@login_required
def all_powers(request: Request) -> HttpResponse:
    """Full powers of every state, the newest first; the depositary's and the auditor's to see."""
    require(request.user, "documents.see_powers")
    context = {"page": page_of(request, signing_waiting.powers_queue())}
    return render(request, "documents/signing/all_powers.html", context)


# -- full powers ----------------------------------------------------------------------------------


def _powers(request: Request, uid: Any) -> FullPowers:
    found = FullPowers.objects.filter(uid=uid).select_related("person", "organisation", "document").first()
    if found is None or not has_perm("documents.see_powers", request.user, found):
        raise Http404(_("There are no such full powers."))
    return found


@never_cache
@login_required
def powers(request: Request, uid: Any) -> HttpResponse:
    """One's own full powers; for the depositary, with what she can answer."""
    found = _powers(request, uid)
    form = HolderReasonForm(posted(request))
    what = request.POST.get("do", "")
    deeds: dict[str, tuple[Callable[[], Any], str]] = {
        "verify": (
            lambda: acts.verify_powers(request.user, found),
            _("They are in order: with them it can be signed. Their holder gets a letter."),
        ),
        "end": (
            lambda: acts.end_powers(request.user, found),
            _("They have ended: from now on nothing is signed with them."),
        ),
    }
    if what in deeds:
        return _pressed(request, *deeds[what], "documents:powers", uid)
    if done(form, lambda: acts.refuse_powers(request.user, found, form.cleaned_data["reason"])):
        messages.success(request, _("Refused; their holder gets a letter."))
        return redirect("documents:powers", uid)
    context = {
        "powers": found,
        "form": form,
        "may_keep": request.user.has_perm("documents.keep_signatures", found),
        "may_end": request.user.has_perm("documents.end_powers", found),
        "may_desk": request.user.has_perm("documents.see_signing", found),
        "signatures": found.signatures.select_related("document", "organisation"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/signing/powers_one.html", context, status=status)


def _pressed(request: Request, deed: Callable[[], Any], told: str, page: str, *args: Any) -> HttpResponse:
    try:
        deed()
        messages.success(request, told)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(page, *args)


@never_cache
@login_required
@require_safe
def powers_file(request: Request, uid: Any) -> FileResponse:
    """The paper: for its holder, the depositary and the auditor."""
    found = _powers(request, uid)
    return file_out(found.file, found.file_name)


# -- signatures -----------------------------------------------------------------------------------


def _signature(uid: Any) -> Signature:
    rows = Signature.objects.select_related(
        "person", "organisation", "version__document", "document", "powers"
    )
    return get_object_or_404(rows, uid=uid)


@never_cache
@login_required
def signature(request: Request, uid: Any) -> HttpResponse:
    """A signature with all that the depositary has to see, and what she can do with it."""
    found = _signature(uid)
    require(request.user, "documents.see_signing", found)
    what = request.POST.get("do", "")
    reason = WhyForm(posted(request) if what == "refuse" else None, prefix="reason")
    confirm = ConfirmForm(posted(request) if what == "confirm" else None, prefix="confirm")
    if what == "certify":
        told = _("Certified, and entered in the record. Whoever signed gets a letter.")
        return _pressed(
            request,
            lambda: acts.certify_signature(request.user, found),
            told,
            "documents:keep_signature",
            uid,
        )
    if done(reason, lambda: acts.refuse_signature(request.user, found, **reason.cleaned_data)):
        messages.success(request, _("Not certified; whoever signed gets a letter."))
        return redirect("documents:keep_signature", uid)
    if done(confirm, lambda: acts.confirm_signature(request.user, found, **confirm.cleaned_data)):
        messages.success(request, _("Definitive from now on, and entered in the record."))
        return redirect("documents:keep_signature", uid)
    keeps = request.user.has_perm("documents.keep_signatures", found)
    context = {
        "signature": found,
        "document": found.document,
        "problem": found.by.problem(found.message, found.proof, preparing.expected_of(found)),
        "reserved": preparing.reserved(found),
        "reason": reason,
        "confirm": confirm,
        "may_keep": keeps,
        "may_see": request.user.has_perm("documents.see_scan", found),
        "to_answer": keeps and found.state == Signature.State.RECEIVED,
        "to_confirm": keeps
        and found.state == Signature.State.CERTIFIED
        and found.kind == Signature.Kind.SIMPLE
        and found.confirmed_on is None,
    }
    status = 422 if reason.is_bound or confirm.is_bound else 200
    return render(request, "documents/signing/keep.html", context, status=status)


@never_cache
@login_required
@require_safe
def scan(request: Request, uid: Any) -> FileResponse:
    """The scan of a signature: for whoever signed, the depositary and the auditor."""
    found = Signature.objects.filter(uid=uid).select_related("person", "document").first()
    if found is None or not found.file or not has_perm("documents.see_scan", request.user, found):
        raise Http404(_("There is no such file."))
    return file_out(found.file, found.file_name)


@never_cache
@login_required
def enter(request: Request, slug: str) -> HttpResponse:
    """Enters a signature that was given on paper."""
    document = get_object_or_404(Document, slug=slug)
    require(request.user, "documents.keep_signatures", document)
    held = powers_to_enter(document)
    form = PaperForm(held, posted(request), request.FILES or None)
    made: list[Signature] = []
    if done(form, lambda: made.append(acts.enter_signature(request.user, document, **form.cleaned_data))):
        messages.success(request, _("Entered. Look at it once more, and certify it."))
        return redirect("documents:keep_signature", made[0].uid)
    context = {"document": document, "form": form, "held": held}
    return render(request, "documents/signing/enter.html", context, status=422 if form.is_bound else 200)


@login_required
def take_in(request: Request, slug: str) -> HttpResponse:
    """Takes in a list of signatories, with a look beforehand at what it would change."""
    document = get_object_or_404(Document, slug=slug)
    require(request.user, "documents.take_in_signatories", document)
    form = RollForm(posted(request), request.FILES or None)
    context: dict[str, Any] = {"form": form, "document": document, "shown": SHOWN}
    if request.method == "POST" and form.is_valid():
        given, dry = form.cleaned_data, "dry_run" in request.POST
        try:
            rows, remarks = roll.read(given["file"].read())
            report = acts.take_in_signatories(
                request.user,
                document,
                rows,
                source=given["source"],
                remarks=remarks,
                language=given["language"],
                dry_run=dry,
            )
        except ValidationError as error:
            say(form, error if hasattr(error, "error_dict") else ValidationError(error.messages[:SHOWN]))
        else:
            if not dry:
                messages.success(request, _("The list is taken in, and this is entered in the record."))
                return redirect("documents:signatures", slug)
            context |= {"report": report}
            return render(request, "documents/signing/take_in.html", context)
    return render(request, "documents/signing/take_in.html", context, status=422 if form.is_bound else 200)
