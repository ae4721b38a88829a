"""What stops the making of a copy, said in one sentence."""


class Problem(Exception):
    """Nothing has been changed in the folder."""
