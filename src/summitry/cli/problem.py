"""What a user can get wrong, said in one sentence instead of a traceback."""


class Problem(Exception):
    """Stops a command; its words go to standard error and the exit status is 1."""
