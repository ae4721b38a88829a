"""Co-applicants and files."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from summitry.calls import acts
from summitry.calls.models import CoApplicant, Submission, Upload
from summitry.people.tests.factories import make_user

from .factories import T, make_draft, open_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(monkeypatch):
    found = []
    for module in (acts.submitting, acts.parts):
        monkeypatch.setattr(module, "letter", lambda name, to, context, *rest: found.append((name, to)))
    return found


def fresh(submission):
    return Submission.objects.select_related("call").get(pk=submission.pk)


# -- co-applicants --------------------------------------------------------------------------------


def test_a_co_applicant_agrees_by_the_address_that_was_asked(letters):
    world, user, other = open_world(), make_user(), make_user()
    draft = make_draft(world, user)
    asked = acts.add_co_applicant(
        user, draft, f" {other.email.upper()} ", name="Other", contribution=T("Figures")
    )
    assert (asked.email, asked.is_confirmed, asked.person) == (other.email, False, None)
    assert acts.add_co_applicant(user, draft, other.email) == asked
    assert letters == [("co_applicant", other)]
    with pytest.raises(PermissionDenied):
        acts.save_draft(other, draft, {"summary": "x"})
    with pytest.raises(PermissionDenied):
        acts.confirm_co_applicant(make_user(), asked)
    with pytest.raises(PermissionDenied):
        acts.confirm_co_applicant(user, asked)
    agreed = acts.confirm_co_applicant(other, asked)
    assert (agreed.is_confirmed, agreed.person) == (True, other.person)
    assert acts.confirm_co_applicant(other, asked).confirmed_at == agreed.confirmed_at
    acts.save_draft(other, draft, {"summary": "x"})
    assert acts.submit(other, draft).state == "submitted"


def test_a_stranger_to_the_house_is_asked_by_mail(letters):
    world, user = open_world(), make_user()
    acts.add_co_applicant(user, make_draft(world, user), "stranger@example.org")
    assert letters == [("co_applicant", "stranger@example.org")]


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.org", "own"])
def test_addresses_that_cannot_be_asked(email):
    world, user = open_world(), make_user()
    with pytest.raises(ValidationError) as caught:
        acts.add_co_applicant(user, make_draft(world, user), user.email if email == "own" else email)
    assert set(caught.value.message_dict) == {"email"}


def test_no_more_co_applicants_than_the_rules_allow():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    first = acts.add_co_applicant(user, draft, "a@example.org")
    acts.add_co_applicant(user, draft, "b@example.org")
    with pytest.raises(ValidationError, match="allows 2 co-applicants"):
        acts.add_co_applicant(user, draft, "c@example.org")
    acts.remove_co_applicant(user, first)
    acts.add_co_applicant(user, draft, "c@example.org")


def test_removed_and_stepping_back():
    world, user, other = open_world(), make_user(), make_user()
    draft = make_draft(world, user)
    asked = acts.confirm_co_applicant(other, acts.add_co_applicant(user, draft, other.email))
    with pytest.raises(PermissionDenied):
        acts.remove_co_applicant(make_user(), asked)
    gone = acts.remove_co_applicant(other, asked)
    assert acts.remove_co_applicant(user, asked).removed_at == gone.removed_at
    with pytest.raises(PermissionDenied):
        acts.save_draft(other, draft, {"summary": "x"})
    with pytest.raises(ValidationError, match="not named"):
        acts.confirm_co_applicant(other, asked)
    assert acts.add_co_applicant(user, draft, other.email) != asked


def test_only_the_applicant_names_co_applicants():
    world, user, other = open_world(), make_user(), make_user()
    draft = make_draft(world, user)
    acts.confirm_co_applicant(other, acts.add_co_applicant(user, draft, other.email))
    with pytest.raises(PermissionDenied):
        acts.add_co_applicant(other, draft, "c@example.org")


def test_the_database_keeps_one_open_request_an_address():
    world, user = open_world(), make_user()
    asked = acts.add_co_applicant(user, make_draft(world, user), "a@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        CoApplicant.objects.create(submission=asked.submission, email="A@example.org")


# -- files ----------------------------------------------------------------------------------------


def paper(name="a.txt", content=b"words"):
    return SimpleUploadedFile(name, content)


def test_files_come_and_go():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    one = acts.upload(user, draft, "papers", paper())
    assert (one.name, one.size, one.field) == ("a.txt", 5, "papers")
    assert one.digest == "dba36bffa5cab0f922d087a3aeb179f9d4e745df40b323e1b1471402848c8a3e"
    with one.file.open() as kept:
        assert kept.read() == b"words"
    assert "a.txt" not in one.file.name
    assert acts.upload(user, draft, "papers", paper()) == one
    two = acts.upload(user, draft, "papers", paper("b.txt", b"more"))
    assert fresh(draft).draft["papers"] == [str(one.uid), str(two.uid)]
    with pytest.raises(ValidationError) as caught:
        acts.upload(user, draft, "papers", paper("c.txt", b"most"))
    assert set(caught.value.message_dict) == {"papers"}
    acts.remove_upload(user, one)
    acts.remove_upload(user, one)
    assert fresh(draft).draft["papers"] == [str(two.uid)]
    assert not Upload.objects.filter(pk=one.pk).exists()


def test_a_file_that_was_sent_stays_as_long_as_what_was_sent_stands():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    one = acts.upload(user, draft, "papers", paper())
    sent = acts.submit(user, draft)
    assert sent.value("papers") == [one]
    acts.remove_upload(user, one)
    assert Upload.objects.filter(pk=one.pk).exists()
    assert fresh(sent).answers["papers"] == [str(one.uid)]
    assert "papers" not in fresh(sent).draft


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (paper("a.exe"), "not accepted"),
        (paper("a.pdf", b"no pdf"), "not what its name says"),
        (paper("a.txt", b""), "empty"),
    ],
)
def test_files_that_are_refused(file, said):
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    with pytest.raises(ValidationError) as caught:
        acts.upload(user, draft, "papers", file)
    assert said in str(caught.value.message_dict["papers"])
    assert not Upload.objects.exists()


def test_an_oversized_file(settings):
    settings.UPLOAD_MAX_BYTES = 4
    world, user = open_world(), make_user()
    with pytest.raises(ValidationError) as caught:
        acts.upload(user, make_draft(world, user), "papers", paper())
    assert set(caught.value.message_dict) == {"papers"}


def test_files_go_where_files_are_asked_for_and_by_the_applicant():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    for key in ("title", "moon"):
        with pytest.raises(ValidationError, match="does not ask for a file"):
            acts.upload(user, draft, key, paper())
    with pytest.raises(PermissionDenied):
        acts.upload(world.manager, draft, "papers", paper())
    one = acts.upload(user, draft, "papers", paper())
    with pytest.raises(PermissionDenied):
        acts.remove_upload(world.manager, one)
    late = world.call.closes_at + timedelta(seconds=1)
    for act in (
        lambda: acts.upload(user, draft, "papers", paper("b.txt"), now=late),
        lambda: acts.remove_upload(user, one, now=late),
    ):
        with pytest.raises(ValidationError, match="until"):
            act()


def test_a_file_whose_row_cannot_be_written_leaves_nothing(monkeypatch):
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    names = []

    def fail(self, *args, **options):
        names.append((self.file.storage, self.file.name))
        raise IntegrityError("no")

    monkeypatch.setattr(Upload, "save", fail)
    with pytest.raises(IntegrityError):
        acts.upload(user, draft, "papers", paper())
    [(storage, name)] = names
    assert not storage.exists(name)


def test_another_submissions_file_is_no_answer():
    world, user = open_world(), make_user()
    other = make_user()
    stolen = acts.upload(other, make_draft(world, other), "papers", paper())
    draft = make_draft(world, user, papers=[str(stolen.uid)])
    with pytest.raises(ValidationError) as caught:
        acts.submit(user, draft)
    assert set(caught.value.message_dict) == {"papers"}
