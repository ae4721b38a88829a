"""What the worker does with machine translations. Nothing of it enters the record: no person has acted."""

from collections.abc import Mapping

from summitry import kept
from summitry.record.act import act
from summitry.text.value import Text

from ..models.machine import MachineText, key_of


@act
def keep_machine_words(provider: str, source: str, target: str, said: Mapping[str, str]) -> int:
    """Keeps {words: a machine's translation}; those that are kept already stay. How many were given."""
    rows = [
        MachineText(source=source, target=target, key=key_of(words), words=made, provider=provider[:100])
        for words, made in said.items()
    ]
    with kept.only(f"machine:{target}"):
        MachineText.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)
    return len(rows)


def forget_machine_words(text: Text) -> None:
    """What machines made of words that their author takes back goes with them; for other acts."""
    keys = [key_of(words) for words in text.values.values()]
    MachineText.objects.filter(key__in=keys).delete()
