"""Who acts: the operator behind every verb, and what his level (Nivo) allows."""

from __future__ import annotations

from dataclasses import dataclass

from opomini_tui.errors import NotAllowed
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

ROLES = ("view", "clerk", "manager", "administrator")

# The lowest role that may do each thing; what is not named here everybody who is signed in may do.
NEEDS = {
    "import": "clerk",
    "prepare": "clerk",
    "issue": "clerk",
    "send": "clerk",
    "print": "clerk",
    "edit customers": "clerk",
    "resolve": "manager",
    "unlock": "manager",
    "delete": "manager",
    "settings": "manager",
    "backup": "manager",
    "operators": "administrator",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in operator as verbs see him: plain values, no secret."""

    id: int
    code: str
    name: str
    role: str
    language: str

    @classmethod
    def of(cls, operator: Operator) -> Actor:
        """The actor of an operator record."""
        return cls(operator.id, operator.code, operator.name, operator.role, operator.language)

    def may(self, act: str) -> bool:
        """Whether his level allows `act` (a key of NEEDS)."""
        return ROLES.index(self.role) >= ROLES.index(NEEDS.get(act, "view"))

    def require(self, act: str) -> None:
        """Raise NotAllowed unless his level allows `act`."""
        if not self.may(act):
            raise NotAllowed(
                _("Operator {name} may not do this: it needs the level {role}.").format(
                    name=self.name, role=role_name(NEEDS[act])
                )
            )

    def record(self) -> Operator:
        """His operator record, read now."""
        return Operator.get_by_id(self.id)


def role_name(role: str) -> str:
    """The level's name in the current language."""
    return {
        "view": _("View"),
        "clerk": _("Clerk"),
        "manager": _("Manager"),
        "administrator": _("Administrator"),
    }[role]
