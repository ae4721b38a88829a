import pytest
from django.db import IntegrityError

from ..models import Version
from . import factories

pytestmark = pytest.mark.django_db


def test_a_document_has_one_draft_at_a_time():
    document = factories.a_document()
    factories.a_version(document)
    factories.a_version(document, 2, published=False)
    with pytest.raises(IntegrityError):
        factories.a_version(document, 3, published=False)


def test_the_next_version_goes_on_from_the_last():
    stages = Version.Stage
    after = {one: Version(stage=one).following for one in stages}
    assert (after[stages.QUESTIONS], after[stages.CONCEPT]) == (stages.CONCEPT, stages.ZERO)
    assert {after[one] for one in (stages.ZERO, stages.REVISION, stages.FINAL)} == {stages.REVISION}


def test_anchors_go_on_counting_in_the_next_version():
    document = factories.a_document()
    first = factories.provisions(factories.a_version(document), "One", "Two")
    second = factories.provisions(factories.a_version(document, 2), "Three")
    assert [one.anchor for one in first + second] == ["p1", "p2", "p3"]
    assert document.source == "en"


def test_a_version_is_published_with_its_digest():
    document = factories.a_document()
    with pytest.raises(IntegrityError):
        factories.a_version(document, digest="")
