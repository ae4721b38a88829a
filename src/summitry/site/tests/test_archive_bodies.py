"""An organisation's page: the texts that it signed, and what came of the sessions that it convened."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from summitry.documents import acts as documents
from summitry.documents.models import Signature
from summitry.documents.tests.signing import a_certified, a_signatory, a_signature, a_state, an_adopted
from summitry.gatherings import acts
from summitry.gatherings.models import Gathering
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room, make_session
from summitry.gatherings.tests.test_pages import words
from summitry.kept.tests.browser import ask, queries
from summitry.people.models import Organisation
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.site import archive
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def page_of(body) -> str:
    return reverse("site:organisation", args=[body.slug])


def signed(body, title="Declaration", act=a_certified) -> Signature:
    """A text of this title, signed for this body."""
    text = an_adopted(title.lower(), title=Text.of(title, fr=f"{title} (fr)"))
    return act(text, a_signatory(text.document, body))


def agreed(gathering, bodies, title="Agreed", **columns):
    """A released session that these convened, with its outcome published by the desk."""
    session = make_placed(gathering, make_room(gathering), at(9), "Roundtable")
    acts.name_conveners(None, session, bodies)
    document = acts.write_outcome(None, session, title=Text.of(title), text=Text.of("We agree."))
    acts.release(None, gathering)
    acts.propose_outcome(None, document)
    return acts.publish_outcome(None, document)


def test_texts_that_it_signed_stand_there_each_with_its_state(client):
    body, depositary = a_state(), make_user("depositary")
    signed(body, "Declaration")
    left = signed(body, "Charter")
    documents.withdraw_signature(depositary, left, ends_on=timezone.now().date() + timedelta(days=40))
    signed(body, "Pact", act=a_signature)
    documents.refuse_signature(depositary, signed(body, "Refused", act=a_signature), "Not in force")
    signed(a_state("Chile", "CL"), "Elsewhere")
    page = words(client.get(page_of(body)))
    day = timezone.now().date() + timedelta(days=40)
    assert "Declaration certified" in page
    assert f"Charter withdrawn with effect from {day.day} {day:%B %Y}" in page
    assert "Pact received" in page
    assert ("Refused" in page, "Elsewhere" in page, "Nothing of it" in page) == (False, False, False)
    assert "Declaration (fr)" in words(client.get(page_of(body).replace("/en/", "/fr/", 1)))


def test_what_came_of_the_sessions_that_it_convened(client):
    body, other = make_organisation("Harbour Board"), make_organisation("Quay Board")
    gathering = make_gathering(title=Text.of("Summit"))
    hidden = make_gathering(slug="hidden")
    document = agreed(gathering, [body, other])
    agreed(hidden, [body], "Of a draft")
    Gathering.objects.filter(pk=hidden.pk).update(state=Gathering.State.DRAFT)
    unnamed = make_session(gathering, "Unreleased")
    acts.name_conveners(None, unnamed, [body])
    acts.write_outcome(None, unnamed, title=Text.of("Of no release"), text=Text.of("Words."))
    for one in (body, other):
        assert "Outcome documents of sessions that it convened Summit Agreed" in words(
            client.get(page_of(one))
        )
    page = words(client.get(page_of(body)))
    assert ("Of a draft" in page, "Of no release" in page) == (False, False)
    acts.withdraw_outcome(None, document)
    assert "Agreed" not in words(client.get(page_of(other)))


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_it_costs(many, django_assert_num_queries):
    body = a_state()
    for n in range(many):
        signed(body, f"Declaration {n}".replace(" ", ""))
        agreed(make_gathering(slug=f"summit-{n}"), [body])
    with django_assert_num_queries(7):
        history = archive.of_organisation(body)
        told = [(str(one.document.title), one.get_state_display()) for one in history.signed]
        titles = [str(one.session.gathering.title) + str(one.title) for one in history.outcomes]
    assert (len(told), len(titles)) == (many, many)


@pytest.mark.django_db(transaction=True)
def test_its_kept_page_is_retired_by_its_signatures_and_by_no_others(door):
    make_institution()
    body, other, depositary = a_state(), a_state("Chile", "CL"), make_user("depositary")
    signed(other, "Charter")
    text = an_adopted("declaration", title=Text.of("Declaration"))
    path, powers = page_of(body), a_signatory(text.document, body)

    def read() -> str:
        ask(door, path)
        return words(HttpResponse(ask(door, path).body))

    assert "Declaration" not in read()
    made = a_signature(text, powers)
    assert "Declaration received" in read()
    documents.certify_signature(depositary, made)
    assert "Declaration certified" in read()
    documents.edit_document(None, text.document, text.document.version, title=Text.of("Renamed"))
    assert "Renamed certified" in read()
    assert queries(door, path) == 0
    documents.certify_signature(depositary, a_signature(text, a_signatory(text.document, other)))
    assert queries(door, path) == 0
    documents.withdraw_signature(depositary, made)
    assert "Renamed withdrawn" in read()


def test_the_sitemap_knows_who_signed_and_who_is_confirmed(client):
    body, unsure = a_state(), make_organisation("Rumour", slug="rumour", kind="state", country="CL")
    signed(body)
    signed(unsure, "Charter")
    Organisation.objects.filter(pk=unsure.pk).update(confirmed=False)
    places = b"".join(client.get("/sitemap-en.xml").streaming_content).decode()
    assert f"{page_of(body)}</loc>" in places
    assert "rumour" not in places
