"""Who may do what in the library of cases."""

from typing import Any

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds

secretariat = holds(Role.SECRETARIAT)


def of_call(predicate: rules.Predicate) -> rules.Predicate:
    """The predicate, asked about the call that a decision belongs to."""

    def check(user: Any, decision: Any = None) -> bool:
        return bool(predicate(user, decision.submission.call if decision is not None else None))

    return rules.predicate(check, name=f"of_call({predicate.name})")


# Who may publish the results of a call may publish the cases that it ends in: it is the same moment.
rules.add_perm("atlas.publish_case", of_call(holds(Role.SECRETARIAT, Role.CALL_MANAGER, Role.JURY_CHAIR)))
rules.add_perm("atlas.add_case", secretariat)
rules.add_perm("atlas.edit_case", secretariat)
rules.add_perm("atlas.translate_case", holds(Role.SECRETARIAT, Role.TRANSLATOR))
rules.add_perm("atlas.withdraw_case", secretariat)
rules.add_perm("atlas.see_desk", holds(Role.SECRETARIAT, Role.TRANSLATOR))
rules.add_perm("atlas.keep_topics", secretariat)
