import pytest
from django.urls import reverse

from summitry.people import acts
from summitry.people.models import Affiliation, Organisation
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
OWN = ["me", "profile", "preferences", "add_affiliation", "export", "erase"]


@pytest.fixture
def user(client):
    make_institution()
    user = make_user(email="me@example.org", name="Amina")
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"people:{name}", args=args)


@pytest.mark.parametrize("name", OWN)
def test_a_visitor_signs_in_first(client, name):
    make_institution()
    answer = client.get(url(name))
    assert answer["Location"] == f"{reverse('account_login')}?next={url(name)}"


def test_my_page_tells_mandates_profile_and_security(client, user):
    scope = "people.organisation:forum"
    make_organisation("Forum")
    acts.grant(None, user.person, "juror", scope, label=Text.of("Juror 3"))
    answer = client.get(url("me"))
    assert answer.status_code == 200
    for words in ("Amina", "me@example.org", "juror", "Forum", "Juror 3", "Nothing waits for you."):
        assert words in answer.text
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("language", ["ar", "zh-hans", "en", "fr", "ru", "es"])
def test_my_page_in_every_language(client, user, language):
    assert client.get(f"/{language}/me/").status_code == 200


def profile(**changes):
    words = {
        "name_en": "Zoë",
        "name_ar": "زوي",
        "biography_en": "*Works*",
        "country": "FR",
        "languages": ["fr", "ar"],
    }
    return {**words, "version": "1", **changes}


def test_a_profile_is_edited(client, user):
    answer = client.post(url("profile"), profile(), follow=True)
    assert answer.redirect_chain == [(url("me"), 302)]
    assert "Your profile is saved." in answer.text
    user.person.refresh_from_db()
    assert user.person.name.values == {"ar": "زوي", "en": "Zoë"}
    assert (user.person.country, user.person.languages) == ("FR", ["fr", "ar"])
    assert "<em>Works</em>" in client.get(url("me")).text
    shown = client.get(url("profile")).text
    assert 'value="زوي"' in shown
    assert 'name="version" value="2"' in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name_en": "", "name_ar": ""}, "This field is required."),
        ({"name_en": "x" * 301}, "at most 300 characters, this has 301"),
        ({"country": "XX"}, "Select a valid choice. XX is not one of the available choices."),
        ({"languages": ["tlh"]}, "Select a valid choice. tlh is not one of the available choices."),
        ({"version": "x"}, "Enter a whole number."),
        ({"version": "7"}, "Somebody else has changed this in the meantime."),
    ],
)
def test_a_bad_profile_comes_back_with_what_to_mend(client, user, changes, words):
    answer = client.post(url("profile"), profile(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    user.person.refresh_from_db()
    assert str(user.person.name) == "Amina"


def test_preferences_lead_to_the_chosen_language(client, user):
    answer = client.post(url("preferences"), {"language": "fr", "time_zone": "Asia/Shanghai"})
    assert answer["Location"] == "/fr/me/"
    assert answer.cookies["django_language"].value == "fr"
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("fr", "Asia/Shanghai")
    answer = client.post(url("preferences"), {"language": "tlh", "time_zone": "Mars/Base"})
    assert answer.status_code == 422


def test_affiliations_by_choice_and_by_name(client, user):
    forum = make_organisation("Forum")
    make_organisation("Secret", confirmed=False)
    shown = client.get(url("add_affiliation")).text
    assert "Forum" in shown
    assert "Secret" not in shown
    client.post(
        url("add_affiliation"), {"organisation": forum.pk, "title_en": "Chair", "since": "2024-02-01"}
    )
    client.post(url("add_affiliation"), {"organisation_name_en": "Village Network"})
    assert [(str(one.organisation), str(one.title)) for one in Affiliation.objects.order_by("pk")] == [
        ("Forum", "Chair"),
        ("Village Network", ""),
    ]
    shown = client.get(url("me")).text
    assert "not confirmed yet" in shown
    searched = client.get(url("add_affiliation"), {"q": "for"}).text
    assert "1 organisation found" in searched


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "Choose an organisation, or name one."),
        ({"organisation": "999"}, "Select a valid choice."),
        (
            {"organisation_name_en": "A", "since": "2024-02-01", "until": "2023-02-01"},
            "It ends after it begins.",
        ),
        ({"organisation_name_en": "A", "since": "soon"}, "Enter a valid date."),
    ],
)
def test_bad_affiliations_come_back(client, user, words, said):
    answer = client.post(url("add_affiliation"), words)
    assert answer.status_code == 422
    assert said in answer.text
    assert Affiliation.objects.count() == 0


def test_a_long_list_of_organisations_is_cut_and_searched(client, user, monkeypatch):
    monkeypatch.setattr("summitry.people.views.own.LISTED", 2)
    bodies = [make_organisation(f"Body {n}") for n in range(3)]
    shown = client.get(url("add_affiliation")).text
    assert [f"Body {n}" in shown for n in range(3)] == [True, True, False]
    assert "Only the first of them are listed" in shown
    assert "Body 2" in client.get(url("add_affiliation"), {"q": "body 2"}).text
    client.post(url("add_affiliation"), {"organisation": bodies[2].pk})
    assert Affiliation.objects.get().organisation == bodies[2]


def test_an_organisation_that_is_not_public_cannot_be_chosen(client, user):
    secret = make_organisation("Secret", confirmed=False)
    assert client.post(url("add_affiliation"), {"organisation": secret.pk}).status_code == 422
    assert Affiliation.objects.count() == 0


def test_an_affiliation_is_changed_and_removed_by_its_owner_only(client, user):
    other = make_user()
    foreign = acts.add_affiliation(other, other.person, organisation_name=Text.of("Foreign body"))
    own = acts.add_affiliation(
        user, user.person, organisation=make_organisation("Forum"), title=Text.of("Chair")
    )
    assert client.get(url("affiliation", foreign.pk)).status_code == 404
    assert client.post(url("affiliation", foreign.pk), {"title_en": "Mine"}).status_code == 404
    client.post(url("remove_affiliation", foreign.pk))
    client.post(url("affiliation", own.pk), {"title_en": "Member", "until": "2025-01-01"})
    assert [str(one.title) for one in Affiliation.objects.order_by("pk")] == ["", "Member"]
    client.post(url("remove_affiliation", own.pk))
    assert client.get(url("remove_affiliation", own.pk)).status_code == 405
    assert [one.pk for one in Affiliation.objects.all()] == [foreign.pk]
    assert Organisation.objects.count() == 2
