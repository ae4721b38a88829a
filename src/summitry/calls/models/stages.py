"""What is done in stages beyond marks: elimination, comparisons, rankings, public votes, turns, supplements,
mergers, objections, approvals, allocations."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.people.models import Person
from summitry.text.fields import TranslatedField

from .call import Call, StageRun
from .submission import Submission


class Elimination(models.Model):
    """An entry that a stage took out of the running, with its reason. Taken back if the stage is
    re-opened."""

    class Cause(models.TextChoices):
        NOT_KEPT = "not_kept", pgettext_lazy("why an entry is out", "not among those that go on")
        MERGED = "merged", pgettext_lazy("why an entry is out", "merged into another")
        OBJECTION = "objection", pgettext_lazy("why an entry is out", "an objection was upheld")
        ABSENT = "absent", pgettext_lazy("why an entry is out", "did not send what was asked")

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="elimination")
    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="eliminations")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    reason = TranslatedField(blank=True, max_length=3000)  # the applicant reads it
    into = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="absorbed")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="merged", into__isnull=False) | ~Q(cause="merged") & Q(into__isnull=True),
                name="merged_into_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.cause}"


class Comparison(models.Model):
    """A juror's answer to one pair of entries; no winner means no difference. Undone, never deleted."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="comparisons")
    juror = models.ForeignKey(Person, models.PROTECT, related_name="comparisons")
    left = models.ForeignKey(Submission, models.CASCADE, related_name="+")  # the one with the lower number
    right = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    winner = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)  # a conflict came to light

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "juror", "left", "right"],
                condition=Q(undone_at__isnull=True, voided_at__isnull=True),
                name="one_comparison_a_pair",
            ),
            models.CheckConstraint(condition=~Q(left=F("right")), name="comparison_of_two"),
            models.CheckConstraint(
                condition=Q(winner__isnull=True) | Q(winner=F("left")) | Q(winner=F("right")),
                name="comparison_won_by_one_of_them",
            ),
        ]
        indexes = [models.Index(fields=["stage", "juror"])]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.left_id} / {self.right_id}"


class Ranking(models.Model):
    """A juror's ranking of entries, best first; it need not name all. Final once it is sent."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="rankings")
    juror = models.ForeignKey(Person, models.PROTECT, related_name="rankings")
    order = models.JSONField(default=list)  # keys of submissions
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "juror"], name="one_ranking_a_juror")]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.juror_id}"


class SetAside(models.Model):
    """Public votes that do not count, by a recorded act with a public reason."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="set_aside")
    reason = TranslatedField(max_length=2000)
    count = models.PositiveIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.count}"


class PublicVote(models.Model):
    """One account's voice for one entry. `origin` is a keyed hash of the network address, kept until the
    verdict is sealed."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="public_votes")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="public_votes")
    voter = models.ForeignKey(Person, models.PROTECT, related_name="public_votes")
    category = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=64, blank=True)
    cast_at = models.DateTimeField(default=timezone.now)
    set_aside = models.ForeignKey(SetAside, models.PROTECT, null=True, blank=True, related_name="votes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "voter", "submission"], name="one_voice_an_entry"),
        ]
        indexes = [models.Index(fields=["stage", "cast_at"]), models.Index(fields=["stage", "origin"])]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.submission_id}"


class Turn(models.Model):
    """An entry's place in the running order of a pitch."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="turns")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="turns")
    position = models.PositiveIntegerField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["stage", "position"]
        constraints = [models.UniqueConstraint(fields=["stage", "submission"], name="one_turn_an_entry")]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.position}"


class Supplement(models.Model):
    """What an applicant sent when a stage asked for more."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="supplements")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="supplements")
    digest = models.CharField(max_length=64)  # SHA-256 of the answers as sent
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "submission"], name="one_supplement")]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.submission_id}"


class Merger(models.Model):
    """A proposal that one entry be taken up in another. Nothing happens before everybody behind both has
    agreed."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("state of a merger", "proposed")
        AGREED = "agreed", pgettext_lazy("state of a merger", "agreed")
        REFUSED = "refused", pgettext_lazy("state of a merger", "refused")
        DROPPED = "dropped", pgettext_lazy("state of a merger", "taken back")

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="mergers")
    into = models.ForeignKey(Submission, models.CASCADE, related_name="mergers_in")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="mergers_out")
    reason = TranslatedField(max_length=3000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(into=F("submission")), name="merger_of_two"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(state__in=["proposed", "agreed"]), name="one_merger_away"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} into {self.into_id}: {self.state}"


class MergerConsent(models.Model):
    """What one of those behind the two entries says to a merger."""

    merger = models.ForeignKey(Merger, models.CASCADE, related_name="consents")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    agrees = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merger", "person"], name="one_word_a_merger")]

    def __str__(self) -> str:
        return f"{self.merger_id}: {self.agrees}"


class Objection(models.Model):
    """Somebody's objection to an entry during its notice period."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="objections")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="objections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="objections")
    words = models.TextField(_("objection"), max_length=5000)  # the chair and those behind the entry read it
    filed_at = models.DateTimeField(default=timezone.now)
    upheld = models.BooleanField(null=True, blank=True)
    answer = TranslatedField(blank=True, max_length=3000)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    reply = models.TextField(_("reply"), blank=True, max_length=5000)  # of those behind the entry, once
    replied_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "submission", "person"], name="one_objection_a_person"),
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, answered_at__isnull=True)
                | Q(upheld__isnull=False, answered_at__isnull=False),
                name="objection_answered_with_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.upheld}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()


class Approval(models.Model):
    """What the organ that approves says of a sealed verdict: yes, or back to the chair with its reasons."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="approvals")
    verdict = models.ForeignKey("calls.Verdict", models.PROTECT, related_name="approvals")
    approved = models.BooleanField()
    reason = TranslatedField(blank=True, max_length=5000)
    minutes = models.CharField(_("reference of the minutes"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "verdict"], name="one_word_on_a_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.approved}"


class Allocation(models.Model):
    """What an accepted entry is given of what there is: a slot, a stand."""

    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="allocations")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="allocations")
    unit = models.CharField(max_length=40)  # a key of the stage's units
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "submission"], name="one_allocation")]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.unit}"


class JurorProfile(models.Model):
    """What a juror says of herself for one call, so that entries find her: topics, languages, how many."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="juror_profiles")
    person = models.ForeignKey(Person, models.CASCADE, related_name="juror_profiles")
    topics = models.JSONField(default=list, blank=True)  # keys of categories and of choices
    languages = models.JSONField(default=list, blank=True)  # codes that she reads
    region = models.CharField(max_length=40, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)  # entries that she can take
    statement = models.TextField(_("expertise"), blank=True, max_length=5000)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="one_profile_a_call")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.person_id}"

    def scopes(self) -> list[str]:
        return self.call.scopes()
