"""What every operator may set for himself, whatever his level: his mail account, printer, language and password."""

from __future__ import annotations

from collections.abc import Mapping

from opomini_tui.config import Config
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive
from opomini_tui.setup.changes import Change, write_changes
from opomini_tui.setup.operators import change_operator
from opomini_tui.setup.passwords import password_matches
from opomini_tui.text import _

OWN = frozenset(
    "language email direct bcc_self smtp_host smtp_port smtp_security pop3_host pop3_port pop3_security authentication "
    "account smtp_connections smtp_per_minute oauth_provider oauth_tenant oauth_client printer copies tray".split()
)
"""Fields of an operator that are his own; who he is, what he may do and mail in clear an administrator sets."""


def save_own_account(
    values: Mapping[str, object],
    actor: Actor,
    config: Config,
    *,
    old_password: str = "",
    new_password: str = "",
    verification: str = "",
    mail_password: str = "",
    oauth_secret: str = "",
    seen: Mapping[str, object] | None = None,
) -> tuple[Change, ...]:
    """Save fields of OWN for the operator who acts; what changed.

    old_password: asked for only when `new_password` replaces one; "" leaves a password as it is.

    Raises:
        FieldErrors: a field is wrong or not his to change; nothing was saved. Conflict: as `save_operator`.
    """
    wrong = {name: _("Only an administrator may change this.") for name in values if name not in OWN}
    if verification != new_password:
        wrong["verification"] = _("The two passwords differ; type the same one twice.")
    mine = {name: value for name, value in values.items() if name in OWN}
    with exclusive("settings"):
        stored = actor.record().password_hash
        if new_password and stored and not password_matches(stored, old_password):
            wrong["old_password"] = _("The old password is not right.")
        changes = change_operator(
            actor.code,
            mine,
            config,
            new_password=new_password,
            mail_password=mail_password,
            oauth_secret=oauth_secret,
            seen=seen,
            also_wrong=wrong,
        )
        write_changes(actor.code, changes)
    return tuple(changes)
