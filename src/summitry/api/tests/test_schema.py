"""The description: complete, of version 3.1, and kept by the answers."""

from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from ninja import Schema

from summitry.api import views
from summitry.api.v1 import api

from .factories import make_world

pytestmark = pytest.mark.django_db


def test_the_description_is_openapi_3_1(client):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
    assert answer.json()["paths"].keys() == views.document()["paths"].keys()


def test_every_address_is_described_and_only_reads():
    for path, methods in views.document()["paths"].items():
        assert list(methods) == ["get"], path
        assert methods["get"]["summary"], path
        assert methods["get"]["description"], path
        assert "lang" in [one["name"] for one in methods["get"]["parameters"]], path


def test_no_two_shapes_share_a_name():
    """Two schemas of one name would silently describe each other's answers."""

    def below(cls):
        for one in cls.__subclasses__():
            yield one
            yield from below(one)

    shapes = {
        one for one in below(Schema) if one.__module__.startswith("summitry.api.") and "[" not in one.__name__
    }
    names = Counter(one.__name__ for one in shapes)
    assert [name for name, n in names.items() if n > 1] == []


def test_integers_are_bounded():
    """Every integer that may be asked for fits into 64 bits."""
    for path, methods in views.document()["paths"].items():
        for one in methods["get"]["parameters"]:
            if one["schema"].get("type") == "integer":
                assert one["schema"]["maximum"] < 2**63, (path, one["name"])
                assert one["schema"]["minimum"] >= 0, (path, one["name"])


described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def world(db):
    """A small world for a whole server, which may not close the connection that the test lives on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield make_world()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@described.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_keep_to_the_description(case, world):
    """Schemathesis: sensible and senseless requests; each answer has a described status, type and shape."""
    case.call_and_validate(headers={"Accept-Encoding": "identity"})


def test_the_page_for_people(client, django_assert_max_num_queries):
    make_world()
    with django_assert_max_num_queries(4):
        page = client.get("/en/api/")
    words = page.content.decode()
    assert page.status_code == 200
    for path in views.document()["paths"]:
        assert f"GET {path}</code>" in words
    assert '<script src="http' not in words
    assert Client().get("/ar/api/").status_code == 200
    assert api.title == "Summitry"
