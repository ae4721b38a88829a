from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from summitry.people import acts, queries, waiting
from summitry.people.models import INSTITUTION, Invitation, Letter, Mandate, scope_of
from summitry.people.tests.factories import (
    PASSWORD,
    make_institution,
    make_mandate,
    make_organisation,
    make_user,
)
from summitry.people.tests.letters import code_in, posted, secret_in
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
GUEST = "guest@example.org"


@pytest.fixture
def offer(django_capture_on_commit_callbacks):
    """An invitation and the secret of its link: offer(email=…, role=…)."""

    def make(email=GUEST, role="juror", **more):
        with posted(django_capture_on_commit_callbacks) as letters:
            found = acts.invite(more.pop("actor", None) or make_user("secretariat"), email, role, **more)
        return found, secret_in(letters[0])

    return make


def page(secret):
    return reverse("people:invitation", args=[secret])


def test_an_invitation_is_a_letter_with_a_secret_link(offer):
    make_institution()
    invitation, secret = offer(name=Text.of("Amina"), language="en", email=" Guest@Example.org ")
    letter = mail.outbox[0]
    assert letter.to == [GUEST]
    assert letter.subject == "Test Institute: you are invited to serve as juror"
    assert f"http://127.0.0.1:8000/en/invitation/{secret}/" in letter.body
    assert len(secret) == 43  # 256 bits
    assert secret not in "".join(map(str, Invitation.objects.values_list()[0]))
    assert Letter.objects.count() == 0  # gone, and with it the secret
    assert invitation.expires_at - invitation.created_at > timedelta(days=13, hours=23)
    assert Entry.objects.count() == 0


def test_the_letter_speaks_the_receivers_language(offer):
    _invitation, secret = offer(language="ar")
    assert f"/ar/invitation/{secret}/" in mail.outbox[0].body


@pytest.mark.parametrize("role", [None, "juror", "auditor"])
def test_inviting_is_forbidden(role):
    with pytest.raises(PermissionDenied, match=r"people\.grant_mandate"):
        acts.invite(make_user(role), GUEST, "juror")
    assert Invitation.objects.count() == 0


def test_a_call_manager_invites_jurors_to_her_own_call_only():
    scope, other = scope_of(make_organisation("A")), scope_of(make_organisation("B"))
    manager = make_user("call_manager", scope)
    assert acts.invite(manager, GUEST, "juror", scope).invited_as == "call_manager"
    for role, place in (("juror", other), ("juror", INSTITUTION), ("secretariat", scope)):
        with pytest.raises(PermissionDenied):
            acts.invite(manager, GUEST, role, place)


def test_bad_invitations():
    secretary, holder = make_user("secretariat"), make_user("juror")
    bad = [("no address", "juror", INSTITUTION, "email"), (GUEST, "king", INSTITUTION, "role")]
    bad += [(GUEST, "juror", "calls.call:none", "scope"), (secretary.email, "juror", INSTITUTION, "email")]
    bad += [(holder.email, "juror", INSTITUTION, "email")]
    for email, role, scope, field in bad:
        with pytest.raises(ValidationError) as refused:
            acts.invite(secretary, email, role, scope)
        assert list(refused.value.error_dict) == [field]
    assert Invitation.objects.count() == 0


def test_a_double_click_sends_one_letter(offer, django_capture_on_commit_callbacks):
    invitation, _secret = offer()
    with posted(django_capture_on_commit_callbacks) as letters:
        assert acts.invite(make_user("secretariat"), GUEST, "juror") == invitation
    assert letters == []


def test_an_expired_invitation_makes_room_for_a_new_one(offer):
    old, _secret = offer()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    new, _secret = offer()
    assert new != old
    old.refresh_from_db()
    assert old.state == "revoked"


def test_accepting_gives_the_mandate_once(offer):
    invitation, secret = offer(label=Text.of("Juror 3"))
    user = make_user(email=GUEST)
    mandate = acts.accept(user, secret)
    assert (mandate.person, mandate.role, str(mandate.label)) == (user.person, "juror", "Juror 3")
    assert user.roles == {("juror", INSTITUTION)}
    invitation.refresh_from_db()
    assert (invitation.state, invitation.mandate) == ("accepted", mandate)
    entry = Entry.objects.get()
    assert b'"by":"secretariat"' in bytes(entry.body)
    assert GUEST.encode() not in bytes(entry.body)
    assert acts.accept(user, secret) == mandate  # a double click
    assert Entry.objects.count() == 1


def test_a_used_link_works_for_nobody_else(offer):
    _invitation, secret = offer()
    acts.accept(make_user(email=GUEST), secret)
    with pytest.raises(ValidationError, match="accepted already"):
        acts.accept(make_user(), secret)


def test_expired_revoked_and_forged_links(offer):
    user = make_user(email=GUEST)
    invitation, secret = offer()
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(ValidationError, match="has expired"):
        acts.accept(user, secret)
    acts.revoke_invitation(make_user("secretariat"), invitation)
    with pytest.raises(ValidationError, match="has been withdrawn"):
        acts.accept(user, secret)
    for forged in (secret[:-1], secret + "A", secret.swapcase(), "", "\udce9", "x" * 5000):
        with pytest.raises(ValidationError, match="not one of ours"):
            acts.accept(user, forged)
    assert Mandate.objects.filter(person=user.person).count() == 0


def test_a_link_is_for_one_address_only(offer):
    _invitation, secret = offer()
    stranger = make_user()
    unconfirmed = make_user(email=GUEST, verified=False)
    for user in (stranger, unconfirmed):
        with pytest.raises(PermissionDenied, match="another e-mail address"):
            acts.accept(user, secret)
    EmailAddress.objects.filter(user=unconfirmed).delete()
    unconfirmed.email = "other@example.org"
    unconfirmed.save()
    EmailAddress.objects.create(user=stranger, email="GUEST@example.org", verified=True)  # a second address
    assert acts.accept(stranger, secret).person == stranger.person


def test_an_excluded_duty_is_refused_at_acceptance(offer):
    scope = scope_of(make_organisation("Call"))
    invitation, secret = offer(scope=scope)
    user = make_user("call_manager", scope, email=GUEST)
    with pytest.raises(ValidationError, match="cannot be"):
        acts.accept(user, secret)
    invitation.refresh_from_db()
    assert invitation.state == "open"


def test_a_renewed_invitation_replaces_the_old_link(offer, django_capture_on_commit_callbacks):
    invitation, old = offer()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    with posted(django_capture_on_commit_callbacks) as letters:
        acts.renew_invitation(make_user("secretariat"), invitation)
    with pytest.raises(ValidationError, match="not one of ours"):
        acts.accept(make_user(email=GUEST), old)
    user = queries.User.objects.get(email=GUEST)
    assert acts.accept(user, secret_in(letters[0])).role == "juror"
    with pytest.raises(ValidationError, match="accepted or revoked"):
        acts.renew_invitation(make_user("secretariat"), invitation)
    with pytest.raises(ValidationError, match="End the mandate"):
        acts.revoke_invitation(make_user("secretariat"), invitation)


def test_revoking_is_forbidden_to_others_and_twice_is_once(offer):
    invitation, _secret = offer()
    for attempt in (acts.revoke_invitation, acts.renew_invitation):
        with pytest.raises(PermissionDenied):
            attempt(make_user("juror"), invitation)
    secretary = make_user("secretariat")
    first = acts.revoke_invitation(secretary, invitation).revoked_at
    assert acts.revoke_invitation(secretary, invitation).revoked_at == first


# -- pages -------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_shows_no_address(offer, client):
    make_institution()
    _invitation, secret = offer(email="longname@example.org")
    answer = client.get(page(secret))
    assert answer.status_code == 200
    assert "l•••@example.org" in answer.text
    assert "longname" not in answer.text
    assert f"?next=%2Fen%2Finvitation%2F{secret}%2F" in answer.text
    assert answer["Referrer-Policy"] == "same-origin"
    assert client.post(page(secret)).status_code == 200
    assert Mandate.objects.filter(role="juror").count() == 0


def test_sign_up_through_the_link(offer, client, django_capture_on_commit_callbacks):
    make_institution()
    _invitation, secret = offer()
    words = {"email": GUEST, "name": "Amina Example", "password1": PASSWORD, "next": page(secret)}
    with posted(django_capture_on_commit_callbacks) as letters:
        answer = client.post(reverse("account_signup"), words)
    assert answer["Location"] == reverse("account_email_verification_sent")
    code = {"code": code_in(letters[0])}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("account_email_verification_sent"), code)
    assert answer["Location"] == page(secret)
    assert "Accept the invitation" in client.get(page(secret)).text
    answer = client.post(page(secret), follow=True)
    assert answer.redirect_chain == [(reverse("people:me"), 302)]
    assert "You now serve as juror." in answer.text
    person = queries.User.objects.get(email=GUEST).person
    assert (str(person.name), person.slug) == ("Amina Example", "amina-example")


def test_another_account_is_told_what_to_do(offer, client):
    make_institution()
    _invitation, secret = offer()
    client.force_login(make_user(email="me@example.org"))
    answer = client.get(page(secret))
    assert "This invitation is for another e-mail address" in answer.text
    assert "g•••@example.org" in answer.text
    assert "Accept the invitation" not in answer.text
    answer = client.post(page(secret))
    assert answer.status_code == 422
    assert "another e-mail address than those that you have confirmed" in answer.text


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda one, secretary: None, "not one of ours"),
        (
            lambda one, secretary: Invitation.objects.filter(pk=one.pk).update(expires_at=timezone.now()),
            "has expired",
        ),
        (lambda one, secretary: acts.revoke_invitation(secretary, one), "has been withdrawn"),
        (
            lambda one, secretary: Invitation.objects.filter(pk=one.pk).update(accepted_at=timezone.now()),
            "has been accepted already",
        ),
    ],
    ids=["forged", "expired", "revoked", "used"],
)
def test_links_that_do_not_work_say_why(offer, client, spoil, words):
    make_institution()
    invitation, secret = offer()
    spoil(invitation, make_user("secretariat"))
    if words == "not one of ours":
        secret = secret[::-1]
    answer = client.get(page(secret))
    assert answer.status_code == 410
    assert words in answer.text
    client.force_login(make_user(email=GUEST))
    answer = client.post(page(secret))
    assert answer.status_code == 422
    assert words in answer.text


def test_my_page_offers_and_takes_it(offer, client):
    make_institution()
    invitation, _secret = offer()
    stranger, guest = make_user(), make_user(email=GUEST)
    assert [one.title for one in waiting.everything(guest)] == ["You are invited to serve as juror"]
    assert waiting.everything(stranger) == []
    client.force_login(stranger)
    client.post(reverse("people:accept_own", args=[invitation.pk]))
    assert Mandate.objects.filter(role="juror").count() == 0
    client.force_login(guest)
    answer = client.post(reverse("people:accept_own", args=[invitation.pk]), follow=True)
    assert "You now serve as juror." in answer.text
    assert waiting.everything(guest) == []
    answer = client.post(reverse("people:accept_own", args=[invitation.pk]), follow=True)
    assert "no longer open" in answer.text


def test_a_mandate_of_another_role_is_no_hindrance(offer):
    user = make_user(email=GUEST)
    make_mandate(user, "translator")
    _invitation, secret = offer()
    acts.accept(user, secret)
    assert {role for role, _scope in user.roles} == {"translator", "juror"}
