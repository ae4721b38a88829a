"""Small schedule files for tests."""

from collections.abc import Iterable


def event(
    id: str = "1",
    guid: str = "11111111-1111-4111-8111-111111111111",
    title: str = "Opening",
    date: str = "2027-11-03T09:00:00+08:00",
    duration: str = "00:30",
    more: str = "",
) -> str:
    return (
        f'<event id="{id}" guid="{guid}">\n<date>{date}</date>\n<start>09:00</start>\n'
        f"<duration>{duration}</duration>\n<title>{title}</title>\n<track>Main</track>\n<type>talk</type>\n"
        f"<language>en</language>\n<abstract>Words</abstract>\n{more}</event>\n"
    )


def guid(n: int) -> str:
    return f"{n:08d}-1111-4111-8111-111111111111"


def schedule(
    events: str | Iterable[str], *, conference: str = "", room: str = "Hall", head: str = ""
) -> bytes:
    inside = events if isinstance(events, str) else "".join(events)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<schedule>\n<version>1</version>\n<conference>\n'
        "<acronym>summit-2027</acronym>\n<title>Summit 2027</title>\n<start>2027-11-03</start>\n"
        "<end>2027-11-04</end>\n<time_zone_name>Asia/Shanghai</time_zone_name>\n"
        f"{conference}</conference>\n"
        '<day index="1" date="2027-11-03" start="2027-11-03T00:00:00+08:00"'
        ' end="2027-11-03T23:59:00+08:00">\n'
        f'<room name="{room}">\n{inside}</room>\n</day>\n</schedule>\n'
    ).encode()
