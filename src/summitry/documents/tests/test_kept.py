"""Pages of documents at the door: kept, and retired by what changes what they show."""

import pytest

from summitry.documents import acts
from summitry.documents.changes import Write
from summitry.kept.tests.browser import ask, queries
from summitry.people.tests.factories import make_institution

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_draft_leaves_pages_where_they_are_and_its_publication_retires_them(door):
    make_institution()
    document = factories.a_document(languages=("en", "fr"))
    version = factories.a_version(document, published=False)
    factories.provisions(version, "One.", "Two.")
    acts.publish_version(None, version)
    other = factories.a_version(factories.a_document("other"), published=False)
    factories.provisions(other, "Else.")
    acts.publish_version(None, other)
    own = [f"/en/documents/initiative/{part}" for part in ("", "1/", "1/?with=fr", "1/since/")]
    pages = ["/en/documents/", *own, "/en/documents/other/1/"]
    for path in pages:
        ask(door, path)
        ask(door, path)
        assert queries(door, path) == 0, path
    draft = acts.start_draft(None, document, "revision")
    acts.change_draft(None, draft, [Write("p1", {"en": "One, anew."})])
    acts.translate(None, draft, "fr", {"p2": "Deux."})
    assert [queries(door, path) for path in pages] == [0] * len(pages)
    acts.translate(None, version, "fr", {"p1": "Un."})
    assert "Un." in ask(door, own[2]).body.decode()
    assert queries(door, pages[-1]) == 0
    acts.publish_version(None, draft)
    assert "There is a newer version" in ask(door, own[1]).body.decode()
    assert "anew" in ask(door, own[3]).body.decode()
    assert "version 2" in ask(door, pages[0]).body.decode()
