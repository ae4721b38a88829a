import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.people.models import Organisation
from summitry.people.slugs import free_slug, random_word, romanised, slug_for
from summitry.people.tests.factories import make_organisation
from summitry.text.value import Text

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("École polytechnique", "ecole-polytechnique"),
        ("Straße & Søn", "strasse-son"),
        ("İstanbul Łódź", "istanbul-lodz"),
        ("Институт Щукина", "institut-shchukina"),
        ("Київ", "kiiv"),
        ("Πανεπιστήμιο Αθηνών", "panepistimio-athinon"),
        ("معهد الإنترنت", "mahd-alantrnt"),
        ("O’Neill's", "oneills"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full-width"),
    ],
)
def test_names_in_letters_become_readable(name, slug):
    assert slug_for(name) == slug


@pytest.mark.parametrize("name", ["世界互联网大会", "かな", "한국", "!!!", "", "7", "new", "🌊"])
def test_names_that_leave_nothing_get_a_random_word(name):
    first, second = slug_for(name), slug_for(name)
    assert re.fullmatch(r"[a-z][a-z2-9]{7}", first)
    assert first != second


def test_a_text_is_spelt_from_the_language_closest_to_latin():
    assert (
        slug_for(Text.of("世界互联网大会", "zh-hans", en="World Internet Conference"))
        == "world-internet-conference"
    )
    assert slug_for(Text.of("世界互联网大会", "zh-hans", ru="Сеть")) == "set"


def test_long_names_are_cut_between_words():
    assert slug_for("international " * 10, longest=40) == "international-international"


@given(st.text(max_size=300))
def test_any_name_gives_a_slug(name):
    slug = slug_for(name)
    assert SLUG.match(slug)
    assert 2 <= len(slug) <= 60


@given(st.text(max_size=100))
def test_what_is_romanised_stays_as_it_is(words):
    spelt = romanised(words)
    assert romanised(spelt) == spelt


def test_random_words_begin_with_a_letter():
    words = {random_word() for _ in range(200)}
    assert len(words) == 200
    assert all(re.fullmatch(r"[a-z][a-z2-9]{7}", word) for word in words)


@pytest.mark.django_db
def test_free_slug_counts_on():
    assert free_slug(Organisation, "Forum") == "forum"
    make_organisation("Forum")
    make_organisation("Forum plus")
    assert free_slug(Organisation, "Forum") == "forum-2"
    make_organisation("Forum", slug="forum-2")
    assert free_slug(Organisation, "Forum") == "forum-3"
