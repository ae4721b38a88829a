from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from summitry.engines import worldmap
from summitry.people import countries, kinds


def test_names_in_six_languages():
    named = [countries.name("EG", code) for code, _ in settings.LANGUAGES]
    assert named == ["مصر", "埃及", "Egypt", "Égypte", "Египет", "Egipto"]
    with translation.override("fr"):
        assert countries.name("DE") == "Allemagne"
    assert countries.name("ZZ") == "ZZ"
    assert countries.name("FR", "de") == "France"  # a language without names: the institution's fallback


def test_all_of_iso_3166_and_nothing_else():
    assert len(countries.codes()) == 249
    assert not countries.known("XK")
    assert not countries.known("EU")
    assert not countries.known("001")
    assert not countries.known("eg")
    for code in countries.codes():
        assert all(countries.name(code, language) not in ("", code) for language, _ in settings.LANGUAGES)


def test_codes_of_three_letters():
    assert [countries.by_three(code) for code in ("ROU", "deu ", "ROM", "EU", "")] == ["RO", "DE", "", "", ""]
    assert len({countries.by_three(code) for code in countries._data()["alpha3"]}) == 249


def test_choices_are_sorted_in_the_readers_language():
    english = [name for _, name in countries.choices("en")]
    assert english[:2] == ["Afghanistan", "Åland Islands"]
    assert english[-1] == "Zimbabwe"
    arabic = [code for code, _ in countries.choices("ar")]
    assert arabic.index("JO") < arabic.index("IE") + 249  # الأردن stands under its second letter
    assert abs(arabic.index("JO") - arabic.index("AM")) < 12
    with translation.override("es"):
        assert countries.choices()[0][1] == "Afganistán"


def test_regions_of_m49():
    assert (countries.region_of("CN"), countries.subregion_of("CN")) == ("142", "030")
    assert (countries.region_of("RS"), countries.subregion_of("RS")) == ("150", "039")
    assert (countries.region_of("AQ"), countries.subregion_of("AQ")) == ("", "")
    assert countries.region_of("??") == ""
    assert [region.name for region in countries.regions("en")] == [
        "Africa",
        "Americas",
        "Asia",
        "Europe",
        "Oceania",
    ]
    assert [sub.code for sub in countries.regions("en")[2].subs] == ["143", "030", "035", "034", "145"]
    assert countries.region_name("150", "ru") == "Европа"
    assert countries.region_name("030", "zh-hans") == "东亚"
    assert countries.region_name("999") == "999"


def test_every_country_but_antarctica_has_one_region():
    placed = [code for region in countries.regions() for code in countries.countries_in(region.code)]
    assert sorted(placed) == [code for code in countries.codes() if code != "AQ"]
    assert countries.countries_in("") == []
    assert "EG" in countries.countries_in("015")


def test_the_file_is_small():
    assert (Path(countries.__file__).parent / "data" / "countries.json").stat().st_size <= 60_000


def test_the_file_is_what_the_script_makes(shared_data, tmp_path, monkeypatch):
    import importlib.util

    path = Path(settings.HERE).parent.parent / "scripts" / "countries.py"
    spec = importlib.util.spec_from_file_location("make_countries", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "TARGET", tmp_path / "countries.json")
    script.main(shared_data / "world" / "cldr_names")
    kept = Path(countries.__file__).parent / "data" / "countries.json"
    assert (tmp_path / "countries.json").read_bytes() == kept.read_bytes()


@pytest.mark.parametrize("key", kinds.KINDS)
def test_kinds_have_names(key):
    assert kinds.name(key) != key
    assert kinds.name("") == ""


def test_every_country_and_subregion_of_the_house_has_a_place_on_the_map():
    without = [code for code in countries.codes() if worldmap.country_point(code) is None]
    assert [code for code in without if countries.region_of(code)] == ["BQ", "BV", "TK", "UM"]
    subs = [sub.code for region in countries.regions() for sub in region.subs]
    assert [code for code in subs if not worldmap.region_point(code)] == []
