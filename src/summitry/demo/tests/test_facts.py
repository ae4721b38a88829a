"""Each fact of the founding text is found on a page of the demonstration, in Chinese and in English."""

import html
import re
import unicodedata
from datetime import date
from typing import Any

import pytest
import yaml
from django.test import Client

from summitry.people import countries

pytestmark = pytest.mark.django_db
LANGUAGES = {"en": "en", "zh": "zh-hans"}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
QUOTES = str.maketrans("“”„«»‘’", '"""""\'\'')

ORDINALS = {4: ("fourth", "第四届"), 10: ("tenth", "第十届")}

# Where a reader finds each fact, on one page or on two; {} is the language.
PAGES = {
    "wic": "/{}/",
    "members-2023": "/{}/pages/members/",
    "member-services": "/{}/lists/service/",
    "aim": "/{}/",
    "governance": "/{}/pages/how-we-decide/",
    "summit": "/{}/gatherings/",
    "summit-2014": "/{}/gatherings/wuzhen-2014/",
    "summit-2017": "/{}/gatherings/wuzhen-2017/",
    "summit-2021": "/{}/gatherings/wuzhen-2021/",
    "summit-2022": "/{}/gatherings/wuzhen-2022/",
    "summit-2023": "/{}/gatherings/wuzhen-2023/",
    "nishan-2023": "/{}/gatherings/nishan-2023/",
    "concept-2019": "/{}/documents/concept-2019/",
    "action-2020": "/{}/documents/action-2020/",
    "dsr-2017": "/{}/documents/digital-economy-2017/ /{}/documents/digital-economy-2017/signatures/",
    "messages": "/{}/documents/",
    "cases": "/{}/pages/practice-cases/",
    "achievements": "/{}/pages/achievements/",
    "competition": "/{}/pages/competition/",
    "expo": "/{}/pages/light-of-the-internet/",
    "membership": "/{}/pages/membership/",
}
LISTS = {
    "partner_events": "/{}/lists/event/",
    "cases_named": "/{}/cases/",
    "projects": "/{}/lists/project/",
    "rules_tracker": "/{}/lists/rule/",
}
# What a fact says beside its names, dates and countries, in words of the page: (English, Chinese).
NOTES = {
    "wic": [("international organisation", "国际组织")],
    "members-2023": [("more than 120", "超过120")],
    "summit": [("10", "10"), ("November 2014", "2014年11月")],
    "summit-2014": [("First edition", "首届"), ("permanent seat", "永久会址")],
    "summit-2022": [("shown and published here", "展示发布")],
    "summit-2023": [("opened on 8 November 2023", "2023年11月8日开幕")],
    "nishan-2023": [("first themed event", "首场主题活动")],
    "concept-2019": [
        ("organising committee", "组委会"),
        ("background", "背景"),
        ("basic principles", "基本原则"),
        ("paths of practice", "实践路径"),
        ("governance architecture", "治理架构"),
    ],
    "action-2020": [("Derives from", "源自"), ("(concept document)", "概念文件")],
    "dsr-2017": [
        ("fourth summit", "第四届峰会"),
        ("voluntary and open to others", "自愿参与,并对其他国家开放"),
        ("Press reports of the number of launching states differ", "媒体对发起国数目的报道不一"),
    ],
    "cases": [
        ("Twelve were selected in 2022", "2022年选出12个"),
        ("action initiative", "行动倡议"),
        ("summit", "峰会"),
    ],
    "achievements": [("2014", "2014"), ("awards", "奖项")],
    "competition": [("finals", "总决赛")],
    "expo": [("since 2014", "自2014年起"), ("stand", "展位")],
    "membership": [("membership", "会员")],
    "BeiDou serves the world": [
        ("more than half of the world's countries and regions", "全球一半以上的国家和地区"),
        ("standards of civil aviation, maritime and mobile communication bodies", "民航、海事、移动通信"),
        ("2022", "2022"),
    ],
    "first 5G smart hospital in ASEAN": [("Southeast Asia", "东南亚"), ("health", "医疗")],
    "digital protection of the Amazon rainforest and of marine ecosystems": [("environment", "环境")],
    "Digital Uganda": [
        ("International Telecommunication Union", "国际电信联盟"),
        ("Technical assistance", "技术援助"),
    ],
    "new developments in global rules are followed continuously": [
        ("artificial intelligence", "人工智能"),
        ("data governance", "数据治理"),
    ],
}


def plain(text: str) -> str:
    """Words as they are compared: one form of each character, quotes and space, no case."""
    folded = unicodedata.normalize("NFKC", text).translate(QUOTES)
    return re.sub(r"\s+", " ", folded).casefold()


def dates(value: Any, language: str) -> list[str]:
    """How a date, a month or a year may be written."""
    parts = [int(part) for part in str(value).split("-")]
    year = str(parts[0])
    if len(parts) == 1:
        return [year]
    month = MONTHS[parts[1] - 1]
    if language == "zh":
        return [f"{year}年{parts[1]}月" + (f"{parts[2]}日" if len(parts) == 3 else "")]
    if len(parts) == 2:
        return [f"{month} {year}", f"{month[:3]} {year}"]
    return [f"{parts[2]} {month} {year}", f"{parts[2]} {month[:3]} {year}"]


def facts_of(fact: dict[str, Any], language: str) -> list[list[str]]:
    """What the page must say: of each group, one form."""
    wanted: list[list[str]] = []
    own = fact.get(language)
    wanted += [[one] for one in ([own] if isinstance(own, str) else own or [])]
    for name in ("place", "seat", "theme"):
        if name in fact:
            wanted.append([fact[name][language]])
    for name in ("founded", "as_of", "month", "year", "opened", "yearly_since"):
        if name in fact:
            wanted.append(dates(fact[name], language))
    wanted += [dates(one, language) for one in fact.get("dates", [])]
    for name in ("countries_named", "countries", "launched_by", "parties"):
        wanted += [[countries.name(code, LANGUAGES[language])] for code in fact.get(name, [])]
    if "number" in fact:
        wanted.append([ORDINALS[fact["number"]][language == "zh"]])
    key = fact.get("id") or fact.get("en")
    wanted += [[note[language == "zh"]] for note in NOTES.get(key, [])]
    return wanted


def address(section: str, fact: dict[str, Any]) -> str:
    if section == "cases_named":
        return "case:" + fact["zh"]
    return PAGES[fact["id"]] if "id" in fact else LISTS[section]


@pytest.fixture(scope="module")
def read(loaded):
    """read("/en/"): the words of a page, without its markup."""
    kept: dict[str, str] = {}

    def words(path: str) -> str:
        if path not in kept:
            answer = Client().get(path)
            assert answer.status_code == 200, path
            found = re.sub(
                r"<(script|style|title|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL
            )
            kept[path] = plain(
                html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(p|li|h\d|dt|dd|td|div)>", " ", found)))
            )
        return kept[path]

    return words


def case_page(title: str, language: str) -> str:
    from summitry.atlas.models import Case

    wanted = plain(title)
    found = [case for case in Case.objects.all() if wanted in plain(case.title.get("zh-hans"))]
    assert len(found) == 1, title
    return f"/{language}/cases/{found[0].slug}/"


def test_every_fact_is_found_where_a_reader_looks_for_it(shared_data, read):
    data = yaml.safe_load((shared_data / "institution" / "facts.yaml").read_text())
    missing, seen = [], 0
    for section, facts in data.items():
        for fact in facts:
            for language, code in LANGUAGES.items():
                path = address(section, fact)
                path = case_page(path[5:], code) if path.startswith("case:") else path
                page = " ".join(read(one.format(code)) for one in path.split())
                for forms in facts_of(fact, language):
                    seen += 1
                    if not any(plain(form) in page for form in forms):
                        missing.append(f"{path}: {' / '.join(forms)}")
    assert missing == []
    assert seen > 150


def test_no_fact_is_left_without_a_page(shared_data):
    data = yaml.safe_load((shared_data / "institution" / "facts.yaml").read_text())
    homeless = [
        fact.get("id") or fact.get("en")
        for section, facts in data.items()
        for fact in facts
        if fact.get("id", "") not in PAGES and section not in LISTS
    ]
    assert homeless == []


def test_partner_events_show_their_origin(read):
    assert plain("A platform of other conveners") in read("/en/lists/event/")
    assert plain("其他主办方的平台") in read("/zh-hans/lists/event/")


def test_every_page_says_that_it_is_a_demonstration(read):
    for path in [
        "/en/",
        "/en/pages/members/",
        "/en/gatherings/",
        "/en/cases/",
        "/en/calls/",
        "/en/record/",
        "/en/documents/",
    ]:
        assert plain(
            "This is a demonstration made from public facts. It is not the site of any organisation."
        ) in read(path)


def test_dates_are_written_as_people_do():
    assert dates(date(2022, 7, 12), "en") == ["12 July 2022", "12 Jul 2022"]
    assert dates("2014-11", "zh") == ["2014年11月"]
    assert dates(2019, "en") == ["2019"]
