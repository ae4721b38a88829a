"""The only providers of machine translation that the house knows; they are for tests."""

HERE = "summitry.text.tests.providers"


class Upside:
    """Turns words around, and notes what it was asked."""

    name = "Upside"
    asked: list[tuple[list[str], str, str]] = []

    def translate(self, texts, source, target):
        self.asked.append((list(texts), source, target))
        return ["" if one == "Untranslatable." else one[::-1] for one in texts]

    @classmethod
    def was_sent(cls, words: str) -> bool:
        return any(words in one for texts, _source, _target in cls.asked for one in texts)


class Short(Upside):
    """Gives one text, whatever it is asked."""

    def translate(self, texts, source, target):
        return ["one"]
