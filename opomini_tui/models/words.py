"""The states of notices and of messages in the words of the reader."""

from __future__ import annotations

from opomini_tui.text import _


def notice_word(state: str) -> str:
    """The state of a notice in the current language."""
    return {"prepared": _("in preparation"), "issued": _("issued"), "sent": _("sent")}.get(state, state)


def delivery_word(state: str) -> str:
    """The state of a message in the current language."""
    return {
        "queued": _("queued"),
        "claimed": _("being sent"),
        "sending": _("being sent"),
        "sent": _("delivered"),
        "deferred": _("will be retried"),
        "refused": _("refused"),
        "unknown": _("outcome unknown"),
        "held": _("held back"),
        "cancelled": _("cancelled"),
    }.get(state, state)
