"""What a step weighs over the wire: the answer to a vote, and the next statement, in every language."""

import gzip
from random import Random

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from summitry.opinions.models import LONGEST, Vote
from summitry.opinions.tests.factories import make_conversation, make_statement
from summitry.people.tests.factories import make_institution
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
MOST = 10_000  # bytes
LETTERS = {"ar": (0x627, 0x64A), "zh-hans": (0x4E00, 0x9FA5), "ru": (0x430, 0x44F)}
GZIP = {"Accept-Encoding": "gzip"}


def weight(answer: HttpResponse) -> int:
    """Of its head and its body, compressed as it goes out."""
    cookies = str(answer.cookies) if answer.cookies else ""
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.items())
    return len(answer.content) + len(head) + len(cookies)


def longest(code: str, seed: int) -> str:
    """As many letters as a statement may have, drawn by lot: no words compress worse."""
    random, (low, high) = Random(seed), LETTERS.get(code, (0x61, 0x7A))
    line = "".join(chr(random.randint(low, high)) if at % 6 else " " for at in range(1, LONGEST + 1))
    return line.strip().ljust(LONGEST, chr(low))


@pytest.fixture(params=[code for code, _name in settings.LANGUAGES])
def language(request):
    make_institution()
    return request.param


def test_a_step_weighs_less_than_ten_kilobytes(client, language):
    conversation = make_conversation(Text.of(longest(language, 0), language))
    for number in range(40):
        make_statement(conversation, Text.of(longest(language, number + 1), language), number=number)
    address = f"/{language}/opinions/{conversation.slug}/vote/"
    page, voted = client.get(address, headers=GZIP), 0
    for _step in range(2):  # the first one brings the cookie
        assert page["Content-Encoding"] == "gzip"
        words = gzip.decompress(page.content).decode()
        number = next(n for n in range(40) if longest(language, n + 1) in words)
        answer = client.post(address, {"statement": number, "value": "1"}, headers=GZIP)
        assert answer.status_code == 302
        voted += 1
        page = client.get(answer.url, headers=GZIP)
        assert weight(answer) + weight(page) < MOST
    assert Vote.objects.count() == voted


def test_a_step_in_a_frame_weighs_less(client, language):
    conversation = make_conversation(Text.of(longest(language, 0), language), embed_in="*")
    make_statement(conversation, Text.of(longest(language, 1), language), number=0)
    address = reverse("opinions:embed", args=[conversation.slug]).replace("/en/", f"/{language}/")
    page = client.get(address, headers=GZIP)
    assert longest(language, 1) in gzip.decompress(page.content).decode()
    assert weight(page) < MOST / 2
