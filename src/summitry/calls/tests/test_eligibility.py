"""Who may apply: each predicate by what it lets through and what it refuses, in words, at every door."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts, checks, eligibility, queries_pages
from summitry.calls.eligibility.ages import anniversary
from summitry.calls.models import Call, CoApplicant, Owed, Submission
from summitry.calls.rules import Condition, Field, Obligation
from summitry.people import acts as people
from summitry.people.models import Affiliation, Role, scope_of
from summitry.people.tests.factories import make_institution, make_organisation, make_user

from .factories import (
    FIELDS,
    GOLD,
    T,
    decide,
    judged,
    make_draft,
    make_sent,
    make_world,
    open_world,
    rules,
    screening,
)

NOW = datetime(2027, 9, 1, tzinfo=UTC)
COUNTRY = Field("land", "country", T("Country"), role="country")


def condition(kind, key="", note=None, **options):
    return Condition(key or kind, kind, options=options, **({"note": note} if note else {}))


def with_conditions(*conditions, fields=()):
    return rules(eligibility=conditions, fields=(*FIELDS, *fields))


def asked(condition, *, fields=(), organisation=None, applicant=None, **draft):
    """What a condition says of a draft that is not stored."""
    person = applicant or make_user().person
    call = Call(slug="x")
    call.set_rules(with_conditions(condition, fields=fields))
    found = Submission(call=call, applicant=person, organisation=organisation, draft=draft)
    return eligibility.refusals(found, NOW)


def of(organisation, user):
    Affiliation.objects.create(person=user.person, organisation=organisation)
    return organisation


# -- rules that contradict themselves -------------------------------------------------------------

CONTRADICTIONS = [
    ((condition("zodiac"),), "eligibility.zodiac.kind", "there is no kind of condition “zodiac”"),
    (
        (condition("jurors_barred"), condition("jurors_barred", "again")),
        "eligibility.again.kind",
        "another condition asks the same",
    ),
    (
        (condition("jurors_barred", most=1),),
        "eligibility.jurors_barred.options.most",
        "a condition of this kind has no such option",
    ),
    ((condition("cap_per_person"),), "eligibility.cap_per_person.options.most", "is missing"),
    (
        (condition("cap_per_person", most="3"),),
        "eligibility.cap_per_person.options.most",
        "has the wrong type",
    ),
    (
        (condition("cap_per_person", most=True),),
        "eligibility.cap_per_person.options.most",
        "has the wrong type",
    ),
    (
        (condition("cap_per_organisation", most=0),),
        "eligibility.cap_per_organisation.options.most",
        "must be from 1 to 1000",
    ),
    ((condition("organisation_kind"),), "eligibility.organisation_kind.options.among", "is missing"),
    ((condition("organisation_kind", among=[]),), "eligibility.organisation_kind.options.among", "is empty"),
    (
        (condition("organisation_kind", among=["guild"]),),
        "eligibility.organisation_kind.options.among",
        "“guild” is not known here",
    ),
    (
        (condition("organisation_kind", among=["media", "media"]),),
        "eligibility.organisation_kind.options.among",
        "names something twice",
    ),
    (
        (condition("country", among=["CN"], **{"except": ["EG"]}),),
        "eligibility.country.options",
        "either the countries that may apply or those that may not, and not both",
    ),
    (
        (condition("country"),),
        "eligibility.country.options",
        "say which countries may apply, or which may not",
    ),
    (
        (condition("country", among=["XX", 3]),),
        "eligibility.country.options.among",
        "“XX” is not known here",
    ),
    (
        (condition("organisation_age", years=3),),
        "eligibility.organisation_age",
        "no answer is used for “when the organisation was founded”",
    ),
    ((condition("organisation_age"),), "eligibility.organisation_age.options.years", "is missing"),
    (
        (condition("organisation_age", years=3, least=5),),
        "eligibility.organisation_age.options.least",
        "5 is more than 3",
    ),
    (
        (condition("jurors_barred", "No key"),),
        "eligibility.No key",
        "a key is a lower-case letter, then letters, digits and “_”, at most 40",
    ),
    (
        (condition("jurors_barred", "a"), condition("organisation_required", "a")),
        "eligibility.a",
        "this key is used twice",
    ),
]


@pytest.mark.parametrize(("conditions", "path", "message"), CONTRADICTIONS, ids=range(len(CONTRADICTIONS)))
def test_each_contradiction_is_named(conditions, path, message):
    found = checks.problems(rules(eligibility=conditions))
    assert (path, message) in [(one.path, one.message) for one in found]


@pytest.mark.parametrize(
    ("kind", "role", "options", "words"),
    [
        ("country", "country", {"among": ["CN"]}, "does not answer with a country"),
        ("organisation_age", "founded", {"years": 3}, "does not answer with a year or a day"),
    ],
)
def test_the_field_that_answers_has_to_be_of_its_kind(kind, role, options, words):
    found = with_conditions(condition(kind, **options), fields=[Field("where", "line", T("W"), role=role)])
    assert [(one.path, one.message) for one in checks.problems(found)] == [
        (f"eligibility.{kind}", f"the field “W” {words}")
    ]


@pytest.mark.parametrize(
    ("kind", "field", "options"),
    [
        ("country", COUNTRY, {"among": ["CN"]}),
        ("organisation_age", Field("land", "year", T("Founded"), role="founded"), {"years": 3}),
    ],
)
def test_what_decides_who_may_apply_is_asked_before_one_sends(kind, field, options):
    found = with_conditions(condition(kind, **options), fields=[replace(field, stage="jury")])
    assert (f"eligibility.{kind}", f"the field “{field.label}” is asked only later") in [
        (one.path, one.message) for one in checks.problems(found)
    ]


def test_conditions_without_contradiction():
    founded = Field("founded", "year", T("Founded"), role="founded")
    found = with_conditions(
        condition("organisation_required"),
        condition("organisation_kind", among=["company", "association"]),
        condition("country", **{"except": ["EG"]}),
        condition("organisation_age", years=5, least=1),
        condition("no_report_owed"),
        condition("cap_per_person", most=2),
        condition("cap_per_organisation", most=1),
        condition("jurors_barred"),
        fields=[COUNTRY, founded],
    )
    assert checks.problems(found) == []
    assert {one.kind for one in found.eligibility} == {one.key for one in eligibility.every()}


# -- in words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (condition("organisation_required"), "Only for an organisation, not as a person alone."),
        (
            condition("organisation_kind", among=["company", "media"]),
            "For these kinds of organisations: Company, Media.",
        ),
        (condition("country", among=["EG", "CN"]), "From these countries and areas: China, Egypt."),
        (condition("country", **{"except": ["EG"]}), "From every country and area but: Egypt."),
        (condition("organisation_age", years=1), "The organisation was founded at most 1 year ago."),
        (
            condition("organisation_age", years=9, least=2),
            "The organisation was founded at most 9 years ago. "
            "The organisation was founded at least 2 years ago.",
        ),
        (condition("no_report_owed"), "Whoever was accepted before has delivered what was due since."),
        (
            condition("cap_per_person", most=2),
            "At most 2 entries of one person, as applicant and as co-applicant.",
        ),
        (condition("cap_per_organisation", most=1), "At most 1 entry from one organisation."),
        (condition("jurors_barred"), "Whoever screens, judges or manages this call cannot apply."),
        (condition("country", among=["EG"], note=T("Cities on the Nile")), T("Cities on the Nile")),
    ],
)
def test_what_the_public_page_says(found, words):
    assert eligibility.said(rules(eligibility=(found,))) == [words]


def test_what_is_not_known_is_not_said():
    assert eligibility.said(rules(eligibility=(condition("zodiac"),))) == []


# -- each predicate -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_organisation_is_required():
    found = condition("organisation_required")
    assert asked(found) == ["Organisation: Choose the organisation for which you submit."]
    assert asked(found, organisation=make_organisation()) == []


@pytest.mark.django_db
def test_kinds_of_organisations():
    found = condition("organisation_kind", among=["company"])
    assert asked(found, organisation=make_organisation(kind="company")) == []
    assert asked(found, organisation=make_organisation(kind="media")) == [
        "Kind of organisation: “Media” is none of those for which the call is."
    ]
    assert asked(found, organisation=make_organisation("Blank")) == [
        "Kind of organisation: Of which kind “Blank” is has not been said yet."
    ]
    assert asked(found) == ["Kind of organisation: “Individual” is none of those for which the call is."]
    assert asked(condition("organisation_kind", among=["individual"])) == []


@pytest.mark.django_db
class TestCountry:
    only = condition("country", among=["CN", "EG"])
    but = condition("country", **{"except": ["CN"]})
    NO = "Country or area: The call does not take entries from: {}."

    def test_the_answer_comes_first(self):
        home = make_organisation(country="CN")
        assert asked(self.only, fields=[COUNTRY], organisation=home, land="FR") == [self.NO.format("France")]
        assert asked(self.only, fields=[COUNTRY], land="EG") == []
        assert asked(self.but, fields=[COUNTRY], land="CN") == [self.NO.format("China")]
        assert asked(self.but, fields=[COUNTRY], organisation=home, land="FR") == []

    def test_then_the_organisation_then_the_person(self):
        person = make_user().person
        person.country = "FR"
        assert asked(self.only, applicant=person, organisation=make_organisation(country="EG")) == []
        assert asked(self.only, applicant=person, organisation=make_organisation()) == [
            self.NO.format("France")
        ]
        assert asked(self.but, applicant=person) == []

    def test_of_several_one_is_enough_and_none_may_be_out(self):
        lands = Field("lands", "countries", T("Countries"), role="country")
        assert asked(self.only, fields=[lands], lands=["FR", "EG"]) == []
        assert asked(self.but, fields=[lands], lands=["CN", "EG"]) == [self.NO.format("China, Egypt")]

    def test_unknown_is_not_eligible_and_what_cannot_be_read_is_no_answer(self):
        unknown = [
            "Country or area: It is not known from which country or area the entry comes. "
            "Say it in your profile."
        ]
        assert asked(self.but) == unknown
        assert asked(self.but, fields=[COUNTRY], land="Atlantis") == unknown


AGES = [
    ("year", {"years": 5}, 2022, None),
    ("year", {"years": 5}, 2021, "It is older than the call allows."),
    ("year", {"least": 2}, 2025, None),
    ("year", {"least": 2}, 2026, "It is younger than the call asks."),
    ("year", {"years": 5}, 2028, "The organisation is yet to be founded."),
    ("year", {"years": 5}, None, "Say when the organisation was founded."),
    ("date", {"years": 5}, "2022-09-01", None),
    ("date", {"years": 5}, "2022-08-31", "It is older than the call allows."),
    ("date", {"least": 1}, "2026-09-01", None),
    ("date", {"least": 1}, "2026-09-02", "It is younger than the call asks."),
    ("date", {"least": 1}, "2027-09-02", "The organisation is yet to be founded."),
    ("number", {"years": 5}, 2022, None),
    ("number", {"years": 5}, 2021, "It is older than the call allows."),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "options", "founded", "message"), AGES)
def test_the_age_of_an_organisation(kind, options, founded, message):
    field = Field("founded", kind, T("Founded"), role="founded")
    draft = {} if founded is None else {"founded": founded}
    expected = [f"Age of the organisation: {message}"] if message else []
    assert asked(condition("organisation_age", **options), fields=[field], **draft) == expected


@given(st.dates(), st.integers(0, 400))
def test_an_anniversary_is_in_its_year_and_never_later_than_the_day(day, years):
    found = anniversary(day, years)
    if day.year + years <= date.max.year:
        assert found.year == day.year + years
        assert (found.month, found.day) in {(day.month, day.day), (2, 28)}
    else:
        assert found == date.max


@pytest.mark.django_db
class TestCapPerPerson:
    def world(self, most=1):
        return open_world(with_conditions(condition("cap_per_person", most=most)))

    def refused(self, world, user):
        draft = make_draft(world, user)
        with pytest.raises(ValidationError) as caught:
            acts.submit(user, draft, draft.version)
        return caught.value.message_dict

    def test_as_applicant(self):
        world, user = self.world(), make_user(name="Ada")
        first = make_sent(world, user)
        make_sent(open_world(), user)  # another call
        assert self.refused(world, user) == {
            "eligibility": ["Entries of a person: With this one, Ada would stand behind more than 1 entry."]
        }
        acts.submit(user, first)  # the same again
        acts.withdraw(user, first)
        make_sent(world, user)

    def test_as_co_applicant_who_has_agreed(self):
        world, user = self.world(), make_user(name="Ada")
        other = make_user()
        entry = make_sent(world, other)
        asked = acts.add_co_applicant(other, entry, user.email)
        draft = make_draft(world, user)
        assert checks.unfinished(draft) == {}  # not agreed yet
        acts.confirm_co_applicant(user, asked)
        assert set(self.refused(world, user)) == {"eligibility"}

    def test_nobody_agrees_to_more_than_she_may(self):
        world, user = self.world(), make_user(name="Ada")
        make_sent(world, user)
        other = make_user()
        asked = acts.add_co_applicant(other, make_sent(world, other), user.email)
        with pytest.raises(ValidationError, match="Ada would stand behind more than 1 entry"):
            acts.confirm_co_applicant(user, asked)
        assert CoApplicant.objects.get(pk=asked.pk).confirmed_at is None

    def test_a_co_applicant_counts_when_one_sends(self):
        world, user, other = self.world(2), make_user(name="Ada"), make_user()
        draft = make_draft(world, other)
        acts.confirm_co_applicant(user, acts.add_co_applicant(other, draft, user.email))
        make_sent(world, user)
        make_sent(world, user)
        assert checks.unfinished(draft) == {
            "eligibility": ["Entries of a person: With this one, Ada would stand behind more than 2 entries."]
        }


@pytest.mark.django_db
class TestCapPerOrganisation:
    def draft(self, world, organisation):
        user = make_user()
        if organisation:
            of(organisation, user)
        draft = make_draft(world, user)
        return acts.save_draft(user, draft, {}, draft.version, organisation=organisation), user

    def test_counts_what_was_sent_for_the_same_organisation(self):
        world = open_world(with_conditions(condition("cap_per_organisation", most=2)))
        body = make_organisation("Fishers")
        for _ in range(2):
            draft, user = self.draft(world, body)
            last = acts.submit(user, draft, draft.version)
        draft, other = self.draft(world, body)
        assert checks.unfinished(draft) == {
            "eligibility": [
                "Entries of an organisation: “Fishers” has sent 2 entries already, and no more are taken."
            ]
        }
        for elsewhere in (make_organisation(), None):
            found, _user = self.draft(world, elsewhere)
            assert checks.unfinished(found) == {}
        acts.withdraw(user, last)
        assert checks.unfinished(draft) == {}
        acts.submit(other, draft, draft.version)

    def test_what_was_sent_moves_only_to_an_organisation_that_may_apply(self):
        world = open_world(with_conditions(condition("cap_per_organisation", most=1)))
        full, free = make_organisation("Fishers"), make_organisation()
        draft, user = self.draft(world, full)
        acts.submit(user, draft, draft.version)
        draft, other = self.draft(world, free)
        sent = acts.submit(other, draft, draft.version)
        of(full, other)
        with pytest.raises(ValidationError) as caught:
            acts.save_draft(other, sent, {}, organisation=full)
        assert set(caught.value.message_dict) == {"organisation"}
        sent.refresh_from_db()
        assert sent.organisation == free
        assert acts.save_draft(other, sent, {}, organisation=None).organisation is None


@pytest.mark.django_db
class TestJurorsBarred:
    def world(self):
        return open_world(with_conditions(condition("jurors_barred")))

    WORDS = "Those who judge: You have a duty in this call."

    def test_whoever_has_a_duty_cannot_apply(self):
        world = self.world()
        for user in (world.jurors[0], world.chair, world.screener, world.manager):
            assert checks.unfinished(make_draft(world, user)) == {"eligibility": [self.WORDS]}
        elsewhere = open_world()
        assert checks.unfinished(make_draft(world, elsewhere.jurors[0])) == {}

    def test_nor_join_and_the_applicant_is_not_told_who_judges(self):
        world, user = self.world(), make_user()
        draft = make_draft(world, user)
        asked = acts.add_co_applicant(user, draft, world.jurors[0].email)
        with pytest.raises(ValidationError, match="You have a duty in this call"):
            acts.confirm_co_applicant(world.jurors[0], asked)
        assert checks.unfinished(draft) == {}

    @pytest.mark.parametrize("role", [Role.JUROR, Role.JURY_CHAIR, Role.SCREENER])
    def test_whoever_applied_is_given_no_duty(self, role):
        world, user, other = self.world(), make_user(), make_user()
        entry = make_sent(world, user)
        acts.confirm_co_applicant(other, acts.add_co_applicant(user, entry, other.email))
        for person in (user.person, other.person):
            with pytest.raises(ValidationError) as caught:
                acts.appoint(world.manager, world.call, person, role)
            assert caught.value.message_dict == {"role": ["Those who judge: She has applied in this call."]}
        acts.withdraw(user, entry)
        assert acts.appoint(world.manager, world.call, user.person, role).in_force
        elsewhere = open_world()  # a call without this condition
        make_sent(elsewhere, other)
        assert acts.appoint(elsewhere.manager, elsewhere.call, other.person, role).in_force

    def test_nor_by_an_invitation(self):
        world, user = self.world(), make_user()
        invitation = acts.invite(world.manager, world.call, user.email, Role.JUROR)
        entry = make_sent(world, user)
        with pytest.raises(ValidationError, match="She has applied in this call"):
            people.accept_offered(user, invitation)
        assert not user.person.mandates.filter(scope=scope_of(world.call)).exists()
        acts.withdraw(user, entry)
        assert people.accept_offered(user, invitation).role == Role.JUROR


@pytest.mark.django_db
def test_whoever_owes_a_report_cannot_apply():
    before = open_world(rules(obligations=(Obligation("report", T("Report"), days=30),)))
    judged(before, [[(5, 5)]])
    decide(before, GOLD)
    acts.seal_verdict(before.chair, before.fresh(), before.call.sheet)
    acts.publish(before.manager, before.fresh())
    entry = before.submissions[0]
    Owed.objects.filter(submission=entry).delete()
    owed = Owed.objects.create(submission=entry, key="report", due_at=timezone.now() - timedelta(1))
    world = open_world(with_conditions(condition("no_report_owed")))
    user = entry.applicant.user
    words = [f"Reports owed: “Report” is still owed for {entry.ref}."]
    draft = make_draft(world, user)
    assert checks.unfinished(draft) == {"eligibility": words}
    body = of(make_organisation(), other := make_user())
    Submission.objects.filter(pk=entry.pk).update(organisation=body)
    elsewhere = make_draft(world, other)
    assert checks.unfinished(elsewhere) == {}
    elsewhere = acts.save_draft(other, elsewhere, {}, organisation=body)
    assert checks.unfinished(elsewhere) == {"eligibility": words}
    asked = acts.add_co_applicant(other, elsewhere, user.email)
    with pytest.raises(ValidationError, match="is still owed"):
        acts.confirm_co_applicant(user, asked)
    owed.delivered_at = timezone.now()
    owed.save()
    assert checks.unfinished(draft) == checks.unfinished(elsewhere) == {}


# -- at the doors ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sending_is_refused_with_every_reason_and_keeps_the_draft():
    user = make_user()
    world = open_world(
        with_conditions(
            condition("organisation_required"), condition("country", among=["CN"]), fields=[COUNTRY]
        )
    )
    draft = make_draft(world, user, land="FR")
    with pytest.raises(ValidationError) as caught:
        acts.submit(user, draft, draft.version)
    assert caught.value.message_dict == {
        "eligibility": [
            "Organisation: Choose the organisation for which you submit.",
            "Country or area: The call does not take entries from: France.",
        ]
    }
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", None)


@pytest.mark.django_db
def test_the_pages_say_who_may_apply(client):
    make_institution()
    own = make_organisation("Ours", kind="company")
    user = make_user()
    of(own, user)
    world = open_world(
        with_conditions(
            condition("organisation_kind", among=["company"]),
            condition("jurors_barred"),
            condition("country", among=["CN"], note=T("Only from the coast")),
            condition("cap_per_person", most=3),
            fields=[COUNTRY],
        )
    )
    public = client.get(reverse("calls:detail", args=[world.call.slug])).content.decode()
    for words in (
        "For these kinds of organisations: Company.",
        "Whoever screens, judges or manages this call cannot apply.",
        "Only from the coast",
    ):
        assert words in public
    assert "Anyone with an account here" not in public
    client.force_login(user)
    page = client.get(reverse("calls:submit", args=[world.call.slug]))
    assert [(one.state, one.organisations) for one in page.context["early"]] == [
        ("some", (own,)),
        ("met", ()),
        ("later", ()),
        ("met", ()),
    ]
    assert "Ours" in page.content.decode()
    client.force_login(world.jurors[0])
    page = client.get(reverse("calls:submit", args=[world.call.slug]))
    assert [(one.state, one.message) for one in page.context["early"]][1] == (
        "not",
        "You have a duty in this call.",
    )
    draft = make_draft(world, user, land="FR")
    client.force_login(user)
    page = client.get(reverse("calls:check", args=[draft.uid])).content.decode()
    assert "Country or area: The call does not take entries from: France." in page
    assert "“Individual” is none of those for which the call is." in page
    assert "Send it" not in page


@pytest.mark.django_db
def test_a_call_without_conditions_is_for_everybody(client, django_assert_num_queries):
    make_institution()
    world = open_world()
    public = client.get(reverse("calls:detail", args=[world.call.slug])).content.decode()
    assert "Anyone with an account here" in public
    user = make_user()
    with django_assert_num_queries(0):
        assert queries_pages.told_early(user, world.call) == []


@pytest.mark.django_db
def test_how_many_queries_it_costs_to_be_told():
    conditions = (
        condition("organisation_required"),
        condition("organisation_kind", among=["company"]),
        condition("country", among=["CN"]),
        condition("no_report_owed"),
        condition("cap_per_person", most=1),
        condition("cap_per_organisation", most=1),
        condition("jurors_barred"),
    )
    world = open_world(rules(eligibility=conditions))
    counts = []
    for bodies in (1, 3):
        user = make_user()
        for _ in range(bodies):
            of(make_organisation(), user)
        with CaptureQueriesContext(connection) as found:
            told = queries_pages.told_early(user, world.call)
        assert len(told) == len(conditions)
        counts.append(len(found))
    each = 5  # what is owed here and elsewhere, entries of hers, entries of the organisation, duties
    assert counts == [1 + each * 2 - 1, 1 + each * 4 - 1]  # as a person there is no organisation to count


@pytest.mark.django_db
def test_opening_tells_every_reason_at_once():
    world = make_world(with_conditions(condition("cap_per_person"), condition("country")))
    with pytest.raises(ValidationError) as caught:
        acts.open_call(world.manager, world.call)
    assert {one.path for one in caught.value.problems} == {
        "eligibility.cap_per_person.options.most",
        "eligibility.country.options",
    }


@pytest.mark.django_db
def test_an_entry_in_judgement_is_not_asked_again():
    """Conditions are for sending: what was sent while they were met stays."""
    world = open_world(rules(eligibility=(condition("cap_per_organisation", most=1),)))
    assert [one.state for one in screening(world, 2)] == ["submitted", "submitted"]
