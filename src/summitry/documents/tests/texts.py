"""Texts for tests of formats: made ones, and real ones from the shared data."""

import json
from pathlib import Path

from hypothesis import strategies as st

from ..formats import Facts
from ..structure import Draft, Kind, Passage, tidy

FACTS = Facts(slug="initiative", version=2, stage="zero", status="Zero draft", digest="ab" * 32)
LANGUAGES = ("en", "ar", "zh-hans")
_SIGNS = "abcde fgh 12.3)(-+=#*_`[]{}<>&|~!\\\"'/:;,^$%@…—’ \xa0\u3000é я سلام ال數字经济"
words = st.text(st.sampled_from(_SIGNS), min_size=1, max_size=40).map(tidy).filter(bool)
anywords = st.text(min_size=1, max_size=20).map(tidy).filter(bool)
numbers = st.sampled_from(["", "", "3.", "(a)", "1.2", "Article 4", "第一条", "**", "1)", "١."])


@st.composite
def drafts(draw, languages=("en",), partly=False):
    """Drafts as readers give them: tidy words, each address once. partly: a passage may lack languages."""
    count = draw(st.integers(1, 8))
    anchors = draw(st.permutations([f"p{n}" for n in range(1, count + 1)]))
    passages = []
    for at in range(count):
        kind = draw(st.sampled_from(list(Kind)))
        depth = 1 if kind == Kind.PARAGRAPH else draw(st.integers(1, 6))
        given = draw(st.lists(st.sampled_from(languages), min_size=1, unique=True)) if partly else languages
        said = {code: draw(st.one_of(words, anywords)) for code in languages if code in given}
        anchor = draw(st.sampled_from([anchors[at], ""]))
        passages.append(Passage(kind, said, draw(numbers), depth, anchor))
    title = draw(st.one_of(st.just({}), st.fixed_dictionaries(dict.fromkeys(languages, words))))
    return Draft(title, passages)


def declaration(folder: Path, *codes: str) -> Draft:
    """The Universal Declaration in these languages, aligned by article: the same article is the same
    passage, its heading with the article's number as number; without the preamble, which Hebrew lacks."""
    told = {code: json.loads((folder / f"{_file(code)}.json").read_text()) for code in codes}
    articles = {code: one["sections"][-30:] for code, one in told.items()}
    passages = []
    for at in range(30):
        sections = {code: found[at] for code, found in articles.items()}
        headings = {code: tidy(one["heading"]) for code, one in sections.items()}
        passages.append(Passage(Kind.HEADING, headings, anchor=f"p{len(passages) + 1}"))
        most = max(len(one["paragraphs"]) for one in sections.values())
        for n in range(most):
            said = {
                code: tidy(one["paragraphs"][n])
                for code, one in sections.items()
                if n < len(one["paragraphs"])
            }
            passages.append(Passage(Kind.PARAGRAPH, said, anchor=f"p{len(passages) + 1}"))
    return Draft({code: tidy(one["title"]) for code, one in told.items()}, passages)


def _file(code: str) -> str:
    return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(code, code)
