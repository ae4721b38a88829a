"""The model field, on whichever database the tests run."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from summitry.text.fields import TranslatedField
from summitry.text.forms import TranslatedFormField
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
TITLE = Text.of("Opening", zh_hans="开幕式", ar="الافتتاح").edited(
    {"en": "Grand opening", "zh-hans": "开幕式", "ar": "افتتاح كبير"}
)


@pytest.fixture
def organisations() -> models.Manager:
    return apps.get_model("people", "Organisation").objects  # people is a floor above


def test_a_text_comes_back_as_it_was_stored(organisations):
    organisations.create(slug="one", name=TITLE)
    kept = organisations.get(slug="one")
    assert kept.name == TITLE
    assert kept.name.state("zh-hans") == "outdated"
    assert list(organisations.values_list("name", flat=True)) == [TITLE]


def test_nothing_comes_back_as_an_empty_text(organisations):
    organisations.create(slug="one", name=Text())
    assert organisations.get().name == Text()


def test_one_language_can_be_asked_for_and_filtered_by(organisations):
    organisations.create(slug="one", name=TITLE)
    organisations.create(slug="two", name=Text.of("Closing"))
    assert list(
        organisations.filter(name__texts__ar__value="افتتاح كبير").values_list("slug", flat=True)
    ) == ["one"]
    asked = organisations.order_by("slug").values_list("name__texts__en__value", "name__revision")
    assert list(asked) == [("Grand opening", 2), ("Closing", 1)]


def test_equal_texts_are_found_by_equality(organisations):
    organisations.create(slug="one", name=TITLE)
    assert organisations.filter(name=TITLE).count() == 1
    assert organisations.filter(name=Text.of("Grand opening")).count() == 0


def test_update_and_bulk_create_keep_texts(organisations):
    organisations.bulk_create([organisations.model(slug=f"o{n}", name=Text.of(f"N {n}")) for n in range(3)])
    organisations.filter(slug="o1").update(name=TITLE)
    assert [str(one.name) for one in organisations.order_by("slug")] == ["N 0", "Grand opening", "N 2"]


def test_cleaning_takes_words_json_and_texts():
    field = TranslatedField()
    assert field.to_python("Opening") == Text.of("Opening")
    assert field.to_python(TITLE) is TITLE
    assert field.to_python(TITLE.to_json()) == TITLE
    assert field.to_python(None) == Text()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Text(), "This field cannot be blank."),
        (Text.of("abcd", fr="abcdef"), "Français: at most 4 characters, this has 6."),
        (Text.of("a\x00"), "English: null characters are not allowed."),
    ],
)
def test_faults_name_the_language(value, message):
    with pytest.raises(ValidationError) as caught:
        TranslatedField(max_length=4).clean(value, None)
    assert caught.value.messages == [message]


def test_what_a_migration_writes_down_is_enough_to_make_it_again():
    for field in (
        TranslatedField(),
        TranslatedField(max_length=40, multiline=True, blank=True),
        TranslatedField(max_length=None),
    ):
        _name, _path, args, kwargs = field.deconstruct()
        again = TranslatedField(*args, **kwargs)
        assert (again.longest, again.multiline, again.blank) == (field.longest, field.multiline, field.blank)


def test_its_form_field_has_its_bounds_and_prints_the_text_once():
    made = TranslatedField("title", max_length=40, multiline=True, blank=True).formfield()
    assert type(made) is TranslatedFormField
    assert (made.max_length, made.widget.multiline, made.required, made.show_hidden_initial) == (
        40,
        True,
        False,
        False,
    )
