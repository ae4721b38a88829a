"""Machine translation: who is asked for what, and what is kept of it."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.utils import translation

from summitry.text import machine
from summitry.text.machine import MachineText, key_of
from summitry.text.value import Text

from .providers import HERE, Short, Upside

pytestmark = pytest.mark.django_db


def kept_words() -> set[str]:
    return set(MachineText.objects.values_list("words", flat=True))


def test_without_a_provider_nobody_is_asked(django_assert_num_queries):
    texts = [Text.of("One.")]
    MachineText.objects.create(key=key_of("One."), source="en", target="fr", words="Un.")
    with django_assert_num_queries(0):
        assert machine.translate("it", "fr", lambda: texts) == 0
        assert machine.said(texts, "fr") == {}


def test_what_lacks_is_asked_for_once(provider):
    texts = [Text.of("One.", fr="Un."), Text.of("Two."), Text.of("Dos.", "es"), Text.of("Untranslatable.")]
    assert machine.translate("it", "fr", lambda: texts) == 3
    assert provider.asked == [(["Two.", "Untranslatable."], "en", "fr"), (["Dos."], "es", "fr")]
    assert machine.said(texts, "fr") == {"Two.": ".owT", "Dos.": ".soD"}
    assert machine.said([Text.of("Dos.")], "fr") == {}  # the same signs in another language are other words
    assert machine.translate("it", "fr", lambda: texts) == 0
    assert len(provider.asked) == 2


def test_many_are_asked_for_in_parts(provider, monkeypatch):
    monkeypatch.setattr("summitry.text.machine.keeping.AT_ONCE", 2)
    texts = [Text.of(f"Words {n}.") for n in range(5)]
    assert machine.translate("it", "fr", lambda: texts) == 5
    assert [len(asked) for asked, _source, _target in provider.asked] == [2, 2, 1]
    assert MachineText.objects.count() == 5


def test_words_that_are_taken_back_while_a_machine_is_at_them_are_not_kept(provider, monkeypatch):
    texts = [Text.of("One."), Text.of("Two.")]
    say = Upside.translate

    def slow(self, asked, source, target):
        del texts[0]
        return say(self, asked, source, target)

    monkeypatch.setattr(Upside, "translate", slow)
    machine.translate("it", "fr", lambda: texts)
    assert kept_words() == {".owT"}


def test_two_workers_do_not_ask_for_the_same(provider, monkeypatch):
    texts, again = [Text.of("One.")], []
    say = Upside.translate

    def meanwhile(self, asked, source, target):
        again.append(machine.translate("it", target, lambda: texts))
        return say(self, asked, source, target)

    monkeypatch.setattr(Upside, "translate", meanwhile)
    assert (machine.translate("it", "fr", lambda: texts), again) == (1, [0])
    monkeypatch.setattr(Upside, "translate", say)
    texts.append(Text.of("Two."))
    assert machine.translate("it", "fr", lambda: texts) == 1  # whoever has ended holds nobody up


def test_one_that_fails_holds_nobody_up(provider, settings):
    texts = [Text.of("One."), Text.of("Two.")]
    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Short"
    with pytest.raises(machine.BadTranslator, match="1 texts for 2"):
        machine.translate("it", "fr", lambda: texts)
    assert kept_words() == set()
    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Upside"
    assert machine.translate("it", "fr", lambda: texts) == 2


def test_a_provider_that_is_not_there_is_told(settings):
    settings.SUMMITRY_TRANSLATOR = "nowhere.Provider"
    with pytest.raises(ImproperlyConfigured, match="SUMMITRY_TRANSLATOR names nowhere"):
        machine.configured()


@pytest.mark.parametrize(
    ("words", "made", "kept"),
    [
        ("A line.", " Une\n ligne.\x00\t", "Une ligne."),
        ("# A\n\n- b\n  - c", "\n# A\r\n\r\n- b \n  - c\x07\n", "# A\n\n- b\n  - c"),
    ],
)
def test_a_line_stays_a_line_and_lines_stay_lines(words, made, kept):
    class Odd(Short):
        def translate(self, texts, source, target):
            return [made]

    assert machine.translated(Odd(), [words], "en", "fr") == {words: kept}


def test_what_is_taken_back_is_forgotten_in_every_language(provider):
    texts = [Text.of("One."), Text.of("Two.")]
    for target in ("fr", "es"):
        machine.translate("it", target, lambda: texts)
    machine.forget(texts[0])
    assert list(MachineText.objects.values_list("words", flat=True)) == [".owT", ".owT"]


@pytest.mark.parametrize("count", [1, 3])
def test_what_it_costs(provider, count, django_assert_num_queries):
    texts = [Text.of(f"Words {n}.") for n in range(count)]
    machine.translate("it", "fr", lambda: texts)
    with django_assert_num_queries(1):
        assert len(machine.said(texts, "fr")) == count
    with django_assert_num_queries(1):
        assert machine.unsaid("fr", texts) == {}
    with django_assert_num_queries(0):
        assert machine.said(texts, "en") == {}


def test_it_is_marked_and_people_win(provider):
    one, two = Text.of("<One>", fr="Un"), Text.of("<Two>")
    machine.translate("it", "fr", lambda: [one, two])
    page = Template('{% include "text/machine.html" with words=text|said_by:machine %}')
    with translation.override("fr"):
        made = machine.said([one, two])
        shown = [page.render(Context({"text": text, "machine": made})).strip() for text in (one, two)]
    assert shown == ["", '<p>&gt;owT&lt; <span class="chip">traduite par une machine</span></p>']


def test_prose_is_safe_and_marked():
    page = Template('{% include "text/machine_prose.html" %}')
    shown = page.render(Context({"words": "**Un**\n\n<script>x</script>"}))
    assert ("<strong>Un</strong>" in shown, "<script>" in shown, "translated by a machine" in shown) == (
        (True, False, True)
    )
    assert page.render(Context({"words": ""})).strip() == ""
