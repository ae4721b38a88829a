"""The desk of a consultation: its period, what waits for an answer, the answers, reported errors."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from summitry.people.web import Request, done, page_of, posted, say
from summitry.record.act import Stale, require

from .. import acts, dispositions, proposals
from ..consulting_forms import (
    AnswerForm,
    CombineForm,
    CorrectForm,
    ExtendForm,
    OpenForm,
    ReplyForm,
    TakeByHandForm,
    TakeForm,
    TranslationForm,
    WhyForm,
)
from ..models import Amendment, Comment, Contribution, Report, Said, Version
from ..queries import answering
from ..queries import consulting as queries
from ..queries import disposition as answers
from .consulting import UNPROCESSABLE, found

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _version(request: Request, slug: str, number: int, perm: str = "documents.answer") -> Version:
    version = found(slug, number)
    require(request.user, perm, version)
    return version


def _base(version: Version, tab: str) -> dict[str, Any]:
    return {"version": version, "document": version.document, "tab": tab, "may_answer": True}


def _status(form: Any) -> int:
    return UNPROCESSABLE if form.is_bound else 200


def _one(version: Version, name: str, k: int) -> queries.Shown:
    row = queries.one_of(version, name, k)
    if row is None:
        raise Http404(_("There is no such comment or amendment."))
    return row


def _waits(said: Said) -> bool:
    """It can be answered, for the first time or otherwise than its drawer says."""
    return said.state == Contribution.State.SHOWN and not said.has_public_answer


def _words(error: ValidationError) -> str:
    return " ".join(error.messages)


@never_cache
@login_required
@require_safe
def consultation(request: Request, slug: str, number: int) -> HttpResponse:
    """Where a consultation stands, and what comes next."""
    version = _version(request, slug, number)
    return _consultation(request, version, ExtendForm() if version.comments_until else OpenForm())


def _consultation(request: Request, version: Version, form: Any) -> HttpResponse:
    context = {
        **_base(version, "consultation"),
        "consultation": queries.consultation(version, request.user),
        "unanswered": answering.unanswered(version),
        "form": form,
        "reports": page_of(request, version.reports.all()),
    }
    return render(request, "documents/consulting/desk/consultation.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def period(request: Request, slug: str, number: int) -> HttpResponse:
    """Opens the comments, or extends them. Whoever only looks is led to the page of both."""
    version = _version(request, slug, number, "documents.open_comments")
    if request.method != "POST":
        return redirect("documents:consultation", slug, number)
    form: Any
    if version.comments_until:
        form = ExtendForm(request.POST)
        ok = done(form, lambda: acts.extend_comments(request.user, version, **form.cleaned_data))
        told = _("Comments run longer. It is entered in the record, and followers are told.")
    else:
        form = OpenForm(request.POST)
        ok = done(form, lambda: acts.open_comments(request.user, version, **form.cleaned_data))
        told = _("Comments are open. It is entered in the record, and followers are told.")
    if ok:
        messages.success(request, told)
        return redirect("documents:consultation", slug, number)
    return _consultation(request, found(slug, number), form)


@never_cache
@login_required
@require_POST
def publish(request: Request, slug: str, number: int) -> HttpResponse:
    """Publishes all answers, or says which are missing."""
    version = _version(request, slug, number, "documents.publish_disposition")
    try:
        acts.publish_disposition(request.user, version)
    except ValidationError as error:
        messages.error(request, _words(error))
    else:
        messages.success(request, _("The answers are published; whoever asked gets a letter."))
    return redirect("documents:consultation", slug, number)


@never_cache
@login_required
@require_safe
def queue(request: Request, slug: str, number: int) -> HttpResponse:
    """What was said, by what waits for an answer; several can be chosen."""
    version = _version(request, slug, number)
    state = request.GET.get("state", "open")
    name = request.GET.get("kind", "")
    page = page_of(request, answering.queue(version, state, name))
    rows = answers.disposition_rows(version, page.object_list)
    context = {
        **_base(version, "queue"),
        "page": page,
        "rows": rows,
        "may_choose": any(_waits(row.said) for row in rows),
        "numbers": answers.numbers(version),
        "state": state if state in answering.STATES else "open",
        "kind": name,
        "states": [(key, label) for key, (label, _wanted) in answering.STATES.items()],
    }
    return render(request, "documents/consulting/desk/queue.html", context)


@never_cache
@login_required
@GET_POST
def alike(request: Request, slug: str, number: int) -> HttpResponse:
    """One answer for several."""
    version = _version(request, slug, number)
    rows = answering.chosen(version, request.GET.getlist("said")[: acts.AT_ONCE])
    form = AnswerForm(posted(request))
    asked: list[Comment | Amendment] = [row.said for row in rows]
    if done(
        form,
        lambda: acts.answer(
            request.user,
            asked,
            form.cleaned_data["outcome"],
            form.cleaned_data["answer"],
            anchor=form.cleaned_data["anchor"],
            publish=form.cleaned_data["publish"],
        ),
    ):
        words = ngettext("%(count)d is answered.", "%(count)d are answered.", len(asked))
        messages.success(request, words % {"count": len(asked)})
        return redirect("documents:queue", slug, number)
    context = {**_base(version, "queue"), "rows": rows, "form": form}
    return render(request, "documents/consulting/desk/alike.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def answer(request: Request, slug: str, number: int, name: str, k: int) -> HttpResponse:
    """One comment or amendment beside its answer; the next one comes after it."""
    version = _version(request, slug, number)
    row = _one(version, name, k)
    said = row.said
    initial = {"outcome": said.outcome, "answer": said.answer, "anchor": said.answer_anchor}
    corrects = said.has_public_answer
    form: Any = (CorrectForm if corrects else AnswerForm)(posted(request), initial=initial)

    def act() -> None:
        asked = form.cleaned_data
        if corrects:
            acts.correct_answer(
                request.user, said, asked["outcome"], asked["answer"], asked["reason"], anchor=asked["anchor"]
            )
        else:
            acts.answer(
                request.user,
                [said],
                asked["outcome"],
                asked["answer"],
                anchor=asked["anchor"],
                publish=asked["publish"],
            )

    if done(form, act):
        same = corrects and _one(version, name, k).said.answered_at == said.answered_at
        told = _("Nothing is different: the answer stays as it was.") if same else _("The answer is kept.")
        messages.success(request, told)
        waits = answering.queue(version)
        if not corrects and waits:
            following = answers.disposition_rows(version, waits[:1])[0]
            return redirect("documents:answer", slug, number, following.name, following.said.number)
        return redirect("documents:queue", slug, number)
    context = {
        **_base(version, "queue"),
        "row": row,
        "said": said,
        "form": form,
        "corrects": corrects,
        "provision": queries.provision_at(version, said.anchor),
        "later": queries.what_became(said),
        "draft": _draft(version),
        "parts": queries.parts_of(said) if isinstance(said, Amendment) else [],
    }
    return render(request, "documents/consulting/desk/answer.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def remove(request: Request, slug: str, number: int, name: str, k: int) -> HttpResponse:
    """Takes something out, with a reason."""
    version = _version(request, slug, number, "documents.moderate")
    row = _one(version, name, k)
    if row.said.state == Contribution.State.REMOVED:
        messages.info(request, _("It is removed. It can be shown again."))
        return redirect("documents:answer", slug, number, name, k)
    form = WhyForm(posted(request))
    seen = row.said.state
    if done(
        form,
        lambda: acts.remove_contribution(request.user, row.said, form.cleaned_data["reason"], seen=seen),
    ):
        messages.success(request, _("It is removed; everybody can read why."))
        return redirect("documents:queue", slug, number)
    context = {**_base(version, "queue"), "row": row, "form": form}
    return render(request, "documents/consulting/desk/remove.html", context, status=_status(form))


@never_cache
@login_required
@require_POST
def show(request: Request, slug: str, number: int, name: str, k: int) -> HttpResponse:
    """Shows again what was taken out."""
    version = _version(request, slug, number, "documents.moderate")
    acts.show_contribution(request.user, _one(version, name, k).said)
    messages.success(request, _("It is shown again."))
    return redirect("documents:answer", slug, number, name, k)


@never_cache
@login_required
@GET_POST
def take(request: Request, slug: str, number: int, k: int) -> HttpResponse:
    """Takes an amendment into the draft; where the draft says something else by now, by hand."""
    version = _version(request, slug, number)
    row = _one(version, "amendments", k)
    said = cast(Amendment, row.said)
    draft = _draft(version)
    by_hand = "revision" in request.POST
    form: Any = (TakeByHandForm if by_hand else TakeForm)(posted(request))

    if form.is_valid():
        asked = form.cleaned_data
        more = {name: asked[name] for name in ("words", "outcome", "revision") if by_hand}
        try:
            acts.take_amendment(request.user, said, asked["reason"], **more)
        except acts.Differs as error:
            messages.warning(request, _words(error))
            form = _by_hand(draft, error.stands, asked)
            by_hand = True
        except Stale as error:
            messages.warning(request, _words(error))
            form = _by_hand(_draft(version), asked.get("words", ""), asked)
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("It is in the draft, and answered so."))
            return redirect("documents:queue", slug, number)
    context = {
        **_base(version, "queue"),
        "row": row,
        "said": said,
        "form": form,
        "draft": draft,
        "by_hand": by_hand,
        "stands": _stands(draft, said) if by_hand else "",
        "waits": _waits(said),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "documents/consulting/desk/take.html", context, status=status)


def _by_hand(draft: Version | None, words: str, asked: dict[str, Any]) -> TakeByHandForm:
    """The form in which the words are written, of the draft as it is now."""
    return TakeByHandForm(
        initial={
            "words": words,
            "outcome": asked.get("outcome", dispositions.ACCEPTED),
            "revision": draft.revision if draft is not None else 0,
            "reason": asked["reason"],
        }
    )


def _draft(version: Version) -> Version | None:
    return version.document.versions.filter(published_at=None).first()


def _stands(draft: Version | None, said: Amendment) -> str:
    provision = queries.provision_at(draft, said.anchor) if draft is not None else None
    return provision.text.get(said.language) if provision is not None else ""


@never_cache
@login_required
@GET_POST
def combine(request: Request, slug: str, number: int) -> HttpResponse:
    """One amendment of several."""
    version = _version(request, slug, number)
    rows = answering.chosen(version, request.GET.getlist("said")[: acts.MOST_COMBINED])
    asked = [row.said for row in rows if isinstance(row.said, Amendment)]
    needs_words = bool(asked) and proposals.get(asked[0].change).needs_words
    form = CombineForm(posted(request), initial={"words": asked[0].words if asked else ""})
    if not needs_words:
        form.fields["words"].widget = form.fields["words"].hidden_widget()
    made: list[Amendment] = []
    if done(
        form,
        lambda: made.append(
            acts.combine_amendments(
                request.user, asked, words=form.cleaned_data["words"], reason=form.cleaned_data["reason"]
            )
        ),
    ):
        messages.success(request, _("They are one amendment now; their proposers are told."))
        return redirect("documents:answer", slug, number, "amendments", made[0].number)
    listed = [row for row in rows if not row.is_comment]
    context = {**_base(version, "queue"), "rows": listed if len(listed) > 1 else [], "form": form}
    return render(request, "documents/consulting/desk/combine.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def reply(request: Request, slug: str, number: int, n: int) -> HttpResponse:
    """A reported error, and the reply to it."""
    version = _version(request, slug, number)
    report = get_object_or_404(Report.objects.select_related("person"), version=version, number=n)
    report.version = version
    form = ReplyForm(posted(request))
    if done(form, lambda: acts.reply_to_report(request.user, report, **form.cleaned_data)):
        messages.success(request, _("The reply is published."))
        return redirect("documents:consultation", slug, number)
    context = {**_base(version, "consultation"), "report": report, "form": form}
    return render(request, "documents/consulting/desk/reply.html", context, status=_status(form))


@never_cache
@login_required
@GET_POST
def translate(request: Request, slug: str, number: int, k: int) -> HttpResponse:
    """A translation of a comment."""
    version = _version(request, slug, number, "documents.translate")
    row = _one(version, "comments", k)
    said = cast(Comment, row.said)
    form = TranslationForm(said.text.source, posted(request))
    if done(
        form,
        lambda: acts.translate_comment(
            request.user, said, form.cleaned_data["language"], form.cleaned_data["words"]
        ),
    ):
        gone = not form.cleaned_data["words"]
        told = _("The translation is taken away.") if gone else _("The translation is published.")
        messages.success(request, told)
        return redirect("documents:comment", slug, number, k)
    original = said.text.get(said.text.source)
    context = {**_base(version, "queue"), "row": row, "said": said, "form": form, "original": original}
    context["may_answer"] = request.user.has_perm("documents.answer", version)
    return render(request, "documents/consulting/desk/translate.html", context, status=_status(form))
