"""What changes the library: each act done, forbidden, out of time, and done twice."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.atlas import acts
from summitry.atlas.faces import faces
from summitry.atlas.models import Case, Topic
from summitry.calls import acts as calls
from summitry.calls.tests.after import WAIT, YES, published
from summitry.documents.tests.factories import a_document, a_version
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from .factories import OUTSTANDING, make_case, make_decision, make_topic

pytestmark = pytest.mark.django_db
SOURCE = Text.of("The report of 2022")


def told(entry: Entry) -> tuple[str, str, str, dict]:
    return entry.kind, entry.subject, entry.said["by"], entry.facts


# -- texts that are put into practice -------------------------------------------------------------
def test_a_case_says_which_texts_it_puts_into_practice():
    text = a_version(a_document()).document
    other = a_version(a_document("other")).document
    secretariat = make_user(Role.SECRETARIAT)
    case = acts.add_case(secretariat, title=Text.of("Boats"), year=2022, source=SOURCE, documents=[text])
    assert list(case.documents.all()) == [text]
    assert faces([case.slug])[case.slug]["documents"] == ["initiative"]
    assert scope_of(case) not in changed_faces()
    case = acts.edit_case(secretariat, case, case.version, documents=[text, other])
    assert Entry.objects.last().facts["fields"] == ["documents"]
    assert scope_of(case) not in changed_faces()
    before = Entry.objects.count()
    assert acts.edit_case(secretariat, case, case.version, documents=[other, text]) == case
    assert Entry.objects.count() == before  # the same again changes nothing
    with pytest.raises(PermissionDenied):
        acts.edit_case(make_user(Role.TRANSLATOR), case, case.version, documents=[])


def test_a_text_that_nobody_can_read_yet_is_not_put_into_practice():
    draft = a_version(a_document(), published=False).document
    with pytest.raises(ValidationError) as refused:
        acts.add_case(None, title=Text.of("Boats"), year=2022, source=SOURCE, documents=[draft])
    assert list(refused.value.message_dict) == ["documents"]
    assert not Case.objects.exists()


def test_a_case_without_such_a_text_has_the_face_that_its_entry_says():
    case = make_case()
    assert "documents" not in faces([case.slug])[case.slug]


# -- from a call ----------------------------------------------------------------------------------
def test_an_accepted_submission_becomes_a_case():
    decision = make_decision()
    manager = make_user(Role.CALL_MANAGER, scope_of(decision.submission.call))

    case = acts.publish_case(manager, decision)

    assert (case.slug, case.title.values) == (
        "boats-share-data",
        {"zh-hans": "渔船共享数据", "en": "Boats share data"},
    )
    assert (case.summary.get("en"), case.body.get("en"), case.evidence) == (
        "Rules their own assembly can change",
        "Long text",
        Text(),
    )
    assert (case.tier, case.tier_label, case.top) == ("outstanding", OUTSTANDING, True)
    assert [(row.country, row.region, row.subregion) for row in case.countries.all()] == [
        ("GH", "002", "011"),
        ("SN", "002", "011"),
    ]
    assert [row.code for row in case.languages.all()] == ["en"]  # the Chinese has a title alone
    assert [topic.slug for topic in case.topics.all()] == ["data-flow", "culture"]
    assert [body.name.get("en") for body in case.organisations.all()] == ["Fisheries Trust"]
    assert (case.year, case.since) == (2026, 2019)  # chosen, in use
    assert (case.website, case.decision, case.source, case.state) == (
        "https://example.org/boats",
        decision,
        Text(),
        "published",
    )
    assert [told(entry) for entry in Entry.objects.filter(subject=scope_of(case))] == [
        (
            "atlas.published",
            "atlas.case:boats-share-data",
            "call_manager",
            {
                "title": {"en": "Boats share data", "zh-hans": "渔船共享数据"},
                "slug": "boats-share-data",
                "call": decision.submission.call.slug,
                "submission": decision.submission.ref,
                "tier": {"en": "Outstanding", "zh-hans": "精品"},
            },
        )
    ]


def test_publishing_twice_changes_nothing():
    decision, secretariat = make_decision(), make_user(Role.SECRETARIAT)
    first = acts.publish_case(secretariat, decision)
    entries = Entry.objects.count()
    assert acts.publish_case(secretariat, decision) == first
    assert (Case.objects.count(), Entry.objects.count()) == (1, entries)


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.SCREENER, Role.TRANSLATOR, Role.PROGRAMME])
def test_others_publish_no_case(role):
    with pytest.raises(PermissionDenied):
        acts.publish_case(make_user(role), make_decision())
    assert not Case.objects.exists()


def test_the_manager_of_another_call_publishes_no_case():
    other = make_decision()
    with pytest.raises(PermissionDenied):
        acts.publish_case(make_user(Role.CALL_MANAGER, scope_of(other.submission.call)), make_decision())


def test_nothing_private_gets_into_a_case():
    """Answers that the call keeps private stay so, even where they play a role; so does the applicant."""
    decision = make_decision(private=("summary", "website", "countries"))
    case = acts.publish_case(make_user(Role.SECRETARIAT), decision)
    assert (case.summary, case.website, list(case.countries.all())) == (Text(), "", [])
    stored = " ".join(str(value) for value in Case.objects.filter(pk=case.pk).values().get().values())
    assert "SECRET" not in stored
    assert "Private" not in stored


def test_a_body_that_is_not_public_yet_is_named_without_a_page():
    decision = make_decision()
    decision.submission.organisation.confirmed = False
    decision.submission.organisation.save()
    case = acts.publish_case(make_user(Role.SECRETARIAT), decision)
    assert (list(case.organisations.all()), case.carried_by.get("en")) == ([], "Fisheries Trust")


def test_a_rejected_submission_becomes_no_case():
    with pytest.raises(ValidationError, match="was not accepted"):
        acts.publish_case(make_user(Role.SECRETARIAT), make_decision(accepted=False))


def test_a_submission_without_a_public_title_becomes_no_case():
    with pytest.raises(ValidationError, match="no public title"):
        acts.publish_case(make_user(Role.SECRETARIAT), make_decision(private=("title",)))
    assert not Case.objects.exists()


def test_two_cases_of_one_name_get_two_addresses():
    secretariat = make_user(Role.SECRETARIAT)
    slugs = [acts.publish_case(secretariat, make_decision()).slug for _ in range(2)]
    assert slugs == ["boats-share-data", "boats-share-data-2"]


# -- from elsewhere -------------------------------------------------------------------------------
def test_a_case_from_a_public_source():
    topic, body = make_topic("space"), make_organisation("A body")
    case = acts.add_case(
        make_user(Role.SECRETARIAT),
        title=Text.of("Satellites serve the world", zh_hans="北斗服务全球"),
        year=2022,
        source=SOURCE,
        source_url="https://example.org/report",
        topic_slugs=["space"],
        countries=["cn"],
        organisations=[body],
        worldwide=True,
        tier="outstanding",
        tier_label=OUTSTANDING,
        top=True,
    )
    assert (case.slug, case.country_codes, case.worldwide) == ("satellites-serve-the-world", ["CN"], True)
    assert (list(case.topics.all()), list(case.organisations.all())) == ([topic], [body])
    assert [row.code for row in case.languages.all()] == ["en", "zh-hans"]
    assert [told(entry) for entry in Entry.objects.filter(subject=scope_of(case))] == [
        (
            "atlas.added",
            "atlas.case:satellites-serve-the-world",
            "secretariat",
            {
                "title": {"en": "Satellites serve the world", "zh-hans": "北斗服务全球"},
                "slug": "satellites-serve-the-world",
                "source": {"en": "The report of 2022"},
            },
        )
    ]


def test_the_operator_adds_cases_and_topics():
    acts.add_topic(None, "space", Text.of("Space"))
    case = acts.add_case(None, title=Text.of("A"), year=2022, source=SOURCE, topic_slugs=["space"])
    assert Entry.objects.get(subject=scope_of(case)).said["by"] == "operator"


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"source": Text()}, "source", "Say where the facts about this case are from."),
        ({"countries": ["CN", "XX", "QQ"]}, "countries", "There is no country with the code QQ, XX."),
        ({"topic_slugs": ["nothing"]}, "topics", "There is no topic called nothing."),
        ({"year": 22}, "year", "Ensure this value is greater than or equal to 1900."),
        ({"top": True}, "__all__", "A case of the highest tier needs the tier’s key."),
        ({"source_url": "javascript:alert(1)"}, "source_url", "Enter a valid URL."),
        ({"title": Text.of("x" * 501)}, "title", "English: at most 500 characters, this has 501."),
        ({"slug": "taken"}, "slug", "Case with this Slug already exists."),
    ],
)
def test_a_case_with_bad_facts_is_refused(given, field, message):
    make_case(slug="taken")
    facts = {"title": Text.of("A"), "year": 2022, "source": SOURCE, **given}
    with pytest.raises(ValidationError) as refused:
        acts.add_case(make_user(Role.SECRETARIAT), **facts)
    assert refused.value.message_dict == {field: [message]}
    assert (Case.objects.count(), Entry.objects.count()) == (1, 0)


MAIL = "Leave e-mail addresses out: this goes into the record, from where nothing can be taken."


def test_no_mail_address_gets_into_the_record():
    secretariat = make_user(Role.SECRETARIAT)
    with pytest.raises(ValidationError) as refused:
        acts.add_case(secretariat, title=Text.of("A"), year=2022, source=Text.of("somebody@example.org"))
    assert refused.value.message_dict == {"source": [MAIL]}
    case = acts.add_case(
        secretariat, title=Text.of("Write to somebody@example.org"), year=2022, source=SOURCE
    )
    assert Entry.objects.get().facts["title"] == "write-to-somebody-example-org"
    with pytest.raises(ValidationError) as refused:
        acts.withdraw_case(secretariat, case, Text.of("Ask somebody@example.org"), 1)
    assert refused.value.message_dict == {"reason": [MAIL]}


@pytest.mark.parametrize("role", [None, Role.TRANSLATOR, Role.CALL_MANAGER, Role.AUDITOR])
def test_others_add_no_case_and_no_topic(role):
    user = make_user(role)
    with pytest.raises(PermissionDenied):
        acts.add_case(user, title=Text.of("A"), year=2022, source=SOURCE)
    with pytest.raises(PermissionDenied):
        acts.add_topic(user, "space", Text.of("Space"))
    assert not Case.objects.exists()
    assert not Topic.objects.exists()


def test_a_topic_is_added_once_and_needs_a_name():
    secretariat = make_user(Role.SECRETARIAT)
    first = acts.add_topic(secretariat, "space", Text.of("Space"))
    assert acts.add_topic(secretariat, "space", Text.of("Another")) == first
    assert [str(topic.name) for topic in Topic.objects.all()] == ["Space"]
    with pytest.raises(ValidationError, match="Write the name"):
        acts.add_topic(secretariat, "empty", Text())


# -- afterwards -----------------------------------------------------------------------------------
def test_an_edit_changes_what_was_derived():
    case = make_case(Text.of("Old", fr="Vieux"), countries=("FR",), topics=[make_topic("a")])
    topic = make_topic("b")
    after = acts.edit_case(
        make_user(Role.SECRETARIAT),
        case,
        case.version,
        title=case.title.edited({"en": "New"}),
        year=2023,
        countries=["ke"],
        topic_slugs=["b"],
    )
    assert (after.version, after.year, after.search) == (2, 2023, "new")
    assert ([row.country for row in after.countries.all()], [row.code for row in after.languages.all()]) == (
        ["KE"],
        ["en"],
    )
    assert list(after.topics.all()) == [topic]
    assert [told(entry) for entry in Entry.objects.filter(subject=scope_of(case))] == [
        (
            "atlas.edited",
            f"atlas.case:{case.slug}",
            "secretariat",
            {
                "title": {"en": "New"},
                "slug": case.slug,
                "fields": ["countries", "title", "topics", "year"],
                "languages": ["en", "fr"],
            },
        )
    ]


def test_an_edit_that_changes_nothing_enters_nothing():
    case = make_case(countries=("FR",))
    after = acts.edit_case(
        make_user(Role.SECRETARIAT), case, 1, title=case.title, countries=["FR"], topic_slugs=[]
    )
    assert (after.version, Entry.objects.count()) == (1, 0)


def test_a_translator_translates_and_does_not_touch_the_original():
    case, translator = make_case("Original"), make_user(Role.TRANSLATOR)
    after = acts.edit_case(translator, case, 1, title=case.title.edited({"en": "Original", "fr": "Traduit"}))
    assert (after.title.values, after.title.state("fr")) == ({"en": "Original", "fr": "Traduit"}, "draft")
    assert Entry.objects.get(subject=scope_of(case)).said["by"] == "translator"
    for beyond in (
        {"title": after.title.edited({"en": "Forged", "fr": "Traduit"})},
        {"title": Text.of("Traduit", "fr")},
        {"summary": Text.of("A first summary")},
        {"year": 1999},
        {"countries": ["FR"]},
    ):
        with pytest.raises(PermissionDenied, match="translations only"):
            acts.edit_case(translator, case, 2, **beyond)
    assert Case.objects.get().title == after.title


def test_a_review_makes_drafts_reviewed_once():
    case = make_case("Original")
    translator = make_user(Role.TRANSLATOR)
    case = acts.edit_case(translator, case, 1, title=case.title.edited({"en": "Original", "fr": "Traduit"}))
    after = acts.review_translation(translator, case, "fr", 2)
    assert (after.title.state("fr"), after.version) == ("reviewed", 3)
    assert acts.review_translation(translator, after, "fr", 3).version == 3
    assert [entry.kind for entry in Entry.objects.order_by("index")] == ["atlas.edited", "atlas.reviewed"]
    with pytest.raises(ValidationError, match="nothing in this language"):
        acts.review_translation(translator, after, "ru", 3)


def test_a_withdrawn_case_says_why_and_stays_as_it_is():
    case, secretariat = make_case("A"), make_user(Role.SECRETARIAT)
    after = acts.withdraw_case(secretariat, case, Text.of("The evidence was wrong"), 1)
    assert (after.state, str(after.withdrawn_reason), after.version) == (
        "withdrawn",
        "The evidence was wrong",
        2,
    )
    again = acts.withdraw_case(secretariat, case, Text.of("Twice"), 1)
    assert str(again.withdrawn_reason) == "The evidence was wrong"
    assert [told(entry) for entry in Entry.objects.all()] == [
        (
            "atlas.withdrawn",
            f"atlas.case:{case.slug}",
            "secretariat",
            {"title": {"en": "A"}, "slug": case.slug, "reason": {"en": "The evidence was wrong"}},
        )
    ]
    with pytest.raises(ValidationError, match="cannot be changed"):
        acts.edit_case(secretariat, after, 2, year=2000)


def test_a_withdrawal_needs_a_reason():
    with pytest.raises(ValidationError, match="Give the reason"):
        acts.withdraw_case(make_user(Role.SECRETARIAT), make_case(), Text(), 1)
    assert Case.objects.get().state == "published"


@pytest.mark.parametrize(
    "act",
    [
        lambda user, case, version: acts.edit_case(user, case, version, year=2000),
        lambda user, case, version: acts.review_translation(user, case, "en", version),
        lambda user, case, version: acts.withdraw_case(user, case, Text.of("Why"), version),
    ],
)
def test_what_was_changed_by_somebody_else_is_stale(act):
    case = make_case()
    Case.objects.update(version=2)
    with pytest.raises(Stale):
        act(make_user(Role.SECRETARIAT), case, 1)
    assert (Case.objects.get().year, Case.objects.get().state) == (2022, "published")


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.CALL_MANAGER, Role.AUDITOR])
def test_others_change_no_case(role):
    case, user = make_case(), make_user(role)
    with pytest.raises(PermissionDenied):
        acts.edit_case(user, case, 1, year=2000)
    with pytest.raises(PermissionDenied):
        acts.review_translation(user, case, "en", 1)
    with pytest.raises(PermissionDenied):
        acts.withdraw_case(user, case, Text.of("Why"), 1)


def test_a_translator_withdraws_no_case():
    with pytest.raises(PermissionDenied):
        acts.withdraw_case(make_user(Role.TRANSLATOR), make_case(), Text.of("Why"), 1)


def test_a_column_that_is_none_of_a_case_is_a_fault_of_the_caller():
    with pytest.raises(TypeError, match="slug"):
        acts.edit_case(make_user(Role.SECRETARIAT), make_case(), 1, slug="other")


def test_a_place_given_back_takes_its_case_out_and_the_next_has_hers():
    world = published([YES, WAIT], outcome="atlas.case")
    first, second = world.submissions
    calls.decline(first.applicant.user, first)
    gone, there = Case.objects.order_by("pk")
    assert (gone.decision.submission, gone.state) == (first, "withdrawn")
    assert str(gone.withdrawn_reason) == "The applicant gave her place in the call back."
    assert (there.decision.submission, there.state) == (second, "published")
    entry = Entry.objects.get(kind="atlas.published", subject=scope_of(there))
    assert (entry.said["by"], "actor" in entry.said["commitments"]) == ("rules", False)
    assert Entry.objects.get(kind="atlas.withdrawn").said["by"] == "applicant"
    calls.decline(first.applicant.user, first)
    assert Entry.objects.filter(kind="atlas.withdrawn").count() == 1
