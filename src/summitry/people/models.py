"""Who there is: the institution, accounts, persons, organisations, affiliations, mandates, invitations."""

import uuid
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.models import _user_has_perm as asks_backends  # type: ignore[attr-defined]
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.text.fields import TranslatedField

from .fields import SearchField

INSTITUTION = "institution"  # the scope of a mandate that holds everywhere


class Role(models.TextChoices):
    """What a mandate allows is said in each app's permissions.py; DOMAIN names the duties."""

    SECRETARIAT = "secretariat", _("secretariat")
    CALL_MANAGER = "call_manager", _("call manager")
    SCREENER = "screener", _("screener")
    JUROR = "juror", _("juror")
    JURY_CHAIR = "jury_chair", _("jury chair")
    PROGRAMME = "programme", _("programme manager")
    FOCAL_POINT = "focal_point", _("focal point")
    DELEGATE = "delegate", _("member’s delegate")
    RETURNING_OFFICER = "returning_officer", _("returning officer")
    TELLER = "teller", _("teller")
    DEPOSITARY = "depositary", _("depositary")
    RULE_EDITOR = "rule_editor", _("rule editor")
    RULE_VERIFIER = "rule_verifier", _("rule verifier")
    TRANSLATOR = "translator", _("translator")
    ORGAN = "organ", _("approving organ")
    AUDITOR = "auditor", _("auditor")


def scope_of(thing: models.Model) -> str:
    """The scope of a mandate that holds for this thing only: "calls.call:practice-cases-2026"."""
    return f"{thing._meta.label_lower}:{getattr(thing, 'slug', None) or thing.pk}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Whoever signs in; the person behind it may exist without one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(max_length=12, blank=True)  # of mails; empty: the institution's first
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.email

    @cached_property
    def roles(self) -> frozenset[tuple[str, str]]:
        """(role, scope) of every mandate in force now; one query an instance."""
        if not self.is_active or self.pk is None:
            return frozenset()
        return frozenset(Mandate.objects.in_force().filter(person__user=self).values_list("role", "scope"))

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What the rules say, for a superuser too: power over the institution's acts comes from mandates
        alone."""
        return bool(self.is_active and asks_backends(self, perm, obj))


class Institution(models.Model):
    """The one institution of this deployment."""

    name = TranslatedField(_("name"))
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = TranslatedField(_("kind"), blank=True)
    aim = TranslatedField(_("aim"), blank=True, max_length=2000)
    principles = TranslatedField(_("principles"), blank=True, max_length=2000)
    seat = TranslatedField(_("seat"), blank=True)
    founded = models.DateField(_("founded"), null=True, blank=True)
    contact = models.EmailField(_("contact"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_institution")]

    def __str__(self) -> str:
        return str(self.name)

    def scopes(self) -> list[str]:
        return [INSTITUTION]

    def public(self) -> dict[str, Any]:
        """Its public face."""
        return {
            **{field: getattr(self, field) for field in ("name", "kind", "aim", "principles", "seat")},
            **{field: getattr(self, field) for field in ("short_name", "contact", "time_zone")},
            "founded": self.founded.isoformat() if self.founded else None,
        }


class Organisation(models.Model):
    """A body: member, applicant's employer, partner, convener."""

    slug = models.SlugField(unique=True, max_length=80, allow_unicode=False)
    name = TranslatedField(_("name"))
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)  # a key of people.kinds
    country = models.CharField(_("country"), max_length=2, blank=True)  # ISO 3166-1 alpha-2, upper case
    website = models.URLField(_("website"), blank=True)
    domains = models.JSONField(_("e-mail domains"), default=list, blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_index=True)
    # Whoever fills in a profile may name a body; it is public once the secretariat has confirmed it.
    confirmed = models.BooleanField(_("confirmed"), default=False)
    version = models.PositiveIntegerField(default=1)
    search = SearchField(of=["name", "aliases"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="one_organisation_an_external_id"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)

    def scopes(self) -> list[str]:
        return [scope_of(self), INSTITUTION]

    def public(self) -> dict[str, Any] | None:
        """Its public face: none until it is confirmed."""
        if not self.confirmed:
            return None
        return {
            field: getattr(self, field) for field in ("slug", "name", "aliases", "kind", "country", "website")
        }


class Person(models.Model):
    """A person, with or without an account."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True, max_length=80)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="person")
    name = TranslatedField(_("name"), max_length=300)
    biography = TranslatedField(_("biography"), blank=True, max_length=10000, multiline=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    languages = models.JSONField(_("languages that you read"), default=list, blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_index=True)  # "SOURCE:ID" of an import
    erased_at = models.DateTimeField(
        null=True, blank=True
    )  # an empty shell that holds mandates and authorship
    version = models.PositiveIntegerField(default=1)
    search = SearchField(of=["name"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="one_person_an_external_id"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class FormerAddress(models.Model):
    """A short name under which a person or an organisation was known: her pages there lead to the present
    one, and nobody else gets it."""

    slug = models.SlugField(max_length=80)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="former")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="former"
    )
    since = models.DateTimeField(default=timezone.now)  # when it stopped being the address

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
                name="former_address_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(person__isnull=False), name="one_person_a_former_address"
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(organisation__isnull=False),
                name="one_organisation_a_former_address",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Affiliation(models.Model):
    """A person's place in an organisation, from one day to another; open ends are null."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    title = TranslatedField(_("title"), blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="affiliation_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self) -> "MandateQuerySet":
        now = timezone.now()
        return self.filter(since__lte=now).filter(Q(until__isnull=True) | Q(until__gt=now))


class Mandate(models.Model):
    """A role in a scope: the institution, a gathering, a call (`scope_of`). Ended, never deleted."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mandates")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    scope = models.CharField(_("scope"), max_length=160, default=INSTITUTION)
    label = TranslatedField(blank=True)  # how the public knows its holder: "Juror 3"
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "scope"], condition=Q(until__isnull=True), name="one_open_mandate"
            )
        ]
        indexes = [models.Index(fields=["scope", "role"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.role} of {self.scope}"

    def public(self) -> dict[str, Any]:
        """Its public face: never whose it is."""
        return {
            "role": self.role,
            "scope": self.scope,
            "label": self.label,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
        }

    @property
    def in_force(self) -> bool:
        now = timezone.now()
        return self.since <= now and (self.until is None or self.until > now)


class Invitation(models.Model):
    """An offer of a mandate by e-mail. Only a hash of its link's secret is kept; it works once."""

    email = models.EmailField(_("e-mail"))
    name = TranslatedField(_("name"), blank=True)
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    scope = models.CharField(max_length=160, default=INSTITUTION)
    label = TranslatedField(blank=True)  # of the mandate that it offers
    language = models.CharField(max_length=12, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_as = models.CharField(max_length=30, blank=True)  # the role in which
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    mandate = models.ForeignKey(Mandate, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role", "scope"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.role} of {self.scope}"

    @property
    def state(self) -> str:
        """open, accepted, revoked or expired."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"


class Letter(models.Model):
    """Mail that waits to be sent; `outbox` seals and delivers it. It is deleted when it has gone."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.TextField()  # {"to", "subject", "text"}, encrypted under the deployment's secret
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)  # the kind of the last failure, never its words

    def __str__(self) -> str:
        return str(self.uid)
