"""Names of bodies and persons, and domains of mail: what is the same, and what only looks like it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summitry.calls.conflicts import mail
from summitry.calls.conflicts.names import Index, alike, distance, parse, person, related


def how(one, other):
    """The ways in which two names are related, both ways round the same."""
    there = {related(a, b) for a in parse(one) for b in parse(other)} - {""}
    assert there == {related(b, a) for a in parse(one) for b in parse(other)} - {""}
    return there


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The World Bank", "world bank"),
        ("Boat Trust Ltd.", "BOAT TRUST LIMITED"),
        ("Muster GmbH & Co. KG", "Muster"),
        ("Muster S.A.", "Muster"),
        ("Muster, Inc.", "Muster e.V."),
        ("SantéSuite Inc.", "SanteSuite"),
        ("Universität München", "Universitaet Muenchen"),
        ("University of Oslo", "Oslo University"),
        ("Universidad de Chile", "University of Chile"),
        ("Université de Genève", "Geneva-Université de Genève (UNIGE), Université de Genève"),
        ("L’Institut de la Mer", "Institut de la mer"),
        ("OpenStreetMap", "Open Street Map"),
        ("Research & Development Council", "Council for Development and Research"),
        ("Department of Physics, University of Oxford", "University of Oxford"),
        ("UNICEF", "United Nations Children's Fund (UNICEF)"),
        ("清华大学", "清華大學"),
        ("北京字节网络技术有限公司", "北京字节网络技术股份有限公司"),
        ("清华大学计算机系", "清华大学"),
        ("جَامِعَة القاهرة", "جامعة القاهره"),
        ("Московский государственный университет", "ФГБОУ Московский Государственный Университет"),
        ("ООО «Яндекс»", "Яндекс"),
    ],
)
def test_the_same_name_written_in_two_ways(one, other):
    assert "name" in how(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MIT", "Massachusetts Institute of Technology"),
        ("UNESCO", "United Nations Educational, Scientific and Cultural Organization"),
        ("U.N.D.P.", "United Nations Development Programme"),
        ("UoM", "University of Manchester"),
        ("МГУ", "Московский государственный университет"),
    ],
)
def test_acronyms_against_initials(one, other):
    assert how(one, other) == {"acronym"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wageningen University", "Wagenigen University"),
        ("University of Standford", "Stanford University"),
        ("Boats Trust Foundation", "Baots Trust Fundation"),
        ("Министерство здравоохранения", "Министерство здравохранения"),
        ("منظمة الصحة العالمية", "منظمة الصحة العالمي"),
    ],
)
def test_a_slip_of_the_pen(one, other):
    assert how(one, other) == {"spelling"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Oslo", "University of Bergen"),
        ("Ministry of Health of Niger", "Ministry of Health of Nigeria"),
        ("Ministry of Finance, Austria", "Ministry of Finance, Australia"),
        ("Organisation 1", "Organisation 2"),
        ("Université Paris 1", "Université Paris 7"),
        ("Department of Physics, University of Oxford", "Department of Physics, University of Kyoto"),
        ("Acme, Paris", "Globex, Paris"),
        ("UNDP", "UNEP"),
        ("UN", "University of Nairobi"),  # two letters mean too much
        ("Aim", "Association of Indian Museums"),  # a word and no acronym
        ("北京大学", "北京师范大学"),
        ("北京大学", "北京"),
        ("中国科学院数学研究所", "中国科学院力学研究所"),
        ("جامعة القاهرة", "جامعة دمشق"),
        ("University", "Institute"),
        ("SA", "AG"),
        ("", "Acme"),
    ],
)
def test_what_only_looks_alike(one, other):
    assert how(one, other) == set()


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("", "", 0),
        ("oslo", "", 4),
        ("ca", "abc", 3),  # the restricted distance: no letter is moved twice
        ("trust", "turst", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_distances(one, other, steps):
    assert distance(one, other) == distance(other, one) == steps


def test_short_words_numbers_and_chinese_allow_no_slip():
    assert [alike("laos", "lagos"), alike("lagos", "laos")] == [True, True]  # one of five letters
    assert not alike("oslo", "osla")
    assert not alike("covid19", "covid18")
    assert not alike("数学研究所", "力学研究所")


NAMES = [
    "Boat Trust",
    "Baot Trust",
    "The Boat Trust Ltd",
    "BTI Institute",
    "Boat Trust International",
    "BTI",
    "Wageningen University",
    "Wagenigen University",
    "清华大学",
    "清华大学计算机系",
    "University of Oslo",
    "Oslo University",
    "Oslo Universty",
    "Code for Africa",
    "Code for All",
]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.sampled_from(NAMES))
def test_the_index_finds_what_comparing_all_finds(filed, asked):
    index = Index()
    for name in filed:
        index.add(name, name)
    assert index.find(asked) == {name for name in filed if how(name, asked)}
    assert index.find(asked, fuzzy=False) == {name for name in filed if "name" in how(name, asked)}


@given(st.text(max_size=60))
def test_any_text_can_be_a_name_and_is_related_to_itself(name):
    assert all(related(one, one) == "name" for one in parse(name))
    assert person(name) == person(name.strip())


_letters = st.text("abcdfghijklmnopqrstuvwxyz", min_size=7, max_size=12)  # no "e": it folds into umlauts


@given(_letters, st.integers(0, 11), st.sampled_from("abcdfghijklmnopqrstuvwxyz"))
def test_one_slip_in_a_long_word_is_found_through_the_blocks(word, at, letter):
    at %= len(word)
    for wrong in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
    ):
        names = (*parse(f"Trust {word}"), *parse(f"{wrong} trust"))
        assume(all(len(name.words) == 2 for name in names))  # none became a legal form, such as "company"
        index = Index()
        index.add(f"Trust {word}", 1)
        assert index.find(f"{wrong} trust") == {1}


def test_names_of_persons():
    assert person("Ada  LOVELACE") == person("Lovelace, Ada") == "ada lovelace"
    assert person("José Ñúñez") == person("Jose Nunez")
    assert person("O’Brien, Ann") == person("Ann OBrien")
    assert person("王小明") == "王小明"
    assert person("Ada") == person("") == person("王") == ""  # says nothing


def test_which_domains_tell_something():
    assert mail.of("ada@Boats.INT") == "boats.int"
    assert [
        mail.of(one) for one in ("a@gmail.com", "a@qq.com", "a@example.org", "a@mail.example.org", "a")
    ] == [""] * 4 + ["a"]
    assert mail.of("x@erased.invalid") == ""
    assert mail.within("cs.boats.int") == ["cs.boats.int", "boats.int"]
    assert mail.within("localhost") == ["localhost"]
