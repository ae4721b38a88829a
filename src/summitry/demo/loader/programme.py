from collections.abc import Generator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import Story

STEPS = 1


def load(story: "Story") -> Generator[None]:
    yield
