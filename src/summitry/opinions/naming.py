"""How groups are called."""


def letter(number: int) -> str:
    """0 is A. After Z comes AA."""
    first, last = divmod(number, 26)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)
