"""The translators' desk of a conversation: what its statements lack, by language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from summitry.people.web import Request, done, page_of, posted
from summitry.record.act import require
from summitry.text import languages, machine

from .. import acts, queries
from ..forms import TranslationForm
from ..models import Conversation
from .desk import statement_at


def _language(words: str) -> str:
    """A language of the institution: this one, else the reader's, else the first."""
    wanted = [words, languages.current(), *settings.CONTENT_LANGUAGES]
    return next(one for one in wanted if one in settings.CONTENT_LANGUAGES)


@login_required
def translations(request: Request, slug: str) -> HttpResponse:
    """Statements that are not there in ?in=; with ?done=1 those that somebody has given in it."""
    conversation = get_object_or_404(Conversation, slug=slug)
    require(request.user, "opinions.translate", conversation)
    language, finished = _language(request.GET.get("in", "")), request.GET.get("done") == "1"
    context = {
        "conversation": conversation,
        "tab": "translations",
        "into": language,
        "languages": [(one, languages.local_name(one)) for one in settings.CONTENT_LANGUAGES],
        "done": finished,
        "page": page_of(request, queries.owed(conversation, language, finished)),
    }
    return render(request, "opinions/desk/translations.html", context)


@login_required
def translate(request: Request, slug: str, number: int, language: str) -> HttpResponse:
    """One statement in one language, beside the original."""
    found = statement_at(slug, number)
    require(request.user, "opinions.translate", found)
    if language not in settings.CONTENT_LANGUAGES or language == found.text.source:
        raise Http404(_("This statement is not translated into that language."))
    stands = found.text.get(language)
    form = TranslationForm(language, posted(request), initial={"words": stands, "seen": stands})
    if done(
        form,
        lambda: acts.translate_statement(
            request.user, found, language, form.cleaned_data["words"], seen=form.cleaned_data["seen"]
        ),
    ):
        messages.success(request, _("The translation is published."))
        return redirect(f"{reverse('opinions:translations', args=[slug])}?in={language}")
    original = found.text.get(found.text.source)
    context = {
        "conversation": found.conversation,
        "statement": found,
        "original": original,
        "code": language,
        "machine": machine.said([found.text], language).get(original, ""),
        "into": languages.local_name(language),
        "form": form,
    }
    return render(request, "opinions/desk/translate.html", context, status=422 if form.is_bound else 200)
