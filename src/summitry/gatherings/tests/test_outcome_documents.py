"""A roundtable's outcome document: written, put to the conveners, confirmed or not, public."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.gatherings import acts, queries
from summitry.gatherings.models import Convener, OutcomeDocument, SessionPerson, Stance
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.gatherings.tests.test_pages import words
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.people.tests.letters import posted
from summitry.people.waiting import everything
from summitry.record import registry
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


class Table:
    """A released roundtable of two organisations, each with a focal point, a rapporteur and a stranger."""

    def __init__(self) -> None:
        self.gathering = make_gathering(slug="summit")
        self.rapporteur = make_user(name="Rap Porteur")
        self.session = make_placed(
            self.gathering, make_room(self.gathering), at(9), "Ports", kind="roundtable"
        )
        SessionPerson.objects.create(
            session=self.session, person=self.rapporteur.person, role=SessionPerson.Role.RAPPORTEUR
        )
        self.one, self.two = make_organisation("Port of One"), make_organisation("Port of Two")
        self.for_one = make_user(Role.FOCAL_POINT, scope_of(self.one))
        self.for_two = make_user(Role.FOCAL_POINT, scope_of(self.two), language="fr")
        self.manager = make_user(Role.PROGRAMME, scope_of(self.gathering))
        acts.name_conveners(self.manager, self.session, [self.one, self.two])
        acts.release(None, self.gathering)

    def written(self, actor=None, **fields) -> OutcomeDocument:
        given = {"title": Text.of("Joint statement"), "text": Text.of("We agree to secret terms."), **fields}
        return acts.write_outcome(actor, self.session, **given)

    def proposed(self) -> OutcomeDocument:
        return acts.propose_outcome(self.rapporteur, self.written(self.rapporteur))

    def url(self, name: str = "outcome") -> str:
        return reverse(f"gatherings:{name}", args=["summit", self.session.slug])


@pytest.fixture
def table() -> Table:
    return Table()


def entries() -> list[tuple[str, str]]:
    return [
        (one.kind.partition(".")[2], one.said["by"])
        for one in Entry.objects.order_by("index")
        if "outcome" in one.kind
    ]


def test_each_side_confirms_and_the_document_becomes_public(table, django_capture_on_commit_callbacks):
    with posted(django_capture_on_commit_callbacks) as letters:
        document = table.proposed()
    assert {letter.to[0] for letter in letters} == {table.for_one.email, table.for_two.email}
    assert all("Joint statement" in letter.body for letter in letters)
    assert queries.outcome_of(table.session) is None
    acts.speak_of_outcome(table.for_one, document, table.one, confirms=True, version=1)
    assert queries.outcome_of(table.session) is None
    acts.speak_of_outcome(table.for_two, document, table.two, confirms=True, version=1)
    found = queries.outcome_of(table.session)
    assert found is not None
    assert (found.agreed, found.all_spoke, [side.organisation for side in found.sides]) == (
        True,
        True,
        [table.one, table.two],
    )
    assert entries() == [
        ("outcome_proposed", "session_host"),
        ("outcome_confirmed", "focal_point"),
        ("outcome_confirmed", "focal_point"),
        ("outcome_published", "focal_point"),
    ]
    [*_before, confirmed, published] = Entry.objects.order_by("index")
    assert confirmed.subject == f"gatherings.session:summit/{table.session.slug}"
    assert confirmed.facts["organisation"] == {"en": "Port of Two"}
    assert confirmed.facts["digest"] == document.digest
    assert published.facts["confirmed"] == published.facts["sides"] == 2
    assert registry.url_of(published.subject) == table.url("session")


def test_a_side_says_why_not_and_everybody_reads_it(table, client):
    document = table.proposed()
    with pytest.raises(ValidationError, match="Say why your side"):
        acts.speak_of_outcome(table.for_one, document, table.one, confirms=False)
    with pytest.raises(ValidationError, match="e-mail"):
        acts.speak_of_outcome(table.for_one, document, table.one, confirms=False, reason="ask a@example.org")
    acts.speak_of_outcome(table.for_one, document, table.one, confirms=False, reason="Article 3 is open.")
    acts.speak_of_outcome(table.for_two, document, table.two, confirms=True)
    page = words(client.get(table.url("session")))
    assert "Port of One does not confirm it" in page
    assert "Article 3 is open." in page
    assert "Port of Two confirms it" in page
    found = queries.outcome_of(table.session)
    assert found is not None
    assert (found.agreed, found.all_spoke) == (False, True)
    refused = Entry.objects.get(kind="gatherings.outcome_refused")
    assert refused.facts["reason"] == {"en": "Article 3 is open."}


def test_only_those_who_speak_for_a_convener_speak(table):
    document = table.proposed()
    others = [
        table.manager,
        table.rapporteur,
        table.for_two,
        make_user(Role.FOCAL_POINT),  # of the institution at large: of nobody's side
        make_user(Role.SECRETARIAT),
        make_user(Role.DELEGATE, scope_of(table.one)),
        make_user(),
    ]
    for user in others:
        with pytest.raises(PermissionDenied):
            acts.speak_of_outcome(user, document, table.one, confirms=True)
    with pytest.raises(ValidationError, match="does not convene"):
        acts.speak_of_outcome(table.for_one, document, make_organisation("Elsewhere"), confirms=True)
    assert Stance.objects.count() == 0


def test_said_twice_it_is_said_once_and_said_anew_it_counts_anew(table):
    document = table.proposed()
    first = acts.speak_of_outcome(table.for_one, document, table.one, confirms=True)
    assert acts.speak_of_outcome(table.for_one, document, table.one, confirms=True) == first
    acts.speak_of_outcome(table.for_one, document, table.one, confirms=False, reason="Not any more.")
    sides = queries.sides_of(document)
    assert [(one.stance and one.stance.confirms) for one in sides] == [False, None]
    assert Stance.objects.count() == 2
    assert [kind for kind, _by in entries()] == ["outcome_proposed", "outcome_confirmed", "outcome_refused"]


def test_a_changed_document_is_spoken_of_anew(table):
    document = table.proposed()
    acts.speak_of_outcome(table.for_one, document, table.one, confirms=True)
    changed = table.written(table.rapporteur, text=Text.of("We agree to other terms."), version=1)
    assert changed.version == 2
    assert [side.stance for side in queries.sides_of(changed)] == [None, None]
    with pytest.raises(Stale):
        acts.speak_of_outcome(table.for_two, changed, table.two, confirms=True, version=1)
    with pytest.raises(Stale):
        table.written(table.rapporteur, version=1)
    acts.speak_of_outcome(table.for_two, changed, table.two, confirms=True, version=2)
    assert queries.outcome_of(table.session) is None  # the first side spoke of another text


def test_the_authors_alone_do_not_make_it_another_document(table):
    ada = make_person("Ada")
    document = table.proposed()
    table.written(table.rapporteur, authors=[ada], bodies=[table.one])
    document.refresh_from_db()
    assert (document.version, list(document.authors.all()), list(document.author_bodies.all())) == (
        1,
        [ada],
        [table.one],
    )


def test_what_is_public_stays_until_the_desk_withdraws_it(table):
    document = table.proposed()
    with pytest.raises(PermissionDenied):
        acts.publish_outcome(table.rapporteur, document)
    acts.publish_outcome(table.manager, document)
    acts.publish_outcome(table.manager, document)
    with pytest.raises(ValidationError, match="does not change any more"):
        table.written(table.manager)
    acts.withdraw_outcome(table.manager, document)
    acts.withdraw_outcome(table.manager, document)
    document.refresh_from_db()
    assert (document.published_at, document.proposed_at, document.version) == (None, None, 2)
    assert entries() == [
        ("outcome_proposed", "session_host"),
        ("outcome_published", "programme"),
        ("outcome_withdrawn", "programme"),
    ]


def test_refused_before_its_time(table):
    with pytest.raises(ValidationError, match="Write the text"):
        table.written(text=Text())
    document = table.written()
    with pytest.raises(ValidationError, match="has not been put"):
        acts.speak_of_outcome(table.for_one, document, table.one, confirms=True)
    with pytest.raises(ValidationError, match="Put the document"):
        acts.publish_outcome(None, document)
    for stranger in (make_user(), table.for_one):
        with pytest.raises(PermissionDenied):
            table.written(stranger)
        with pytest.raises(PermissionDenied):
            acts.propose_outcome(stranger, document)
    acts.name_conveners(None, table.session, [])
    with pytest.raises(ValidationError, match="Name the conveners first"):
        acts.propose_outcome(None, document)
    hidden = make_placed(table.gathering, make_room(table.gathering), at(11), "Hidden")
    loose = acts.write_outcome(None, hidden, title=Text.of("T"), text=Text.of("x"))
    with pytest.raises(ValidationError, match="is not public yet"):
        acts.propose_outcome(None, loose)


def test_conveners_are_confirmed_organisations_in_their_order(table):
    acts.name_conveners(table.manager, table.session, [table.two, table.one, table.two])
    assert queries.conveners_of(table.session) == [table.two, table.one]
    with pytest.raises(ValidationError, match="has not confirmed Rumour"):
        acts.name_conveners(None, table.session, [make_organisation("Rumour", confirmed=False)])
    with pytest.raises(ValidationError, match="At most 12"):
        acts.name_conveners(None, table.session, [make_organisation() for _ in range(13)])
    with pytest.raises(PermissionDenied):
        acts.name_conveners(table.rapporteur, table.session, [])
    assert Convener.objects.count() == 2


def test_a_draft_is_nobodys_and_a_proposed_one_is_the_conveners(table, client):
    document = table.written(table.rapporteur)
    seen = {}
    for name, user in (
        ("nobody", None),
        ("stranger", make_user()),
        ("side", table.for_one),
        ("rapporteur", table.rapporteur),
        ("manager", table.manager),
    ):
        client.logout()
        if user:
            client.force_login(user)
        seen[name] = client.get(table.url()).status_code
        assert "secret terms" not in words(client.get(table.url("session")))
    assert seen == {"nobody": 404, "stranger": 404, "side": 404, "rapporteur": 200, "manager": 200}
    acts.propose_outcome(None, document)
    client.force_login(table.for_one)
    assert "secret terms" in words(client.get(table.url()))
    client.force_login(make_user(Role.FOCAL_POINT, scope_of(make_organisation("Other"))))
    assert client.get(table.url()).status_code == 404
    client.logout()
    assert client.get(table.url()).status_code == 404
    acts.publish_outcome(None, document)
    assert "secret terms" in words(client.get(table.url()))


def test_the_page_does_each_act(table, client):
    client.force_login(table.rapporteur)
    body = {"what": "write", "title_en": "Statement", "text_en": "We agree.", "bodies": table.one.slug}
    assert client.post(table.url(), body | {"authors": "nobody-here"}).status_code == 422
    assert client.post(table.url(), body).status_code == 302
    assert client.post(table.url(), {"what": "propose"}).status_code == 302
    client.force_login(table.for_one)
    page = client.get(table.url())
    assert ("You speak for Port of One" in words(page), "Port of Two</label>" in words(page)) == (True, False)
    refusal = {"what": "refuse", "side": table.one.slug, "version": "1", "reason": ""}
    assert client.post(table.url(), refusal).status_code == 422
    assert client.post(table.url(), refusal | {"reason": "Too soon."}).status_code == 302
    client.force_login(table.for_two)
    other = client.post(table.url(), {"what": "confirm", "side": table.one.slug, "version": "1"})
    assert other.status_code == 403
    late = client.post(table.url(), {"what": "confirm", "side": table.two.slug, "version": "7"}, follow=True)
    assert "The document has changed since you read it" in words(late)
    done = client.post(table.url(), {"what": "confirm", "side": table.two.slug, "version": "1"})
    assert done.status_code == 302
    client.logout()
    assert "Too soon." in words(client.get(table.url()))
    assert "Written by Port of One" in words(client.get(table.url()))


@pytest.mark.parametrize("many", [1, 3])
def test_it_waits_for_those_who_speak(table, many, django_assert_num_queries):
    document = table.proposed()
    for n in range(many - 1):
        session = make_placed(table.gathering, make_room(table.gathering), at(10 + n), f"S{n}")
        acts.name_conveners(None, session, [table.one])
        acts.release(None, table.gathering, overlap_reason="x")
        acts.propose_outcome(
            None, acts.write_outcome(None, session, title=Text.of("D"), url="https://a.example")
        )
    assert table.for_one.roles
    with django_assert_num_queries(1):
        assert len(queries.to_confirm(table.for_one)) == many
    waits = [one for one in everything(table.for_one) if "outcome document waits" in one.title]
    assert len(waits) == many
    acts.speak_of_outcome(table.for_one, document, table.one, confirms=True)
    assert len(queries.to_confirm(table.for_one)) == many - 1
    assert queries.to_confirm(make_user()) == []


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_an_outcome_costs(table, many, django_assert_num_queries):
    for _ in range(many):
        body = make_organisation()
        acts.name_conveners(None, table.session, [*queries.conveners_of(table.session), body])
    document = acts.propose_outcome(None, table.written(authors=[make_person() for _ in range(many)]))
    acts.publish_outcome(None, document)
    with django_assert_num_queries(5):
        found = queries.outcome_of(table.session)
    assert found is not None
    assert len(found.authors) == many
