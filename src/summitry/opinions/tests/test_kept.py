"""Public pages of conversations at the door: kept while people vote, retired by a map and by moderation."""

import pytest

from summitry.kept.tests.browser import ask, queries
from summitry.opinions import acts
from summitry.opinions.tests.factories import cast, make_conversation, make_votes
from summitry.opinions.voices import Voice
from summitry.people.tests.factories import make_institution, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_votes_leave_a_page_where_it_is_and_a_map_retires_it(door):
    make_institution()
    secretariat, conversation = make_user("secretariat"), make_conversation(statements=9)
    other = make_conversation(statements=1)
    make_votes(conversation, 16)
    acts.draw_map(conversation)
    acts.close_conversation(None, make_conversation(statements=1))  # the record has an entry
    pages = [f"/en/opinions/{conversation.slug}/{part}" for part in ("", "map/", "log/", "statements/0/")]
    for path in ("/en/opinions/", *pages):
        ask(door, path)
        ask(door, path)
        assert queries(door, path) == 0, path
    cast(Voice(token="late"), conversation.statements.first(), 1)
    acts.add_statement(Voice(token="late"), other, "In another conversation")
    assert [queries(door, path) for path in pages] == [0, 0, 0, 0]
    assert b"16 people." in ask(door, pages[0]).body
    acts.draw_map(conversation)
    assert b"17 people." in ask(door, pages[0]).body
    assert b"17 people." in ask(door, pages[1]).body
    acts.remove_statement(secretariat, conversation.statements.get(number=0), "It was rude")
    assert b"It was rude" in ask(door, pages[2]).body
    assert b"Statement number 0" not in ask(door, pages[1]).body
    assert b"It was rude" in ask(door, pages[3]).body
