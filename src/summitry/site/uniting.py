"""A statement that unites an opinion vote becomes a proposed amendment: opinions and documents know nothing
of each other, and meet here."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.documents import acts, dispositions, evidence, proposals
from summitry.documents.models import Version
from summitry.documents.models.texts import LONGEST
from summitry.documents.queries.answering import amendments_by_subject, current_versions
from summitry.opinions import uptake
from summitry.opinions.uptake import Evidence, Standing
from summitry.text import languages

KIND = "opinions.statement"


class UnitingForm(forms.Form):
    """Where a statement goes, and in which words."""

    version = forms.ModelChoiceField(
        label=gettext_lazy("Document"),
        queryset=Version.objects.none(),
        help_text=gettext_lazy("The newest published version of each document that is not adopted."),
    )
    anchor = forms.CharField(
        label=gettext_lazy("Provision"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("Its address, such as p12. Empty: at the beginning of the text."),
    )
    change = forms.ChoiceField(
        label=gettext_lazy("What is proposed there"), widget=forms.RadioSelect, initial="insert"
    )
    words = forms.CharField(
        label=gettext_lazy("Proposed words"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("In the language in which the document is drafted."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )

    def __init__(self, actor: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        mine = [one.pk for one in current_versions() if actor.has_perm("documents.propose_for_house", one)]
        self.fields["version"].queryset = Version.objects.filter(pk__in=mine).select_related("document")  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = _named  # type: ignore[attr-defined]
        self.fields["change"].choices = proposals.choices()  # type: ignore[attr-defined]


def _named(version: Version) -> str:
    return _("%(title)s, version %(number)d") % {
        "title": version.document.title,
        "number": version.number,
    }


def form(data: QueryDict | None, actor: Any, found: Evidence) -> UnitingForm:
    """The taker's form, with the statement as the words that are proposed."""
    reason = _("In an opinion vote every group agreed: %(percent)d%% consensus among %(people)d people.") % {
        "percent": found.percent,
        "people": found.people,
    }
    return UnitingForm(
        actor, data, initial={"words": found.text.best(languages.current()).value, "reason": reason}
    )


def take(actor: Any, found: Evidence, answers: Mapping[str, Any]) -> str:
    """Proposes the amendment in the secretariat's name, with the evidence. Its subject."""
    made = acts.propose_amendment(
        actor,
        answers["version"],
        answers["change"],
        anchor=answers["anchor"],
        words=answers["words"],
        reason=answers["reason"],
        evidence={
            "kind": KIND,
            "origin": f"opinions.conversation:{found.conversation}",
            "percent": found.percent,
            **found.to_json(),
        },
    )
    return made.subject


def standing(subjects: Iterable[str]) -> Mapping[str, Standing]:
    """What has become of these amendments. One query."""
    stands = {}
    for subject, one in amendments_by_subject(subjects).items():
        answer = dispositions.get(one.outcome) if one.has_public_answer else None
        if answer is not None:
            stands[subject] = Standing(answer.label, True, one.answer)
        else:
            ended = one.state != one.State.SHOWN
            stands[subject] = Standing(
                one.get_state_display() if ended else _("proposed"), ended, one.reason or None
            )
    return stands


def ready() -> None:
    """Called from AppConfig.ready()."""
    uptake.register("documents.amendment", gettext_lazy("Propose as an amendment"), form, take, standing)
    evidence.register(KIND, "site/uniting.html")
