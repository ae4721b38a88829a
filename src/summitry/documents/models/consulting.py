"""What is said to a version: comments, amendments, who supports them, how each was answered."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation, Person
from summitry.text.fields import TranslatedField
from summitry.text.value import Text

from .texts import LONGEST, Version

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST_COMMENT = 10_000
LONGEST_ANSWER = 5_000


class ContributionQuerySet[M: "Contribution"](models.QuerySet[M]):
    def standing(self) -> "ContributionQuerySet[M]":
        """Those that are to be answered each by itself: shown, neither withdrawn nor taken out, nor made part
        of another."""
        return self.filter(state=Contribution.State.SHOWN)

    def unanswered(self) -> "ContributionQuerySet[M]":
        return self.standing().filter(outcome="")

    def by_place(self) -> "ContributionQuerySet[M]":
        """With author and organisation, in the order in which they came."""
        return self.select_related("person", "organisation").order_by("number")


class Contribution(models.Model):
    """What a comment and an amendment have in common: it stands at a version, has a number there, somebody
    answers for it, and it gets an answer. Without a person it is the secretariat's own."""

    class State(models.TextChoices):
        SHOWN = "shown", pgettext_lazy("state of a comment", "shown")
        REMOVED = "removed", pgettext_lazy("state of a comment", "removed")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a comment", "withdrawn")
        COMBINED = "combined", pgettext_lazy("state of an amendment", "combined with others")

    version = models.ForeignKey(Version, models.PROTECT, related_name="%(class)ss")
    number = models.PositiveIntegerField()
    anchor = models.CharField(max_length=12, blank=True)  # of the provision; empty: the whole version
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    text = TranslatedField(_("words"), blank=True, max_length=LONGEST_COMMENT, multiline=True)
    made_at = models.DateTimeField(default=timezone.now)  # when it arrived
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SHOWN)
    reason = TranslatedField(_("reason"), blank=True, max_length=2000, multiline=True)  # of the state
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("answer"), max_length=20, blank=True)  # a key of `dispositions`
    answer = TranslatedField(_("why"), blank=True, max_length=LONGEST_ANSWER, multiline=True)
    answer_anchor = models.CharField(_("where"), max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="%(class)s_number_once"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answer_published_at__isnull=True)
                | ~Q(outcome="") & Q(answered_at__isnull=False),
                name="%(class)s_answered_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="shown") | Q(decided_at__isnull=False), name="%(class)s_state_has_its_time"
            ),
        ]
        indexes = [models.Index(fields=["version", "anchor"], name="%(class)s_place")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.number}"

    def scopes(self) -> list[str]:
        return self.version.scopes()

    @property
    def key(self) -> str:
        """Of its subject in the record: "initiative/2/14"."""
        return f"{self.version.key}/{self.number}"

    @property
    def subject(self) -> str:
        """ "documents.comment:initiative/2/14"."""
        return f"{self._meta.label_lower}:{self.key}"

    @property
    def is_shown(self) -> bool:
        """Whether its words are read by all who may read the others."""
        return self.state in {self.State.SHOWN, self.State.COMBINED}

    @property
    def has_public_answer(self) -> bool:
        return self.answer_published_at is not None

    @property
    def by(self) -> Text | None:
        """The name under which it stands: the organisation's, else the person's; None: the secretariat's."""
        if self.organisation is not None:
            return self.organisation.name
        return self.person.name if self.person is not None else None


class Comment(Contribution):
    """What somebody says of a version, of a provision, or of words in it; in her language, and in those into
    which somebody has translated it."""

    quote_language = models.CharField(max_length=12, blank=True)
    quote_start = models.PositiveIntegerField(null=True, blank=True)  # characters before the quoted words
    quote = models.CharField(_("words that you speak of"), max_length=2000, blank=True)

    objects = ContributionQuerySet["Comment"].as_manager()

    class Meta(Contribution.Meta):
        abstract = False
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=Q(quote="", quote_language="", quote_start__isnull=True)
                | ~Q(quote="") & ~Q(quote_language="") & ~Q(anchor="") & Q(quote_start__isnull=False),
                name="comment_quotes_a_provision",
            ),
            models.CheckConstraint(condition=~Q(state="combined"), name="comment_stays_by_itself"),
        ]


class Amendment(Contribution):
    """A change of the text that is proposed, as tracked words in one language. `text` is its reason. `base`
    is what stands there in that language in the version; the change can be taken into a draft as it is where
    the same words stand."""

    change = models.CharField(_("change"), max_length=20)  # a key of `proposals`
    language = models.CharField(_("language"), max_length=12)
    base = models.TextField(blank=True, max_length=LONGEST)
    words = models.TextField(_("proposed words"), blank=True, max_length=LONGEST)
    evidence = models.JSONField(default=dict, blank=True)  # plain data with its origin
    combined_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="combined_from"
    )
    taken_into = models.ForeignKey(
        Version, models.SET_NULL, null=True, blank=True, related_name="took"
    )  # the draft into which it was taken

    objects = ContributionQuerySet["Amendment"].as_manager()
    if TYPE_CHECKING:
        supports: "RelatedManager[Support]"
        combined_from: "RelatedManager[Amendment]"

    class Meta(Contribution.Meta):
        abstract = False
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="combined", combined_into__isnull=False)
                | ~Q(state="combined") & Q(combined_into__isnull=True),
                name="amendment_combined_into_one",
            ),
        ]


class Support(models.Model):
    """Somebody stands behind an amendment: a person once, an organisation once."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="supports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")  # who said so
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "person"],
                condition=Q(organisation__isnull=True),
                name="one_support_a_person",
            ),
            models.UniqueConstraint(
                fields=["amendment", "organisation"],
                condition=Q(organisation__isnull=False),
                name="one_support_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amendment_id}: {self.organisation_id or self.person_id}"

    def scopes(self) -> list[str]:
        return self.amendment.scopes()


def said_name(place: str) -> str:
    """What a reader calls "comments/14" or "amendments/3"; "" for anything else."""
    kind, _slash, number = place.partition("/")
    words = {"comments": gettext("Comment %(k)s"), "amendments": gettext("Amendment %(k)s")}.get(kind, "")
    return words % {"k": number} if number.isdecimal() else ""


class Report(models.Model):
    """Somebody says that the published answers are wrong somewhere. Her words are read by the secretariat
    alone; its reply stands on the page of the answers."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=40, blank=True)  # "comments/14", "amendments/3"
    words = models.TextField(_("what is wrong"), max_length=LONGEST_ANSWER, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    corrected = models.BooleanField(_("the answers were corrected"), null=True, blank=True)
    reply = TranslatedField(_("reply"), blank=True, max_length=LONGEST_ANSWER, multiline=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="report_number_once"),
            models.CheckConstraint(
                condition=Q(corrected__isnull=True, replied_at__isnull=True)
                | Q(corrected__isnull=False, replied_at__isnull=False),
                name="report_replied_with_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.number}"

    @property
    def place_name(self) -> str:
        """Of what it speaks, as a reader calls it."""
        return said_name(self.place)

    def scopes(self) -> list[str]:
        return self.version.scopes()


type Said = Comment | Amendment
