"""A state machine of published pages: after any sequence of acts each of them, as it is served, equals a
fresh one. A test says which acts there are and which pages.

Two doors stand for two processes; what one has made the other finds, and what is done is done beside both.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings as django
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from summitry.kept.door import Door
from summitry.kept.porch import Porch
from summitry.kept.shelf import Shelf, stamp
from summitry.kept.tests.browser import ask

WORDS = st.sampled_from(["Bridges", "Ferries", "Locks", "Canals", "Quays"])
WHICH = st.integers(0, 40)
LANGUAGES = st.sampled_from(["en", "ar"])
# What a fresh answer has of itself and a kept one in its own way.
OWN = {"ETag", "Content-Length", "Content-Encoding"}


def one_of[T](things: list[T], which: int) -> T:
    return things[which % len(things)]


class Machine(RuleBasedStateMachine):
    """Pages, and those who keep them. `done` counts over all machines of a test."""

    done: Counter[str] = Counter()

    def open_doors(self) -> None:
        self.doors = [Door(WSGIHandler()), Door(WSGIHandler())]
        self.porch = Porch(Shelf(django.KEPT_DIR / "pages", stamp()), "", "")
        self.checked = 0

    def attempt(self, name: str, act: Callable[[], Any]) -> Any:
        """What the act returns; None if it is refused."""
        try:
            made = act()
        except ValidationError:
            return None
        self.done[name] += 1
        return made

    def addresses(self, code: str) -> Iterator[str]:
        """Of all pages, below the language; `//` begins one that has no language in its address."""
        raise NotImplementedError

    @rule(pick=st.lists(WHICH, min_size=6, max_size=6), code=LANGUAGES, door=st.integers(0, 1))
    def read(self, pick, code, door):
        everything = list(dict.fromkeys(self.addresses(code)))
        for which in pick:
            self.compare(one_of(everything, which * 7 + self.checked), code, self.doors[door])
            self.checked += 1

    def compare(self, address, code, door):
        path = address[1:] if address.startswith("//") else f"/{code}/{address}"
        said = f"GET {path} HTTP/1.1\r\nHost: testserver".encode()
        before = self.porch.answer(said)
        served, fresh = ask(door, path), ask(WSGIHandler(), path)
        for at_porch in filter(None, (before, self.porch.answer(said))):
            assert at_porch[0][-1] == fresh.body, path
            self.done["at the porch"] += 1
        assert (path, served.status) == (path, fresh.status)
        assert served.body.decode("utf-8", "replace") == fresh.body.decode("utf-8", "replace"), path
        assert served.body == fresh.body, path
        headers = [
            {name: value for name, value in one.headers.items() if name not in OWN} for one in (served, fresh)
        ]
        assert headers[0] == headers[1], path
        self.done["kept"] += any(f"{path.partition('?')[0]}?" in key for key in door.shelf.pages)
        return fresh

    def teardown(self, code: str = "en"):
        for at_door, door in enumerate(self.doors if hasattr(self, "doors") else ()):
            for n, address in enumerate(dict.fromkeys(self.addresses(code))):
                if n % 2 == at_door:
                    self.compare(address, code, door)

    def each_does_something(self, lines: Sequence[Iterable[tuple[Any, ...]]]) -> None:
        """Performs acts, (name of the rule, what it is given), of which none may be refused, and compares all
        pages after each line: in one language, and from the middle on in another. (In turn would not do: what
        one line retires is not there to be wrong after the next.)"""
        half = len(lines) // 2
        for code, part in (("en", lines[:half]), ("ar", lines[half:])):
            self.teardown(code)
            for line in part:
                for name, *given in line:
                    before = self.done.copy()
                    getattr(self, name)(*given)
                    assert self.done != before, name
                self.teardown(code)
        assert self.done["at the porch"] > 500


def run(machine: type[Machine], steps: int = 20) -> None:
    """Four machines of so many steps."""
    Machine.done.clear()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=4,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a step costs too much to make it small
            suppress_health_check=list(HealthCheck),
        ),
    )
