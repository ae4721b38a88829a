"""Who may do what with gatherings. A programme manager works in the scope of a gathering or of the
institution."""

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds

secretariat = holds(Role.SECRETARIAT)
works_on_programmes = holds(Role.SECRETARIAT, Role.PROGRAMME)

rules.add_perm("gatherings.create_gathering", secretariat | holds(Role.PROGRAMME))
rules.add_perm("gatherings.edit_gathering", works_on_programmes)
rules.add_perm("gatherings.edit_programme", works_on_programmes)
rules.add_perm("gatherings.see_working", works_on_programmes | holds(Role.AUDITOR, Role.TRANSLATOR))
rules.add_perm("gatherings.release_programme", works_on_programmes)
