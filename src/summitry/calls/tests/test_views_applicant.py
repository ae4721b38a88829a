"""The applicant's pages: begin, write, save, check, send, receipt, answer, co-applicants, files, withdraw."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Call, CoApplicant, Submission, Upload
from summitry.calls.rules import Field
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import close, make_draft, make_sent, make_world, mark, open_world, rules, screen_all

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%test\n"


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@pytest.fixture
def world():
    return open_world()


@pytest.fixture
def applicant(client: Client):
    user = make_user(name="Applicant Amal")
    client.force_login(user)
    return user


def form_of(submission: Submission, **changes: str) -> dict[str, str]:
    """What a browser posts from the draft's page."""
    return {
        "version": str(submission.version),
        "category": submission.draft_category,
        "organisation": "",
        "title-_en": "A data trust",
        "title-_fr": "Une fiducie",
        "summary-": "Boats record one catch once.",
        "theme-": "data",
        **changes,
    }


def to(name: str, submission: Submission, *more: object) -> str:
    return reverse(f"calls:{name}", args=[submission.uid, *more])


# -- begin ----------------------------------------------------------------------------------------


def test_reading_the_form_writes_nothing(client: Client, world, applicant) -> None:
    assert client.get(reverse("calls:submit", args=[world.call.slug])).status_code == 200
    assert Submission.objects.count() == 0


def test_begin_leads_to_a_draft_and_twice_to_the_same(client: Client, world, applicant) -> None:
    address = reverse("calls:submit", args=[world.call.slug])
    first = client.post(address, {"language": "en"})
    draft = Submission.objects.get()
    assert first["Location"] == to("draft", draft)
    assert client.post(address, {"language": "en"})["Location"] == first["Location"]
    assert draft.applicant == applicant.person


def test_begin_before_the_opening_and_after_the_close_says_when(client: Client, world, applicant) -> None:
    address = reverse("calls:submit", args=[world.call.slug])
    Call.objects.filter(pk=world.call.pk).update(opens_at=timezone.now() + timedelta(days=1))
    early = client.post(address, {"language": "en"})
    assert early.status_code == 422
    assert "This call opens at" in early.content.decode()
    now = timezone.now()
    Call.objects.filter(pk=world.call.pk).update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1)
    )
    late = client.post(address, {"language": "en"})
    assert late.status_code == 422
    assert "This call took submissions until" in late.content.decode()
    assert Submission.objects.count() == 0


# -- write ----------------------------------------------------------------------------------------


def test_the_draft_keeps_what_is_typed_right_or_wrong(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    wrong = " ".join(["word"] * 30)  # the rules allow 20
    answer = client.post(to("draft", draft), form_of(draft, **{"summary-": wrong, "go": "save"}))
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.draft["summary"] == wrong
    assert draft.draft["theme"] == "data"
    page = client.get(to("draft", draft)).content.decode()
    assert wrong in page
    assert 'value="Une fiducie"' in page


def test_check_and_continue_saves_and_shows_what_is_missing(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    answer = client.post(
        to("draft", draft),
        form_of(draft, **{"title-_en": "", "title-_fr": "", "summary-": "w " * 21, "go": "check"}),
    )
    assert answer["Location"] == to("check", draft)
    page = client.get(to("check", draft))
    assert {one.key for one in page.context["problems"]} == {"title-", "summary-"}
    assert "Send it" not in page.content.decode()


def test_the_category_may_wait_in_a_draft_and_is_not_called_optional(
    client: Client, world, applicant
) -> None:
    draft = make_draft(world, applicant)
    page = client.get(to("draft", draft)).content.decode()
    assert "<legend>Category</legend>" in page
    answer = client.post(to("draft", draft), form_of(draft, category="", go="check"))
    assert answer["Location"] == to("check", draft)
    assert "Choose a category." in client.get(to("check", draft)).content.decode()
    draft.refresh_from_db()
    answer = client.post(to("draft", draft), form_of(draft, category="nowhere", go="save"))
    assert (answer.status_code, "nowhere" in answer.content.decode()) == (422, True)


def test_two_tabs_the_second_keeps_what_was_typed_and_says_why(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    old = form_of(draft, **{"summary-": "From the first tab"})
    client.post(to("draft", draft), form_of(draft, **{"summary-": "From the second tab"}))
    answer = client.post(to("draft", draft), old)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "From the first tab" in page
    assert "in another tab" in page
    draft.refresh_from_db()
    assert draft.draft["summary"] == "From the second tab"


def test_saved_as_one_types(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    answer = client.post(to("save", draft), form_of(draft, **{"summary-": "Half a sent"}))
    draft.refresh_from_db()
    assert answer.status_code == 200
    assert answer.json()["version"] == draft.version
    assert draft.draft["summary"] == "Half a sent"
    stale = client.post(to("save", draft), form_of(draft, version="1"))
    assert stale.status_code == 409
    assert "another tab" in stale.json()["message"]


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999"])
def test_a_save_with_a_broken_version_is_refused(version: str, client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    assert client.post(to("save", draft), form_of(draft, version=version)).status_code in {409, 422}
    draft.refresh_from_db()
    assert draft.draft.get("theme") is None


def test_a_save_by_somebody_else_or_signed_out_tells_nothing(client: Client, world) -> None:
    draft = make_draft(world, make_user())
    out = client.post(to("save", draft), form_of(draft))
    assert (out.status_code, list(out.json())) == (401, ["message"])
    client.force_login(make_user())
    stranger = client.post(to("save", draft), form_of(draft))
    assert stranger.status_code == 404
    draft.refresh_from_db()
    assert draft.draft.get("theme") is None


def test_a_save_after_the_deadline_says_that_it_is_late(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    now = timezone.now()
    Call.objects.filter(pk=world.call.pk).update(closes_at=now - timedelta(seconds=5))
    answer = client.post(to("save", draft), form_of(draft))
    assert answer.status_code == 422
    assert "yours arrived at" in answer.json()["message"]


def test_the_names_of_answers_never_meet(client: Client, applicant) -> None:
    """A field "what" in two languages beside a field "what_en": neither takes the other's words."""
    fields = (
        Field("what", "line", Text.of("What"), translatable=True, role="title"),
        Field("what_en", "line", Text.of("What in English")),
    )
    other = open_world(rules(fields=fields, categories=()))
    draft = acts.start_draft(applicant, other.call)
    client.post(
        to("draft", draft),
        {"version": draft.version, "what-_fr": "Quoi", "what_en-": "Another", "organisation": ""},
    )
    draft.refresh_from_db()
    assert draft.draft["what_en"] == "Another"
    assert list(draft.draft["what"]["texts"]) == ["fr"]


# -- send -----------------------------------------------------------------------------------------


def test_send_leads_to_the_receipt_and_a_double_click_changes_nothing(
    client: Client, world, applicant
) -> None:
    draft = make_draft(world, applicant)
    address, form = to("check", draft), {"version": str(draft.version)}
    assert client.get(address).context["problems"] == []
    assert client.post(address, form)["Location"] == to("receipt", draft)
    assert client.post(address, form)["Location"] == to("receipt", draft)
    sent = Submission.objects.get()
    entry = Entry.objects.get(kind="calls.received")
    page = client.get(to("receipt", draft)).content.decode()
    assert sent.receipt in page
    assert entry.url in page
    assert "A data trust" not in entry.body.decode()


def test_send_with_something_missing_says_what_and_sends_nothing(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant, title=None)
    answer = client.post(to("check", draft), {"version": str(draft.version)})
    assert answer.status_code == 422
    assert [one.key for one in answer.context["problems"]] == ["title-"]
    assert Submission.objects.get().state == "draft"


def test_send_what_another_tab_has_changed_is_refused(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    acts.save_draft(applicant, draft, {"summary": "Changed since"}, draft.version)
    answer = client.post(to("check", draft), {"version": str(draft.version)})
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.content.decode()
    assert "Changed since" in answer.content.decode()
    assert Submission.objects.get().state == "draft"


def test_send_after_the_deadline_keeps_the_draft(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    Call.objects.filter(pk=world.call.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(to("check", draft), {"version": str(draft.version)})
    assert answer.status_code == 422
    assert "Your draft is kept" in answer.content.decode()
    page = client.get(to("submission", draft)).content.decode()
    assert "What you wrote is kept here for you" in page


def test_send_again_replaces_what_was_sent(client: Client, world, applicant) -> None:
    sent = make_sent(world, applicant)
    client.post(to("draft", sent), form_of(sent, **{"summary-": "A better summary"}))
    page = client.get(to("submission", sent)).content.decode()
    assert "Your last changes are not sent" in page
    assert "A better summary" not in page
    sent.refresh_from_db()
    client.post(to("check", sent), {"version": str(sent.version)})
    sent.refresh_from_db()
    assert sent.answers["summary"] == "A better summary"
    assert Submission.objects.count() == 1


# -- leaks ----------------------------------------------------------------------------------------

OWN = ["submission", "draft", "check", "receipt", "withdraw", "co_applicants"]


@pytest.mark.parametrize("page", OWN)
def test_others_submissions_do_not_exist(page: str, client: Client, world, applicant) -> None:
    other = make_sent(world, make_user(name="Somebody Else"), note="Very private words")
    answer = client.get(to(page, other))
    assert answer.status_code == 404
    assert "Very private words" not in answer.content.decode()
    assert client.post(to(page, other)).status_code in {404, 405, 302}
    other.refresh_from_db()
    assert other.state == "submitted"


@pytest.mark.parametrize("page", OWN)
def test_nobody_opens_a_submission_without_signing_in(page: str, client: Client, world) -> None:
    other = make_sent(world)
    answer = client.get(to(page, other))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_mine_lists_ones_own_and_no_other(client: Client, world, applicant) -> None:
    make_sent(world, make_user(), title="Somebody else’s title")
    own = make_sent(world, applicant, title="My own title")
    answer = client.get(reverse("calls:mine"))
    assert [one.pk for one in answer.context["mine"].own] == [own.pk]
    assert "Somebody else’s title" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_mine_costs_the_same_for_one_and_three(
    count: int, client: Client, applicant, django_assert_num_queries
) -> None:
    for _ in range(count):
        make_sent(open_world(), applicant)
    client.get(reverse("calls:mine"))
    with django_assert_num_queries(7):
        assert len(client.get(reverse("calls:mine")).context["mine"].own) == count


# -- the answer -----------------------------------------------------------------------------------


def answered(applicant, result: str = "rejected", **changes):
    """A published call in which the applicant's entry met this result."""
    world = open_world(rules(**changes))
    make_sent(world, applicant)
    close(world)
    screen_all(world)
    entry = world.submissions[0]
    acts.assign(world.manager, entry, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], entry, 2, 3, comment="Words of the jury", note="Note to the chair alone")
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    choice = (
        Choice("accepted", "gold", reason="Chosen")
        if result == "accepted"
        else Choice("rejected", reason="Too thin")
    )
    acts.decide(world.chair, world.fresh(), {entry.pk: choice})
    return world, entry


def test_no_answer_can_be_read_before_it_is_published(client: Client, applicant) -> None:
    world, entry = answered(applicant)
    for step in (None, acts.seal_verdict):
        if step:
            step(world.chair, world.fresh())
        page = client.get(to("submission", entry)).content.decode()
        assert "Too thin" not in page
        assert "Not accepted" not in page
        assert "Words of the jury" not in page


def test_the_answer_says_the_reason_and_the_time_for_appeals(
    client: Client, applicant, django_capture_on_commit_callbacks
) -> None:
    world, entry = answered(applicant, publish_comments=True)
    acts.seal_verdict(world.chair, world.fresh())
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(world.manager, world.fresh())
    page = client.get(to("submission", entry)).content.decode()
    assert "Not accepted" in page
    assert "Too thin" in page
    assert "you can appeal until" in page
    assert "Words of the jury" in page
    assert "Note to the chair alone" not in page
    assert str(world.jurors[0].person.name) not in page
    letters = [one for one in mail.outbox if one.to == [applicant.email]]
    assert any("Too thin" in one.body for one in letters)


def test_comments_stay_with_the_jury_unless_the_rules_say_otherwise(client: Client, applicant) -> None:
    world, entry = answered(applicant, "accepted")
    acts.seal_verdict(world.chair, world.fresh())
    acts.publish(world.manager, world.fresh())
    page = client.get(to("submission", entry)).content.decode()
    assert "Accepted: Gold" in page
    assert "Words of the jury" not in page


# -- co-applicants --------------------------------------------------------------------------------


def test_a_co_applicant_is_asked_agrees_and_can_write(
    client: Client, world, applicant, django_capture_on_commit_callbacks
) -> None:
    draft = make_draft(world, applicant)
    friend = make_user(email="friend@example.org")
    form = {"email": "Friend@Example.org", "name": "A friend"}
    for _ in range(2):  # a double click asks once
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(to("co_applicants", draft), form).status_code == 302
    asked = CoApplicant.objects.get()
    assert [one.to for one in mail.outbox].count(["friend@example.org"]) == 1
    client.force_login(friend)
    assert client.get(to("draft", draft)).status_code == 404
    consent = reverse("calls:consent", args=[asked.uid])
    assert "A data trust" in client.get(consent).content.decode()
    client.post(consent, {"answer": "yes"})
    client.post(consent, {"answer": "yes"})
    assert client.get(to("draft", draft)).status_code == 200


def test_consent_is_for_the_address_that_was_asked(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    asked = acts.add_co_applicant(applicant, draft, "friend@example.org")
    address = reverse("calls:consent", args=[asked.uid])
    stranger = make_user()
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.post(address, {"answer": "yes"}).status_code == 404
    asked.refresh_from_db()
    assert asked.confirmed_at is None


def test_saying_no_removes_the_name(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    friend = make_user(email="friend@example.org")
    asked = acts.add_co_applicant(applicant, draft, "friend@example.org")
    client.force_login(friend)
    client.post(reverse("calls:consent", args=[asked.uid]), {"answer": "no"})
    asked.refresh_from_db()
    assert asked.removed_at is not None


def test_bad_addresses_and_one_too_many_are_said(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    own = client.post(to("co_applicants", draft), {"email": applicant.email})
    assert (own.status_code, "applicant’s own address" in own.content.decode()) == (422, True)
    assert client.post(to("co_applicants", draft), {"email": "nobody"}).status_code == 422
    for name in ("a", "b"):
        client.post(to("co_applicants", draft), {"email": f"{name}@example.org"})
    third = client.post(to("co_applicants", draft), {"email": "c@example.org"})
    assert third.status_code == 422
    assert CoApplicant.objects.count() == 2


def test_a_co_applicant_can_be_removed_by_the_applicant_alone(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    friend = make_user(email="friend@example.org")
    asked = acts.add_co_applicant(applicant, draft, "friend@example.org")
    other = acts.add_co_applicant(applicant, draft, "other@example.org")
    acts.confirm_co_applicant(friend, asked)
    client.force_login(friend)
    assert client.post(to("remove_co_applicant", draft, other.uid)).status_code == 403
    client.force_login(applicant)
    assert client.post(to("remove_co_applicant", draft, other.uid)).status_code == 302
    other.refresh_from_db()
    assert other.removed_at is not None


# -- files ----------------------------------------------------------------------------------------


def fetch(client: Client, upload: Upload):
    """The answer to a request for a file, read to its end."""
    answer = client.get(reverse("calls:file", args=[upload.uid]))
    answer.body = b"".join(answer.streaming_content) if answer.streaming else b""
    return answer


def put(client: Client, draft: Submission, *files: SimpleUploadedFile, field: str = "papers"):
    draft.refresh_from_db()
    return client.post(to("draft", draft), {**form_of(draft), f"{field}-new": list(files), "go": "save"})


def test_a_file_is_kept_under_random_names_and_served_as_an_attachment(
    client: Client, world, applicant
) -> None:
    draft = make_draft(world, applicant)
    assert put(client, draft, SimpleUploadedFile("report.pdf", PDF)).status_code == 302
    upload = Upload.objects.get()
    assert "report" not in upload.file.name
    assert str(upload.uid) in upload.file.name
    answer = fetch(client, upload)
    assert answer.body == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.pdf", b"", "is empty"),
        ("evil.exe", b"MZ\x90", "is of a kind that is not accepted here"),
        ("page.html", b"<script>alert(1)</script>", "is of a kind that is not accepted here"),
        ("fake.pdf", b"<script>alert(1)</script>", "is not what its name says"),
        ("binary.txt", b"\x00\x01\x02 text", "is not what its name says"),
    ],
)
def test_a_bad_file_is_named_and_the_rest_is_saved(
    name, content, said, client: Client, world, applicant
) -> None:
    draft = make_draft(world, applicant)
    answer = put(
        client, draft, SimpleUploadedFile(name, content), SimpleUploadedFile("good.txt", b"Good words")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert name in page
    assert said in page
    assert [one.name for one in Upload.objects.all()] == ["good.txt"]
    draft.refresh_from_db()
    assert draft.draft["theme"] == "data"
    again = client.post(
        to("draft", draft), form_of(draft, version=str(answer.context["form"].data["version"]))
    )
    assert again.status_code == 302  # the page that said so can be sent on: its version is the new one


def test_an_oversized_file_is_named_with_both_sizes(client: Client, world, applicant, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 2048
    draft = make_draft(world, applicant)
    page = put(client, draft, SimpleUploadedFile("large.pdf", PDF + b"0" * 4096)).content.decode()
    assert "large.pdf" in page
    assert "at most 2.0" in page
    assert Upload.objects.count() == 0


def test_removing_a_file_twice_is_harmless(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    put(client, draft, SimpleUploadedFile("report.pdf", PDF))
    upload = Upload.objects.get()
    for _ in range(2):
        draft.refresh_from_db()
        answer = client.post(to("draft", draft), form_of(draft, remove=str(upload.uid)))
        assert answer.status_code == 302
    assert Upload.objects.count() == 0


def test_one_cannot_remove_the_file_of_another_submission(client: Client, world, applicant) -> None:
    other = make_user()
    theirs = acts.upload(other, make_draft(world, other), "papers", SimpleUploadedFile("theirs.pdf", PDF))
    draft = make_draft(world, applicant)
    client.post(to("draft", draft), form_of(draft, remove=str(theirs.uid)))
    assert Upload.objects.filter(pk=theirs.pk).exists()


def test_files_are_for_those_who_may_see_their_field(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    paper = acts.upload(applicant, draft, "papers", SimpleUploadedFile("Applicant Amal.pdf", PDF))
    letter = acts.upload(applicant, draft, "letters", SimpleUploadedFile("letter.txt", b"From the ministry"))
    draft.refresh_from_db()
    sent = acts.submit(applicant, draft, draft.version)
    close(world)
    screen_all(world)
    juror, other = world.jurors[:2]
    acts.assign(world.manager, sent, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    expected = {
        None: (302, 302),
        applicant: (200, 200),
        make_user(): (404, 404),
        juror: (200, 404),  # letters are hidden from jurors
        other: (404, 404),  # the entry is not on her list
        world.manager: (200, 200),
    }
    for user, (papers, letters) in expected.items():
        client.logout()
        if user:
            client.force_login(user)
        got = tuple(fetch(client, one).status_code for one in (paper, letter))
        assert got == (papers, letters), user


def test_a_blind_juror_does_not_read_the_applicant_from_a_files_name(client: Client, applicant) -> None:
    world = open_world(rules(blind=True))
    draft = make_draft(world, applicant)
    paper = acts.upload(applicant, draft, "papers", SimpleUploadedFile("Applicant Amal.pdf", PDF))
    draft.refresh_from_db()
    sent = acts.submit(applicant, draft, draft.version)
    close(world)
    screen_all(world)
    acts.assign(world.manager, sent, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    client.force_login(world.jurors[0])
    answer = fetch(client, paper)
    assert answer.status_code == 200
    assert "Amal" not in answer["Content-Disposition"]


# -- leave ----------------------------------------------------------------------------------------


def test_withdrawing_asks_first_and_twice_is_harmless(client: Client, world, applicant) -> None:
    sent = make_sent(world, applicant)
    assert client.get(to("withdraw", sent)).status_code == 200
    sent.refresh_from_db()
    assert sent.state == "submitted"
    for _ in range(2):
        assert client.post(to("withdraw", sent))["Location"] == reverse("calls:mine")
    sent.refresh_from_db()
    assert sent.state == "withdrawn"
    assert Entry.objects.filter(kind="calls.withdrawn").count() == 1


def test_a_draft_that_was_never_sent_is_deleted(client: Client, world, applicant) -> None:
    draft = make_draft(world, applicant)
    for _ in range(2):
        assert client.post(to("withdraw", draft))["Location"] == reverse("calls:mine")
    assert Submission.objects.count() == 0


def test_a_sealed_call_lets_nobody_leave(client: Client, applicant) -> None:
    world, entry = answered(applicant)
    acts.seal_verdict(world.chair, world.fresh())
    answer = client.post(to("withdraw", entry))
    assert answer.status_code == 422
    assert "The verdict of this call is sealed" in answer.content.decode()


def test_a_call_that_is_a_draft_takes_nothing(client: Client, applicant) -> None:
    world = make_world()
    assert client.post(reverse("calls:submit", args=[world.call.slug]), {"language": "en"}).status_code == 404
