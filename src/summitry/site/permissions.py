"""Who may do what with the institution's pages."""

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds

rules.add_perm("site.keep_pages", holds(Role.SECRETARIAT))
rules.add_perm("site.translate_page", holds(Role.SECRETARIAT, Role.TRANSLATOR))
