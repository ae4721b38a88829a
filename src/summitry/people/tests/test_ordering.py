"""The order of names: as a reader looks for them, and the same in both databases and in Python."""

from itertools import pairwise

import pytest
from django.db.models import TextField, Value
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from summitry.people.models import Organisation
from summitry.text.ordering import SortKey, by_name, sort_key
from summitry.text.value import Text


@pytest.mark.parametrize(
    "names",
    [
        ["Aland", "Åse", "Aztec", "École", "Etna", "“Íñigo”", "Łódź", "Ørsted", "Zagreb"],
        ["“Академия”", "Ёж", "Ель", "Жук", "Яхта"],
        ["الاتحاد", "أحمد", "ألمانيا", "جامعة", "الجزائر", "فِرق", "الوزارة"],
        ["中国", "数字", "経済"],
        ["Omega", "Zeta", "Άλφα", "Βήτα", "Академия", "אוניברסיטה", "جامعة", "中国"],
    ],
)
def test_names_stand_where_they_are_looked_for(names):
    assert [pair for pair in pairwise(names) if sort_key(pair[0]) >= sort_key(pair[1])] == []


NAMES = st.text(
    st.sampled_from("aAzZ éÉßØøŁIİıÆ”“(«'%\\ЁёЙяΣςΆԱ0٣ﷺﬁ①Ａאَأإىةـالعב中国経")
    | st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    max_size=12,
)


@pytest.mark.django_db
@given(st.lists(NAMES, min_size=1, max_size=20))
def test_the_database_computes_the_same_key(names):
    Organisation.objects.get_or_create(slug="one", name=Text.of("One", "en"))
    keys = {f"key{at}": SortKey(Value(words, TextField())) for at, words in enumerate(names)}
    [row] = Organisation.objects.filter(slug="one").values_list(*keys.values())
    assert list(row) == [sort_key(words) for words in names]


@pytest.mark.django_db
def test_nothing_has_no_key():
    Organisation.objects.create(slug="one", name=Text.of("One", "en"))
    nothing = SortKey(Value(None, TextField()))
    assert list(Organisation.objects.filter(slug="one").values_list(nothing)) == [(None,)]


@pytest.mark.django_db
def test_a_list_goes_by_the_name_in_the_readers_language():
    for at, (en, fr) in enumerate(
        [("Zagreb", ""), ("École", "Union"), ("ecology", "Académie"), ("", "Étoile")]
    ):
        name = Text.of(en, "en", fr=fr) if en else Text.of(fr, "fr")
        Organisation.objects.create(slug=f"o{at}", name=name)
    for language, expected in (("en", ["o1", "o2", "o3", "o0"]), ("fr", ["o2", "o3", "o1", "o0"])):
        with translation.override(language):
            rows = Organisation.objects.order_by(by_name("name", "search"))
            assert list(rows.values_list("slug", flat=True)) == expected
