import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.people import acts, faces, queries
from summitry.people.models import Organisation
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def kinds_entered():
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


def test_what_the_secretariat_registers_is_public_and_entered():
    secretary = make_user("secretariat")
    name = Text.of("Forum of Networks", zh_hans="网络论坛")
    organisation = acts.register_organisation(
        secretary,
        name=name,
        kind="association",
        country="CH",
        domains=["@Forum.Example "],
        aliases=["FoN", "FoN"],
    )
    assert (organisation.slug, organisation.confirmed) == ("forum-of-networks", True)
    assert (organisation.domains, organisation.aliases) == (["forum.example"], ["FoN"])
    said = json.loads(bytes(Entry.objects.get().body))
    assert said["facts"] == {
        "name": {"zh-hans": "网络论坛", "en": "Forum of Networks"},
        "slug": "forum-of-networks",
    }
    assert faces.of_organisations(["forum-of-networks"])["forum-of-networks"]["name"] == name
    assert "domains" not in faces.of_organisations(["forum-of-networks"])["forum-of-networks"]


@pytest.mark.parametrize("role", [None, "juror", "call_manager"])
def test_only_the_secretariat_keeps_organisations(role):
    actor, organisation = make_user(role), make_organisation("Forum", confirmed=False)
    for attempt in (
        lambda: acts.register_organisation(actor, name=Text.of("Other")),
        lambda: acts.update_organisation(actor, organisation, 1, name=Text.of("Other")),
        lambda: acts.confirm_organisation(actor, organisation),
    ):
        with pytest.raises(PermissionDenied, match=r"people\.keep_organisations"):
            attempt()
    organisation.refresh_from_db()
    assert (str(organisation.name), organisation.confirmed, Organisation.objects.count()) == (
        "Forum",
        False,
        1,
    )


def test_what_somebody_names_waits_for_the_secretariat():
    secretary, user = make_user("secretariat"), make_user()
    named = acts.ensure_organisation(Text.of("Village Network"), actor=user)
    assert not named.confirmed
    assert kinds_entered() == []
    assert list(faces.organisations()) == []
    acts.confirm_organisation(secretary, named)
    acts.confirm_organisation(secretary, named)
    assert kinds_entered() == ["people.organisation_registered"]
    assert list(faces.organisations()) == ["village-network"]


def test_the_same_name_in_any_language_or_alias_is_the_same_organisation():
    organisation = make_organisation(Text.of("Forum of Networks", fr="Forum des réseaux"), aliases=["FoN"])
    for name in ("forum  of networks", "FORUM DES RESEAUX", "fon"):
        assert acts.ensure_organisation(Text.of(name), actor=make_user()) == organisation
    assert acts.ensure_organisation(Text.of("Forum of"), actor=make_user()) != organisation
    assert acts.ensure_organisation(Text.of("FoN"), external_id="ror:1") != organisation


def test_an_external_id_is_one_organisation():
    first = acts.ensure_organisation(Text.of("A"), external_id="ror:1")
    assert acts.ensure_organisation(Text.of("B"), external_id="ror:1") == first
    assert str(first.name) == "A"


def test_renaming_is_entered_and_updates_keep_the_address():
    secretary, organisation = make_user("secretariat"), make_organisation("Forum")
    changed = acts.update_organisation(secretary, organisation, 1, name=Text.of("New Forum"))
    assert (changed.slug, changed.version) == ("forum", 2)
    acts.update_organisation(secretary, changed, 2, country="FR")
    acts.update_organisation(secretary, changed, 3, country="FR")  # nothing new
    assert kinds_entered() == ["people.organisation_renamed", "people.organisation_updated"]


def test_a_stale_edit_changes_nothing():
    secretary, organisation = make_user("secretariat"), make_organisation("Forum")
    acts.update_organisation(secretary, organisation, 1, country="FR")
    with pytest.raises(Stale):
        acts.update_organisation(secretary, organisation, 1, country="DE")
    organisation.refresh_from_db()
    assert organisation.country == "FR"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", Text()),
        ("name", Text.of("x" * 301)),
        ("name", Text.of("\u202e \u200b")),
        ("kind", "kingdom"),
        ("country", "XX"),
        ("country", "fr"),
        ("website", "javascript:alert(1)"),
        ("website", "https://example.org/" + "x" * 200),
        ("domains", ["not a domain"]),
        ("domains", [f"d{n}.example" for n in range(51)]),
        ("aliases", ["x" * 301]),
        ("aliases", [f"a{n}" for n in range(51)]),
    ],
)
def test_bad_facts_name_their_field(field, value):
    secretary = make_user("secretariat")
    with pytest.raises(ValidationError) as refused:
        acts.register_organisation(secretary, **{"name": Text.of("Forum"), field: value})
    assert list(refused.value.error_dict) == [field]
    assert Organisation.objects.count() == 0


def test_a_name_that_is_taken_is_refused():
    secretary = make_user("secretariat")
    make_organisation("Forum", aliases=["FoN"])
    with pytest.raises(ValidationError, match="already: fon"):
        acts.register_organisation(secretary, name=Text.of("fon"))


def test_names_are_tidied():
    organisation = acts.ensure_organisation(Text.of("  Forum\u202e \t of\u0000 Networks "))
    assert str(organisation.name) == "Forum of Networks"


def test_names_in_any_script_get_an_address():
    chinese = acts.ensure_organisation(Text.of("网络论坛", "zh-hans"))
    assert chinese.slug.isascii()
    assert len(chinese.slug) == 8


def test_many_are_registered_in_a_few_statements():
    secretary, known = make_user("secretariat"), make_organisation("Forum")
    bodies = [{"name": Text.of("Forum"), "kind": "company", "country": "CH"}, {"name": Text.of("Forum!")}]
    assert secretary.has_perm("people.keep_organisations")
    made = acts.register_organisations(secretary, bodies)
    counts = set()
    for bodies in ([0], range(1, 6)):
        with CaptureQueriesContext(connection) as found:
            acts.register_organisations(secretary, [{"name": Text.of(f"Body {n}")} for n in bodies])
        counts.add(len(found))
    assert len(counts) == 1  # however many there are
    assert [one.slug for one in made] == ["forum-2", "forum-3"]
    assert kinds_entered() == ["people.organisation_registered"] * 8
    said = json.loads(bytes(Entry.objects.get(index=1).body))
    assert (said["facts"], said["subject"]) == (
        {"name": {"en": "Forum!"}, "slug": "forum-3"},
        "people.organisation:forum-3",
    )
    assert list(queries.organisations_named(["FORUM ", "Body 5", "Nobody", ""]).values()) == [
        known,
        Organisation.objects.get(slug="body-5"),
    ]


def test_many_are_registered_whole_or_not_at_all():
    with pytest.raises(ValidationError, match="There is no country"):
        acts.register_organisations(
            None, [{"name": Text.of("One")}, {"name": Text.of("Two"), "country": "XX"}]
        )
    with pytest.raises(PermissionDenied, match=r"people\.keep_organisations"):
        acts.register_organisations(make_user("depositary"), [{"name": Text.of("One")}])
    assert (Organisation.objects.count(), Entry.objects.count()) == (0, 0)
