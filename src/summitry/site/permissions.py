"""Who may do what with the institution's pages."""

from rules.permissions import add_perm

from summitry.people.models import Role
from summitry.people.permissions import holds

add_perm("site.keep_pages", holds(Role.SECRETARIAT))
add_perm("site.translate_page", holds(Role.SECRETARIAT, Role.TRANSLATOR))
