"""Two opinion votes: one that is over and reported on, and one that is open, with a statement that waits."""

from collections.abc import Iterator
from random import Random
from typing import Any

from summitry.demo.texts import LANGUAGES, read, text
from summitry.opinions import acts
from summitry.opinions.models import Conversation, Statement
from summitry.opinions.voices import Voice

from .story import Story, Thread

PEOPLE, CAMPS, DAYS = 36, 3, 6  # who votes, in how many camps, on how many days
STRAYS = 0.15  # of the votes go another way than the camp's


def threads(story: Story) -> Iterator[Thread]:
    for seed, name in enumerate(("closed", "open")):
        yield tell(story, read("conversations")[name], Random(seed))  # noqa: S311  (a play, no secret)


def tell(story: Story, data: dict[str, Any], chance: Random) -> Thread:
    yield story.ago(data["opened"])
    secretariat = story.users["secretariat"]
    conversation = acts.create_conversation(
        secretariat,
        slug=data["slug"],
        title=text(data["title"]),
        description=text(data["description"]),
        policy=text(read("conversations")["policy"]),
        opens_at=story.ago(data["opened"]),
        closes_at=story.ago(data["closes"]),
    )
    acts.add_seeds(secretariat, conversation, [text(words) for _leans, words in data["statements"]])
    conversation = acts.open_conversation(secretariat, conversation)
    for day in range(DAYS):
        yield story.ago(data["opened"] - 1 - day)
        for person in range(day, PEOPLE, DAYS):
            _votes(conversation, data, person, chance)
    author = Voice(token=f"{data['slug']}-0")
    _said(author, conversation, data["added"])
    if "removed" in data:
        added = conversation.statements.get(number=len(data["statements"]))
        acts.show_statement(secretariat, added)
        gone = _said(author, conversation, data["removed"])
        acts.remove_statement(secretariat, gone, text(data["reason"]))
        for person in range(0, PEOPLE, 2):
            acts.vote(Voice(token=f"{data['slug']}-{person}"), conversation.slug, added.number, 1)
    acts.draw_map(conversation)
    if data["closes"] > 0:
        yield story.ago(data["closes"])
        acts.close_due()
        yield story.ago(data["closes"] - 2)
        acts.report_on(secretariat, conversation)


def _said(voice: Voice, conversation: Conversation, words: dict[str, str]) -> Statement:
    """What a participant adds, in her one language."""
    [(code, line)] = words.items()
    return acts.add_statement(voice, conversation, line, LANGUAGES[code])


def _votes(conversation: Conversation, data: dict[str, Any], person: int, chance: Random) -> None:
    """What one person says: mostly what her camp does, and not on every statement."""
    voice = Voice(token=f"{data['slug']}-{person}")
    for number, (leans, _words) in enumerate(data["statements"]):
        value = leans[person % CAMPS] if chance.random() > STRAYS else chance.choice((-1, 0, 1))
        if number < 7 or chance.random() < 0.7:
            acts.vote(voice, conversation.slug, number, value)
