"""What the public's front says of documents."""

import pytest
from lxml import html

from summitry.documents import acts
from summitry.documents.tests import factories
from summitry.people.tests.factories import make_institution
from summitry.site import search, sitemap

pytestmark = pytest.mark.django_db


def test_a_published_document_is_listed_searched_and_in_the_map(client):
    make_institution()
    for slug in ("initiative", "hidden"):
        version = factories.a_version(factories.a_document(slug), published=False)
        factories.provisions(version, "One.")
        if slug == "initiative":
            acts.publish_version(None, version)
    hits = [one.path for one in search._everything() if one.path.startswith("/documents")]
    assert hits == ["/documents/initiative/"]
    found = [path for path, _changed in sitemap.places() if "/documents/" in path]
    assert found == ["/en/documents/", "/en/documents/initiative/", "/en/documents/initiative/1/"]
    drawn = html.fromstring(client.get("/en/documents/").content)
    assert drawn.xpath("//nav[@class='shore']//a[@aria-current]/@href") == ["/en/documents/"]
    assert drawn.xpath("//ul[@class='cases']//h3/a/@href") == ["/en/documents/initiative/"]
