"""Pages: who may write and translate them, and what the record says."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.people.models import Role
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.record.queries import latest
from summitry.site import acts
from summitry.site.models import Page
from summitry.site.tests.factories import make_page
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
TITLE = Text.of("Concept document", zh_hans="概念文件")


@pytest.fixture
def secretariat():
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def translator():
    return make_user(Role.TRANSLATOR)


def said() -> list[tuple[str, str, str]]:
    return [(one.kind, one.said["by"], one.subject) for one in Entry.objects.order_by("index")]


def test_a_page_is_published_and_entered(secretariat):
    page = acts.create_page(secretariat, "concept", kind="document", title=TITLE, year=2019)
    assert Page.objects.get() == page
    assert said() == [("site.page_published", "secretariat", "site.page:concept")]
    assert latest(1)[0].facts == {
        "title": {"en": "Concept document", "zh-hans": "概念文件"},
        "slug": "concept",
    }


def test_the_operator_may_do_it_from_the_command_line():
    acts.create_page(None, "concept", title=TITLE)
    assert said() == [("site.page_published", "operator", "site.page:concept")]


def test_a_page_that_is_not_shown_is_nobodys_business(secretariat):
    page = acts.create_page(secretariat, "plan", title=TITLE, shown=False)
    page = acts.edit_page(secretariat, page, 1, lede=Text.of("secret"))
    assert said() == []
    page = acts.edit_page(secretariat, page, 2, shown=True)
    acts.edit_page(secretariat, page, 3, shown=False)
    assert [kind for kind, *_ in said()] == ["site.page_published", "site.page_withdrawn"]


@pytest.mark.parametrize("role", [None, Role.TRANSLATOR, Role.JUROR, Role.AUDITOR])
def test_only_the_secretariat_writes(role):
    user = make_user(role)
    page = make_page()
    with pytest.raises(PermissionDenied):
        acts.create_page(user, "x", title=TITLE)
    with pytest.raises(PermissionDenied):
        acts.edit_page(user, page, 1, title=TITLE)
    assert [str(one) for one in Page.objects.all()] == [str(page.title)]
    assert said() == []


def test_an_edit_of_an_old_version_is_stale(secretariat):
    page = make_page("one")
    acts.edit_page(secretariat, page, 1, title=Text.of("two"))
    with pytest.raises(Stale):
        acts.edit_page(secretariat, page, 1, title=Text.of("three"))
    page.refresh_from_db()
    assert (str(page), page.version) == ("two", 2)


def test_an_edit_that_changes_nothing_enters_nothing(secretariat):
    page = make_page("one")
    acts.edit_page(secretariat, page, 1, title=Text.of("one"))
    assert said() == []
    assert Page.objects.get().version == 1


def test_a_field_that_no_page_has_is_a_fault_of_the_caller(secretariat):
    with pytest.raises(TypeError, match="colour"):
        acts.create_page(secretariat, "x", title=TITLE, colour="red")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": Text()}, "title"),
        ({"title": Text.of("x" * 301)}, "title"),
        ({"kind": "nonsense"}, "kind"),
        ({"month": 3}, "year"),
        ({"year": 2019, "month": 13}, "month"),
        ({"year": 2019, "day": 3}, "month"),
        ({"year": 2019, "month": 2, "day": 29}, "day"),
        ({"year": 20190}, "year"),
        ({"position": -1}, "position"),
    ],
)
def test_faults_name_their_field_and_nothing_is_written(secretariat, values, field):
    with pytest.raises(ValidationError) as caught:
        acts.create_page(secretariat, "x", **{"title": TITLE, **values})
    assert list(caught.value.message_dict) == [field]
    assert not Page.objects.exists()
    assert said() == []


@pytest.mark.parametrize("slug", ["taken", "", "with space", "Ünicode", "x" * 81])
def test_an_address_is_plain_and_its_own(secretariat, slug):
    make_page(slug="taken")
    with pytest.raises(ValidationError) as caught:
        acts.create_page(secretariat, slug, title=TITLE)
    assert list(caught.value.message_dict) == ["slug"]


def test_a_translator_translates_and_the_record_says_which_languages(translator):
    page = make_page(TITLE, slug="concept")
    title = page.title.edited({**page.title.values, "zh-hans": "概念 文件", "ar": "وثيقة"})
    page = acts.translate_page(translator, page, 1, title=title)
    assert Page.objects.get().title == title
    assert said() == [("site.page_translated", "translator", "site.page:concept")]
    assert latest(1)[0].facts["languages"] == ["ar", "zh-hans"]


def test_a_translator_never_changes_the_original(translator):
    page = make_page(TITLE, lede=Text())
    for changes, field in (
        ({"title": TITLE.edited({"en": "Other", "zh-hans": "概念文件"})}, "title"),
        ({"title": TITLE.edited({"zh-hans": "概念文件"})}, "title"),
        ({"title": Text()}, "title"),
        ({"lede": Text.of("new")}, "lede"),
    ):
        with pytest.raises(ValidationError) as caught:
            acts.translate_page(translator, page, 1, **changes)
        assert list(caught.value.message_dict) == [field]
    assert Page.objects.get().title == TITLE
    assert said() == []


def test_translating_asks_for_the_mandate_and_for_the_present_version(translator):
    page = make_page(TITLE)
    with pytest.raises(PermissionDenied):
        acts.translate_page(make_user(Role.JUROR), page, 1, title=TITLE)
    with pytest.raises(Stale):
        acts.translate_page(translator, page, 2, title=TITLE)
    assert acts.translate_page(translator, page, 1, title=TITLE).version == 1  # nothing changed


def test_a_review_confirms_every_text_of_one_language(translator):
    outdated = TITLE.edited({"en": "New concept", "zh-hans": "概念文件"})
    page = make_page(outdated, lede=Text.from_values({"en": "a", "zh-hans": "b", "fr": "c"}, "en"))
    page = acts.review_translation(translator, page, 1, "zh-hans")
    assert (page.title.state("zh-hans"), page.lede.state("zh-hans"), page.lede.state("fr")) == (
        "reviewed",
        "reviewed",
        "draft",
    )
    assert [kind for kind, *_ in said()] == ["site.translation_reviewed"]
    again = acts.review_translation(translator, page, 2, "zh-hans")  # a double click
    assert again.version == 2
    assert len(said()) == 1
    with pytest.raises(Stale):
        acts.review_translation(translator, page, 1, "fr")
    with pytest.raises(PermissionDenied):
        acts.review_translation(make_user(Role.JUROR), page, 2, "fr")
