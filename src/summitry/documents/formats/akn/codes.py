"""Codes of languages: ISO 639-2, which Akoma Ntoso asks for, and what the house writes (BCP 47, small)."""

# Of ISO 639-1 and 639-2/T; others keep the code that they have.
_PAIRS = """
am:amh ar:ara az:aze be:bel bg:bul bn:ben bs:bos ca:cat cs:ces da:dan de:deu el:ell en:eng es:spa et:est
eu:eus fa:fas fi:fin fr:fra ga:gle ha:hau he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn
ka:kat kk:kaz km:khm ko:kor ky:kir lo:lao lt:lit lv:lav mk:mkd mn:mon ms:msa my:mya ne:nep nl:nld no:nor
pl:pol ps:pus pt:por ro:ron ru:rus si:sin sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel tg:tgk
th:tha tk:tuk tl:tgl tr:tur uk:ukr ur:urd uz:uzb vi:vie yo:yor zh:zho zu:zul
"""
_THREE = dict(pair.split(":") for pair in _PAIRS.split())
_TWO = {three: two for two, three in _THREE.items()} | {"chi": "zh", "fre": "fr", "ger": "de", "per": "fa"}


def three(code: str) -> str:
    """The code of ISO 639-2 for a language of ours: "zh-hans" is "zho"."""
    base = code.partition("-")[0]
    return _THREE.get(base, base)


def ours(code: str) -> str:
    """A code of BCP 47 or of ISO 639-2 as ours: "zh-Hans" is "zh-hans", "fra" is "fr"."""
    base, _dash, rest = code.strip().lower().replace("_", "-").partition("-")
    return "-".join(filter(None, [_TWO.get(base, base), rest]))
