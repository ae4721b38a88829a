import pytest
from django.urls import reverse

from summitry.people import acts
from summitry.people.models import Invitation, Mandate, Organisation
from summitry.people.tests.factories import (
    make_institution,
    make_mandate,
    make_organisation,
    make_person,
    make_user,
)
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """What could leak: another one's address, an unconfirmed body, an invitation, a mandate."""
    make_institution()
    guest = make_user("juror", email="hidden@example.org", name="Hidden Person")
    organisation = make_organisation("Hidden body", confirmed=False)
    invitation = Invitation.objects.create(
        email="invited@example.org", role="juror", secret_hash="0" * 64, expires_at="2999-01-01T00:00Z"
    )
    mandate = guest.person.mandates.get()
    return {"organisation": organisation, "invitation": invitation, "mandate": mandate, "guest": guest}


def url(name, *args):
    return reverse(f"people:{name}", args=args)


def desk_urls(house):
    names = ["organisations", "new_organisation", "persons", "mandates", "invitations", "invite"]
    return [url(name) for name in names] + [
        url("organisation", house["organisation"].slug),
        url("confirm_organisation", house["organisation"].slug),
        url("grant", house["guest"].person.slug),
        url("end_mandate", house["mandate"].pk),
        url("revoke_invitation", house["invitation"].pk),
        url("renew_invitation", house["invitation"].pk),
    ]


@pytest.mark.parametrize("role", [None, "juror", "call_manager", "screener", "auditor", "programme"])
def test_without_the_secretariats_mandate_no_desk_page_opens(client, house, role):
    client.force_login(make_user(role))
    for address in desk_urls(house):
        for answer in (client.get(address), client.post(address, {})):
            assert answer.status_code == 403
            for secret in ("hidden@example.org", "Hidden", "invited@example.org"):
                assert secret not in answer.text
    house["organisation"].refresh_from_db()
    house["invitation"].refresh_from_db()
    assert not house["organisation"].confirmed
    assert house["invitation"].revoked_at is None
    assert Mandate.objects.in_force().filter(pk=house["mandate"].pk).exists()


def test_a_visitor_signs_in_first(client, house):
    for address in desk_urls(house):
        assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


def test_nobody_sees_another_ones_address_on_public_and_own_pages(client, house):
    client.force_login(make_user("juror", email="me@example.org"))
    for name in (
        "people:me",
        "people:profile",
        "people:preferences",
        "people:add_affiliation",
        "account_email",
    ):
        text = client.get(reverse(name)).text
        assert "hidden@example.org" not in text
        assert "invited@example.org" not in text


@pytest.fixture
def secretary(client, house):
    user = make_user("secretariat", email="desk@example.org", name="Secretary")
    client.force_login(user)
    return user


def test_every_desk_page_opens_for_the_secretariat(client, house, secretary):
    pages = [
        address for address in desk_urls(house) if not address.endswith(("confirm/", "revoke/", "renew/"))
    ]
    assert [client.get(address).status_code for address in pages] == [200] * 9


def test_organisations_are_searched_registered_edited_and_confirmed(client, secretary):
    words = {
        "name_en": "Forum",
        "name_fr": "Le Forum",
        "kind": "media",
        "country": "FR",
        "aliases": "FoN\n\nF.",
    }
    answer = client.post(url("new_organisation"), {**words, "domains": "forum.example"}, follow=True)
    assert "The organisation is registered." in answer.text
    forum = Organisation.objects.get(slug="forum")
    assert (forum.aliases, forum.domains, forum.confirmed) == (["FoN", "F."], ["forum.example"], True)
    listed = client.get(url("organisations"), {"q": "le forum"}).text
    assert "Forum" in listed
    assert "Hidden body" not in listed
    assert "Hidden body" in client.get(url("organisations"), {"confirmed": "no"}).text
    answer = client.post(
        url("organisation", "forum"), {**words, "country": "DE", "version": "1"}, follow=True
    )
    assert "The organisation is saved." in answer.text
    answer = client.post(url("organisation", "forum"), {**words, "version": "1"})
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.text
    answer = client.post(url("organisation", "forum"), {**words, "version": "x"})
    assert answer.status_code == 422
    forum.refresh_from_db()
    assert (forum.country, forum.aliases) == ("DE", ["FoN", "F."])
    client.post(url("confirm_organisation", "hidden-body"))
    assert Organisation.objects.get(slug="hidden-body").confirmed
    answer = client.post(url("new_organisation"), {"name_en": "FORUM"})
    assert "There is an organisation of this name already" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name_en", "", "This field is required."),
        ("website", "javascript:alert(1)", "Enter a valid URL."),
        ("domains", "no domain", "is no domain of e-mail addresses"),
        ("kind", "kingdom", "Select a valid choice."),
    ],
)
def test_bad_organisations_come_back(client, secretary, field, value, words):
    before = Organisation.objects.count()
    answer = client.post(url("new_organisation"), {"name_en": "Forum", field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert Organisation.objects.count() == before


def test_mandates_are_given_and_ended(client, secretary):
    person = make_person("Somebody New")
    assert "Somebody New" in client.get(url("persons"), {"q": "somebody"}).text
    words = {"role": "juror", "scope": "institution", "label_en": "Juror 9"}
    answer = client.post(url("grant", person.slug), words, follow=True)
    assert "The mandate is given and entered in the record." in answer.text
    assert "Juror 9" in answer.text
    mandate = person.mandates.get()
    client.post(url("end_mandate", mandate.pk))
    assert "Somebody New" not in client.get(url("mandates")).text
    assert "Somebody New" in client.get(url("mandates"), {"ended": "yes"}).text
    answer = client.post(url("end_mandate", secretary.person.mandates.get().pk))
    assert answer.status_code == 422
    assert "last mandate of the secretariat" in answer.text
    answer = client.post(url("grant", person.slug), {"role": "king", "scope": "x:y"})
    assert answer.status_code == 422
    answer = client.post(url("grant", secretary.person.slug), words)
    assert "Nobody can give a mandate to herself" in answer.text


def test_invitations_are_sent_renewed_and_withdrawn(client, secretary):
    words = {"email": "New@Example.org", "role": "juror", "scope": "institution", "language": "fr"}
    answer = client.post(url("invite"), words, follow=True)
    assert "The invitation is on its way." in answer.text
    invitation = Invitation.objects.get(email="new@example.org")
    client.post(url("renew_invitation", invitation.pk))
    answer = client.post(url("revoke_invitation", invitation.pk), follow=True)
    assert "its link no longer works" in answer.text
    assert "new@example.org" not in answer.text
    assert "new@example.org" in client.get(url("invitations"), {"state": "revoked"}).text
    answer = client.post(url("renew_invitation", invitation.pk), follow=True)
    assert "accepted or revoked" in answer.text
    answer = client.post(url("invite"), {**words, "email": "no address"})
    assert answer.status_code == 422
    assert "Enter a valid email address." in answer.text


def test_a_letter_is_offered_in_the_desks_own_language(client, secretary):
    assert '<option value="fr" selected>' in client.get("/fr/desk/invitations/new/").text


@pytest.mark.parametrize("name", ["organisations", "persons", "mandates", "invitations"])
def test_lists_have_pages(client, secretary, name):
    for n in range(51):
        make_organisation(f"Body {n:02}")
        make_mandate(make_person(f"Member {n:02}"), "delegate", f"x:{n}")
        acts.invite(secretary, f"guest{n:02}@example.org", "juror")
    answer = client.get(url(name))
    assert "page=2" in answer.text
    assert client.get(url(name), {"page": "2"}).status_code == 200
    assert client.get(url(name), {"page": "nonsense"}).status_code == 200
    assert len(answer.content) < 130_000


@pytest.mark.parametrize("name", ["organisations", "persons", "mandates", "invitations"])
def test_lists_cost_the_same_however_long(client, secretary, name, django_assert_max_num_queries):
    counts = []
    for many in (1, 3):
        for n in range(many):
            acts.add_affiliation(
                secretary, secretary.person, organisation=make_organisation(f"Body {many}{n}")
            )
            scope = f"people.organisation:body-{many}{n}"
            make_mandate(make_user(name=Text.of(f"Member {many}{n}")), "delegate", scope)
            acts.invite(secretary, f"guest{many}{n}@example.org", "juror", scope)
        client.get(url(name))
        with django_assert_max_num_queries(30) as seen:
            client.get(url(name))
        counts.append(len(seen))
    assert counts[0] == counts[1]
