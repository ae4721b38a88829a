"""Signatures: the public list, one signature, the certified copy, and the page on which one signs."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from rules.permissions import has_perm

from summitry import kept
from summitry.engines import worldmap
from summitry.people import countries
from summitry.people.web import Request, done, page_of, posted, say, table_out
from summitry.record.queries import story

from .. import acts, certificate, means, preparing
from ..models import Document, FullPowers, Signature, Version
from ..queries import signatures, speakers
from ..signing_forms import PowersForm, SignForm, WithdrawForm
from .adopting import public_document

PAGE = 50


def adopted(document: Document) -> Version:
    """The adopted text of a document. Raises Http404."""
    found = preparing.text_to_sign(document)
    if found is None:
        raise Http404(_("This text has not been adopted: nobody has signed it."))
    return found


@require_safe
@kept.page(*signatures.NAMES, "page")
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """Who signed: found by kind of body, country, state and words, on the map, over time. Six queries."""
    document = public_document(slug)
    version = adopted(document)
    filters = signatures.Filters.of(request.GET.get)
    overview = signatures.overview(document, filters)
    context = {
        "document": document,
        "version": version,
        "filters": filters,
        "overview": overview,
        "states": [(key, label) for key, (label, _rows) in signatures.STATES.items()],
        "page": page_of(request, signatures.found(document, filters), PAGE),
        "pin_urls": {pin.key: _with(request, overview.by, pin.key) for pin in overview.pins},
        "land": worldmap.land_path(),
        "size": (worldmap.WIDTH, worldmap.HEIGHT),
        "region_name": countries.region_name(filters.region) if filters.region else "",
        "table_query": request.GET.urlencode(),
    }
    return render(request, "documents/signing/list.html", context)


def _with(request: HttpRequest, name: str, value: str) -> str:
    asked = request.GET.copy()
    asked[name] = value
    asked.pop("page", None)
    return f"?{asked.urlencode()}"


@require_safe
def table(request: HttpRequest, slug: str) -> Any:
    """The same list as a table, with the same filters."""
    document = public_document(slug)
    adopted(document)
    rows = signatures.rows_of(document, signatures.Filters.of(request.GET.get))
    return table_out(f"{slug}-signatures", "csv", rows)


@require_safe
@kept.page()
def signature(request: HttpRequest, slug: str, uid: Any) -> HttpResponse:
    """One signature: what it says, whether it holds, what the record tells of it."""
    document = public_document(slug)
    found = signatures.by_uid(document, uid)
    if found is None:
        raise Http404(_("There is no such signature."))
    user = request.user
    context = {
        "document": document,
        "signature": found,
        "problem": found.by.problem(found.message, found.proof, preparing.expected_of(found)),
        "reserved": preparing.reserved(found),
        "story": story([found.subject]) if not found.source else [],
        "may_withdraw": found.is_standing and has_perm("documents.withdraw_signature", user, found),
        "may_keep": has_perm("documents.see_signing", user, found),
    }
    return render(request, "documents/signing/signature.html", context)


@never_cache
@login_required
def withdraw(request: Request, slug: str, uid: Any) -> HttpResponse:
    """Withdraws a signature."""
    document = public_document(slug)
    found = signatures.by_uid(document, uid)
    if found is None:
        raise Http404(_("There is no such signature."))
    form = WithdrawForm(posted(request))
    if done(form, lambda: acts.withdraw_signature(request.user, found, **form.cleaned_data)):
        messages.success(request, _("The signature is withdrawn; this is entered in the record."))
        return redirect("documents:signature", slug, uid)
    if not has_perm("documents.withdraw_signature", request.user, found):
        raise PermissionDenied(_("Only whoever holds full powers of this organisation, or the depositary."))
    if not form.is_bound and not found.is_standing:
        messages.info(request, _("This signature does not stand any more."))
        return redirect("documents:signature", slug, uid)
    context = {"document": document, "signature": found, "form": form}
    return render(request, "documents/signing/withdraw.html", context, status=422 if form.is_bound else 200)


@require_safe
@kept.page()
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """How to get a certified true copy, and to verify it."""
    document = public_document(slug)
    context = {"document": document, "version": adopted(document), "key": certificate.key()}
    return render(request, "documents/signing/copy.html", context)


@require_safe
def copy_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The certified true copy."""
    document = public_document(slug)
    return JsonResponse(
        certificate.copy_of(adopted(document)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{slug}-certified-copy.json"'},
    )


# -- signing --------------------------------------------------------------------------------------


@never_cache
@login_required
def sign(request: Request, slug: str) -> HttpResponse:
    """One's full powers for a document; with some in force, the first step of signing. The second shows the
    message, and signs it."""
    now = timezone.now()
    document = public_document(slug)
    version = adopted(document)
    held = speakers.powers_of(request.user, document)
    usable = [one for one in held if one.in_force]
    form = SignForm(usable, posted(request), initial=_first(usable))
    context = {
        "document": document,
        "version": version,
        "held": held,
        "usable": usable,
        "signed": {
            one.organisation_id: one
            for one in Signature.objects.filter(document=document, person__user=request.user)
            if one.is_standing
        },
    }
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        powers = given["powers"]
        try:
            acts.check_message(version, powers, given["kind"], given["reservation"], given["anchors"], now)
        except PermissionDenied as refused:
            form.add_error("kind", str(refused))
        except ValidationError as problem:
            say(form, problem)
        else:
            prepared = preparing.prepare(
                request.user, version, powers, given["kind"], given["reservation"], given["anchors"], now
            )
            context |= {"prepared": prepared, "powers": powers, "offers": _offers(prepared, request)}
            context["message"] = prepared.message.decode()
            return render(request, "documents/signing/sign_message.html", context)
    context["form"] = form
    status = 422 if form.is_bound else 200
    return render(request, "documents/signing/sign.html", context, status=status)


def _first(usable: list[FullPowers]) -> dict[str, Any]:
    if not usable:
        return {}
    kind = Signature.Kind.DEFINITIVE if usable[0].binding else Signature.Kind.SIMPLE
    return {"powers": str(usable[0].uid), "kind": kind}


def _offers(prepared: preparing.Prepared, request: Request) -> list[dict[str, Any]]:
    return [
        {"means": one, "options": one.offer(prepared.message, request.user)} for one in means.electronic()
    ]


@login_required
@require_POST
def signed(request: Request, slug: str) -> HttpResponse:
    """The signature itself, as a script of the page made it."""
    now = timezone.now()
    document = public_document(slug)
    try:
        proof = json.loads(request.POST.get("proof", ""))
    except ValueError:
        proof = None
    try:
        made = acts.sign(
            request.user,
            document,
            request.POST.get("word", ""),
            request.POST.get("means", ""),
            proof,
            now=now,
        )
    except (ValidationError, PermissionDenied) as refused:
        why = refused.messages if isinstance(refused, ValidationError) else [str(refused)]
        messages.error(request, " ".join(why))
        return redirect("documents:sign", slug)
    messages.success(request, _("Signed, and entered in the record. The depositary certifies it next."))
    return redirect("documents:signature", slug, made.uid)


@never_cache
@login_required
def give_powers(request: Request, slug: str) -> HttpResponse:
    """Brings full powers."""
    document = public_document(slug)
    bodies = speakers.voices(request.user)
    first = {"organisation": bodies[0].slug if len(bodies) == 1 else "", "since": timezone.now().date()}
    form = PowersForm(posted(request), request.FILES or None, initial=first)
    if done(form, lambda: acts.give_powers(request.user, document, **form.cleaned_data)):
        messages.success(request, _("Your full powers are with the depositary. You get a letter."))
        return redirect("documents:sign", slug)
    context = {"document": document, "form": form}
    return render(request, "documents/signing/powers.html", context, status=422 if form.is_bound else 200)
