"""A gathering as a folder of files: all that is published of it, in every language, to be read from a stick.

Each page is asked of Django as any visitor asks for it, without an account: what is not published is not
answered, and so cannot be in a copy. `walk` follows the links from page to page, `addresses` says which of
them belong to the copy and what their files are called, `markup` makes a served page one that needs no
server, `own` makes the few pages that only a copy has (search, lists by name, what this copy is), `folder`
puts it all in place at once.
"""

from .frame import MARK, Copy
from .problem import Problem
from .walk import write

__all__ = ["MARK", "Copy", "Problem", "write"]
