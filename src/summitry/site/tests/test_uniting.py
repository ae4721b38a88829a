"""A statement that unites an opinion vote becomes a proposed amendment."""

import pytest
from django.urls import reverse

from summitry.documents import acts as documents
from summitry.documents.models import Amendment
from summitry.documents.tests.consulting import consulted, over
from summitry.opinions import acts
from summitry.opinions.models import Uptake
from summitry.opinions.tests.factories import make_conversation, make_votes
from summitry.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def united(client):
    """The address where the statement that all agree on is taken up, and the version that takes it."""
    version = over(consulted())
    desk = make_user("secretariat")
    conversation = make_conversation("What now?", statements=8)
    make_votes(conversation, 24)
    acts.close_conversation(None, conversation)
    acts.report_on(desk, conversation)
    client.force_login(desk)
    address = reverse("opinions:take_up", args=[conversation.slug, 0, "documents.amendment"])
    return version, desk, address


def test_what_unites_is_proposed_with_its_evidence_by_one_click(client, united):
    version, desk, address = united
    form = client.get(address).content.decode()
    assert "Initiative on digital cooperation, version 1" in form
    assert "Statement number 0</textarea>" in form
    sent = {
        "version": version.pk,
        "anchor": "p2",
        "change": "insert",
        "words": "Statement number 0",
        "reason": "In an opinion vote every group agreed.",
        "seen": "0",
    }
    wrong = client.post(address, {**sent, "anchor": "p9"})
    assert (wrong.status_code, Amendment.objects.count(), Uptake.objects.count()) == (422, 0, 0)
    assert "There is no provision" in wrong.content.decode()
    assert client.post(address, sent).status_code == 302
    made = Amendment.objects.get()
    assert (made.person, made.anchor, made.change, made.words) == (None, "p2", "insert", "Statement number 0")
    assert (made.evidence["kind"], made.evidence["number"], made.evidence["people"]) == (
        "opinions.statement",
        0,
        24,
    )
    assert Uptake.objects.get().subject == "documents.amendment:initiative/1/1"
    client.logout()
    page = client.get(reverse("documents:amendment", args=["initiative", 1, 1])).content.decode()
    assert "Statement 0 of an opinion vote" in page
    assert "24 people on the map" in page
    documents.answer(desk, [made], "accepted", "All want it", publish=True)
    told = client.get(reverse("opinions:statement", args=[made.evidence["conversation"], 0]))
    assert "accepted" in told.content.decode()
    assert "All want it" in told.content.decode()


def test_only_texts_that_can_still_change_are_offered(client, united):
    version, _desk, address = united
    assert "version 1</option>" in client.get(address).content.decode()
    version.adopted_at = version.published_at
    version.save()
    assert "version 1</option>" not in client.get(address).content.decode()
