"""A zero draft is commented on and amended, taken into revision 1, and all are told what became of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from summitry.documents import acts
from summitry.documents.models import Reader, Version
from summitry.documents.structure import Kind, Passage
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from .consulting import letters, over, speaks_for

pytestmark = pytest.mark.django_db
WORDS = ["We act together.", "Signatories should publish the conditions.", "This text ends here."]


def test_from_the_zero_draft_to_the_first_revision(client):
    make_institution()
    desk, amal, lin = (
        make_user("secretariat"),
        make_user(name="Amal", language="ar"),
        make_user(language="fr"),
    )
    lab = speaks_for(lin, "Open Lab")
    document = acts.create_document(
        desk, title=Text.of("Initiative"), languages=["en"], authentic=["en"], comment_days=14
    )
    zero = acts.start_draft(desk, document, Version.Stage.ZERO)
    acts.write_draft(desk, zero, [Passage(Kind.PARAGRAPH, {"en": one}) for one in WORDS])
    zero = acts.publish_version(desk, zero)
    Reader.objects.create(user=amal, document=document, follows=True)
    zero = acts.open_comments(desk, zero, timezone.now() + timedelta(days=20))

    asked = acts.comment(amal, zero, "متى؟", language="ar", anchor="p2", quote="should publish")
    doubted = acts.comment(lin, zero, "Trop court.", language="fr", organisation=lab)
    changed = acts.amend(
        amal,
        zero,
        "replace",
        anchor="p2",
        words="Signatories will publish the conditions.",
        reason="It binds",
    )
    acts.support(lin, changed, organisation=lab)
    added = acts.amend(lin, zero, "insert", anchor="p2", words="They report yearly.", reason="Else it fades")

    zero = over(zero)
    revision = acts.start_draft(desk, document, Version.Stage.REVISION)
    acts.take_amendment(desk, changed, Text.of("It binds.", ar="إنه ملزم."))
    acts.take_amendment(desk, added, "A report keeps it alive.")
    acts.answer(desk, [asked], "accepted", Text.of("At once.", ar="فورا."), anchor="p2", publish=True)
    acts.answer(desk, [doubted], "noted", "It stays short.")
    acts.publish_disposition(desk, zero)
    revision = acts.publish_version(desk, revision)

    texts = [one.text.get("en") for one in revision.provisions.order_by("position")]
    assert texts == [
        "We act together.",
        "Signatories will publish the conditions.",
        "They report yearly.",
        "This text ends here.",
    ]
    answered = [(one.to, one.text) for one in letters()]
    assert sum("فورا." in text for to, text in answered if to == amal.email) == 1
    assert sum("It stays short." in text for to, text in answered if to == lin.email) == 1
    table = client.get(reverse("documents:disposition", args=[document.slug, 1])).content.decode()
    place = reverse("documents:version", args=[document.slug, 2])
    for words in ("Open Lab", "متى؟", "At once.", "It stays short.", f'href="{place}#p4"'):
        assert words in table
    became = client.get(reverse("documents:comment", args=[document.slug, 1, asked.number]))
    assert "<del>should</del><ins>will</ins>" in became.content.decode()
    assert list(Entry.objects.order_by("index").values_list("kind", flat=True)) == [
        "documents.begun",
        "documents.published",
        "documents.comments_opened",
        "documents.commented",
        "documents.commented",
        "documents.amendment_proposed",
        "documents.amendment_supported",
        "documents.amendment_proposed",
        "documents.amendment_taken",
        "documents.answered",
        "documents.amendment_taken",
        "documents.answered",
        "documents.answered",
        "documents.answered",
        "documents.disposition_published",
        "documents.published",
    ]
    moved = {f"documents.version:{zero.key}"}  # its period was cut short for this test
    assert {one for one in changed_faces() if one.startswith("documents.")} <= moved
