"""Who may do what in conversations. Voting is asked of `voices`: it is open to people without accounts."""

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds

secretariat = holds(Role.SECRETARIAT)

rules.add_perm("opinions.see_desk", holds(Role.SECRETARIAT, Role.TRANSLATOR, Role.AUDITOR))
rules.add_perm("opinions.keep_conversation", secretariat)
rules.add_perm("opinions.see_conversation", holds(Role.SECRETARIAT, Role.TRANSLATOR, Role.AUDITOR))
rules.add_perm("opinions.moderate", secretariat)
rules.add_perm("opinions.translate", holds(Role.SECRETARIAT, Role.TRANSLATOR))
rules.add_perm("opinions.publish_report", secretariat)
rules.add_perm("opinions.take_up", secretariat)
