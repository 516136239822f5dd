"""The form Operater for the operator who is signed in: his own mail account, password, printer and certificates."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult

from opomini_tui.actions import BY_ID
from opomini_tui.models.preferences import LOW_TRAFFIC
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.low_traffic import ON
from opomini_tui.screens.operator_form import OperatorForm
from opomini_tui.setup.own_account import OWN, save_own_account
from opomini_tui.text import _
from opomini_tui.widgets.fields import CheckField, TextField


class OwnAccountScreen(OperatorForm):
    """Open to everybody; who he is and what he may do is only shown."""

    LOCKED: ClassVar[frozenset[str]] = frozenset(
        {"code", "active", "name", "role", "system_login", "user_name", "plain_allowed"}
    )

    def __init__(self, choice: Choice) -> None:
        """`choice` of the grid does not matter."""
        super().__init__(self.session.actor.id)
        self._choice = choice

    def heading(self) -> str:
        """The action's name and whose it is."""
        return f"{BY_ID['notices.own_account'].label} – {self._operator.code} {self._operator.name}"

    def _own_line(self) -> ComposeResult:
        chosen = self.session.chosen.recall(self.session.actor, LOW_TRAFFIC)
        yield CheckField("low_traffic", _("Slow line"), chosen == ON)

    def _old_password(self) -> ComposeResult:
        if self._operator.password_hash:
            yield TextField("old_password", _("Old password"), password=True)

    def save(self, values: dict[str, Any], secrets: dict[str, str]) -> None:
        """Only what is his own."""
        mine = {name: value for name, value in values.items() if name in OWN}
        save_own_account(mine, self.session.actor, self.session.config, seen=self.seen(), **secrets)

    def saved(self, values: dict[str, Any]) -> None:
        """Also how much is sent over the line."""
        super().saved(values)
        if values["low_traffic"] != self.opened_with["low_traffic"]:
            self.session.choose_low_traffic(values["low_traffic"])
