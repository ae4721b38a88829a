"""What templates say of days and zones."""

from datetime import date

import pytest
from django.utils import translation

from summitry.gatherings.models import Gathering
from summitry.gatherings.templatetags.gatherings import offset, web, weekday, zone_city


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Asia/Shanghai", date(2027, 11, 3), "UTC+8"),
        ("Europe/Brussels", date(2026, 1, 31), "UTC+1"),
        ("Europe/Brussels", date(2026, 7, 1), "UTC+2"),
        ("Asia/Kathmandu", date(2026, 7, 1), "UTC+5:45"),
        ("America/St_Johns", date(2026, 1, 1), "UTC-3:30"),
        ("UTC", date(2026, 1, 1), "UTC"),
    ],
)
def test_the_distance_from_utc_is_that_of_the_day(zone, day, expected):
    assert offset(Gathering(time_zone=zone, starts=day)) == expected
    assert offset(Gathering(time_zone=zone, starts=date(2000, 1, 1)), day) == expected


def test_a_zone_is_named_by_its_city():
    assert zone_city(Gathering(time_zone="America/Argentina/Buenos_Aires")) == "Buenos Aires"


def test_weekday_and_date():
    with translation.override("en"):
        assert weekday(date(2027, 11, 3)) == "Wednesday, 3 November"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/", "https://a.example/"),
        ("javascript:x", "#"),
        ("data:text/html,x", "#"),
        ("/x", "/x"),
    ],
)
def test_no_link_is_a_script(address, expected):
    assert web(address) == expected
