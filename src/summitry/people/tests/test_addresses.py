"""Short names that change lead on; two entries of one person become one."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from summitry.people import acts, merging, queries
from summitry.people.models import FormerAddress, Mandate, Organisation, Person, Role
from summitry.people.slugs import free_slug
from summitry.people.tests.factories import make_mandate, make_organisation, make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def test_the_old_short_name_leads_to_the_new_one():
    ada = make_person("Ada", slug="ada")
    acts.change_address(make_user(Role.SECRETARIAT), ada, " Ada-L ")
    ada.refresh_from_db()
    assert (ada.slug, ada.version) == ("ada-l", 2)
    assert queries.at_address(Person, "ada") == (ada, True)
    assert queries.at_address(Person, "ada-l") == (ada, False)
    assert queries.at_address(Person, "none") == (None, True)
    acts.change_address(None, ada, "ada-l")
    acts.change_address(None, ada, "ada")  # her own former one
    assert list(FormerAddress.objects.values_list("slug", flat=True)) == ["ada-l"]


def test_nobody_else_gets_it():
    ada, eve = make_person("Ada", slug="ada"), make_person("Eve", slug="eve")
    acts.change_address(None, ada, "ada-l")
    for taken in ("ada", "ada-l"):
        with pytest.raises(ValidationError, match="has, or had"):
            acts.change_address(None, eve, taken)
    assert free_slug(Person, "Ada") == "ada-2"
    assert free_slug(Organisation, "Ada") == "ada"  # of another kind
    make_organisation("Ada", slug="ada")
    acts.change_address(None, eve, "free")


@pytest.mark.parametrize("slug", ["", "  ", "a b", "a/b", "ü", "x" * 81])
def test_what_is_no_short_name_is_refused(slug):
    with pytest.raises(ValidationError):
        acts.change_address(None, make_person(), slug)


@pytest.mark.parametrize("role", [None, Role.PROGRAMME, Role.AUDITOR])
def test_only_the_secretariat_keeps_addresses(role):
    user, ada, eve = make_user(role), make_person(), make_person()
    for act in (
        lambda: acts.change_address(user, ada, "other"),
        lambda: acts.lead_address(user, make_organisation(), "other"),
        lambda: acts.merge_persons(user, ada, eve),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (FormerAddress.objects.count(), Person.objects.filter(pk=ada.pk).exists()) == (0, True)


def test_a_further_name_leads_to_an_organisation():
    body, other = make_organisation("Board", slug="board"), make_organisation("Other", slug="other")
    acts.lead_address(None, body, "old-board")
    acts.lead_address(None, body, "old-board")
    acts.lead_address(None, body, "board")
    assert queries.at_address(Organisation, "old-board") == (body, True)
    assert FormerAddress.objects.count() == 1
    for taken in ("other", "old-board"):
        with pytest.raises(ValidationError, match="has, or had"):
            acts.lead_address(None, other if taken == "old-board" else body, taken)


def test_an_address_is_of_one_thing():
    ada, body = make_person(), make_organisation()
    for wrong in ({}, {"person": ada, "organisation": body}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FormerAddress.objects.create(slug="x", **wrong)
    FormerAddress.objects.create(slug="x", person=ada)
    FormerAddress.objects.create(slug="x", organisation=body)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerAddress.objects.create(slug="x", person=make_person())


def test_two_entries_become_one():
    gone = make_person("Ada", slug="ada-2", country="GB", external_id="fosdem:7", biography=Text.of("Old"))
    kept = make_person("Ada", slug="ada")
    body = make_organisation()
    gone.affiliations.create(organisation=body)
    acts.change_address(None, gone, "ada-3")
    acts.merge_persons(make_user(Role.SECRETARIAT), gone, kept)
    kept.refresh_from_db()
    assert (kept.country, kept.external_id, str(kept.biography)) == ("GB", "fosdem:7", "Old")
    assert not Person.objects.filter(pk=gone.pk).exists()
    assert [one.organisation for one in kept.affiliations.all()] == [body]
    for old in ("ada-2", "ada-3"):
        assert queries.at_address(Person, old) == (kept, True)


def test_entries_that_stay():
    kept, user = make_person("Ada"), make_user()
    duty = make_person("Juror")
    make_mandate(duty, Role.JUROR)
    for gone in (user.person, duty):
        with pytest.raises(ValidationError, match="account or mandates"):
            acts.merge_persons(None, gone, kept)
    with pytest.raises(ValidationError, match="the same person"):
        acts.merge_persons(None, kept, kept)
    erased = make_user()
    acts.erase(erased)
    shell = Person.objects.get(pk=erased.person.pk)
    with pytest.raises(ValidationError, match="not here any more"):
        acts.merge_persons(None, kept, shell)
    assert Mandate.objects.filter(person=duty).exists()


def test_what_nobody_moves_keeps_the_entry(monkeypatch):
    """Without a mover of the room that names her nothing is lost: the act refuses as a whole."""
    gone, kept = make_person("Ada"), make_person("Ada")
    FormerAddress.objects.create(slug="older", person=gone)
    gone.affiliations.create(organisation=make_organisation())
    monkeypatch.setattr(merging, "still_named", lambda person: "calls.Submission")
    with pytest.raises(ValidationError, match=r"calls\.Submission"):
        acts.merge_persons(None, gone, kept)
    assert (gone.affiliations.count(), gone.former.count()) == (1, 1)


def test_what_names_a_person_is_found():
    ada = make_person()
    assert merging.still_named(ada) == ""
    ada.affiliations.create(organisation=make_organisation())
    assert merging.still_named(ada) == "people.Affiliation"


def test_erasure_takes_the_old_names_too():
    user = make_user(name="Ada")
    acts.change_address(None, user.person, "ada-l")
    acts.erase(user)
    assert not FormerAddress.objects.exists()


def test_the_desk_changes_merges_and_leads(client):
    client.force_login(make_user(Role.SECRETARIAT))
    make_person("Ada", slug="ada")
    address = reverse("people:address", args=["ada"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"what": "address", "slug": "a b"}).status_code == 422
    assert client.post(address, {"what": "address", "slug": "ada-l"}).status_code == 302
    make_person("Ada L", slug="ada-4")
    twice = reverse("people:address", args=["ada-4"])
    assert client.post(twice, {"what": "merge", "into": "nobody-here"}).status_code == 422
    assert client.post(twice, {"what": "merge", "into": "ada-l"}).status_code == 302
    assert set(FormerAddress.objects.values_list("slug", flat=True)) == {"ada", "ada-4"}
    make_organisation("Board", slug="board")
    lead = reverse("people:lead_address", args=["board"])
    assert client.post(lead, {"slug": "quay"}).status_code == 302
    assert client.post(lead, {"slug": "!"}, follow=True).status_code == 200
    assert "quay" in client.get(reverse("people:organisation", args=["board"])).content.decode()
    client.force_login(make_user(Role.PROGRAMME))
    assert client.get(reverse("people:address", args=["ada-l"])).status_code == 403
    assert client.post(lead, {"slug": "other"}).status_code == 403
