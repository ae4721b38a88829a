from datetime import timedelta

import pytest
from cryptography.fernet import InvalidToken
from django.core import mail as outgoing
from django.db import transaction
from django.utils import timezone

from summitry.people import mail, outbox, tasks
from summitry.people.models import Letter
from summitry.people.tests.factories import make_institution, make_user
from summitry.people.tests.letters import posted
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
CONTEXT = {"role": "juror", "name": "R&D <b>", "link": "https://x/", "scope": "", "expires": timezone.now()}


def test_a_letter_is_rendered_in_the_receivers_language(django_capture_on_commit_callbacks):
    make_institution(name=Text.of("Institute", ar="المعهد"))
    with posted(django_capture_on_commit_callbacks) as letters:
        mail.send("people/mail/invitation.txt", make_user(language="ar", email="a@example.org"), CONTEXT)
        mail.send("people/invitation", "b@example.org", CONTEXT)
        mail.send("people/invitation", make_user(language="ar", email="c@example.org"), CONTEXT, "en")
    assert [letter.to for letter in letters] == [["a@example.org"], ["b@example.org"], ["c@example.org"]]
    assert ["المعهد" in letter.subject for letter in letters] == [True, False, False]
    assert letters[1].subject == "Institute: you are invited to serve as juror"
    assert letters[1].body.startswith("R&D <b>,\n")  # plain text, not escaped


def test_a_subject_is_one_line():
    subject, text = mail.compose(
        "people/invitation", {**CONTEXT, "role": "juror\nBcc: all@example.org"}, "en"
    )
    assert "\n" not in subject
    assert text.endswith("\n")


def test_a_rollback_sends_nothing(django_capture_on_commit_callbacks):
    with posted(django_capture_on_commit_callbacks) as letters:
        try:
            with transaction.atomic():
                mail.post("a@example.org", "s", "t")
                raise RuntimeError
        except RuntimeError:
            pass
    assert letters == []
    assert Letter.objects.count() == 0


def test_words_in_the_outbox_are_sealed(settings):
    letter = outbox.put("a@example.org", "Subject", "The code is 123")
    assert "a@example.org" not in letter.sealed
    assert "123" not in letter.sealed
    assert outbox.unseal(letter.sealed, "outbox").count("123") == 1
    with pytest.raises(InvalidToken):
        outbox.unseal(letter.sealed, "second factor")
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        outbox.unseal(letter.sealed, "outbox")


def test_a_letter_goes_once():
    letter = outbox.put("a@example.org", "s", "t")
    assert outbox.deliver(letter.uid) is True
    assert outbox.deliver(letter.uid) is False
    assert tasks.deliver.func(str(letter.uid)) is False
    assert len(outgoing.outbox) == 1
    assert Letter.objects.count() == 0


def test_a_failure_is_raised_and_the_letter_kept_for_the_next_try(monkeypatch):
    letter = outbox.put("a@example.org", "s", "t")

    def broken(self, *args, **kwargs):
        raise ConnectionRefusedError("a@example.org")

    with monkeypatch.context() as patch:
        patch.setattr(outbox.EmailMessage, "send", broken)
        with pytest.raises(ConnectionRefusedError):
            outbox.deliver(letter.uid)
    letter.refresh_from_db()
    assert (letter.attempts, letter.error, letter.claimed_until) == (1, "ConnectionRefusedError", None)
    assert outbox.deliver(letter.uid) is True


def test_two_workers_send_one_letter():
    letter = outbox.put("a@example.org", "s", "t")
    Letter.objects.update(claimed_until=timezone.now() + outbox.CLAIM)
    with pytest.raises(outbox.Busy):
        outbox.deliver(letter.uid)
    assert outgoing.outbox == []
    Letter.objects.update(claimed_until=timezone.now() - outbox.CLAIM)  # the other one has died
    assert outbox.deliver(letter.uid) is True


def test_the_sweep_takes_up_what_was_given_up(django_capture_on_commit_callbacks):
    old, fresh, dead = (outbox.put(f"{name}@example.org", "s", "t") for name in ("old", "fresh", "dead"))
    Letter.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(hours=2))
    Letter.objects.filter(pk=dead.pk).update(made_at=timezone.now() - timedelta(days=8))
    assert tasks.sweep() == 1
    assert [letter.to for letter in outgoing.outbox] == [["old@example.org"]]
    assert list(Letter.objects.values_list("pk", flat=True)) == [fresh.pk]
