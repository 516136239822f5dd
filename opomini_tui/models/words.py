"""The states of notices and of messages in the words of the reader."""

from __future__ import annotations

from opomini_tui.text import _, pgettext


def notice_word(state: str) -> str:
    """The state of a notice in the current language."""
    return {"prepared": _("in preparation"), "issued": _("issued"), "sent": _("sent")}.get(state, state)


def delivery_word(state: str) -> str:
    """The state of a message in the current language."""
    return {
        "queued": _("queued"),
        "claimed": _("being sent"),
        "sending": _("being sent"),
        "sent": _("handed over"),
        "deferred": _("will be retried"),
        "refused": _("refused"),
        "unknown": _("outcome unknown"),
        "held": _("held back"),
        "cancelled": _("cancelled"),
    }.get(state, state)


def delivery_letter(state: str) -> str:
    """The same as one letter, another than those of notices; "U" is a message that came back, "A" one that was answered."""
    return {
        "queued": pgettext("message", "Q"),
        "claimed": pgettext("message", "Q"),
        "sending": pgettext("message", "Q"),
        "sent": pgettext("message", "O"),
        "deferred": pgettext("message", "D"),
        "refused": pgettext("message", "R"),
        "unknown": "?",
        "held": pgettext("message", "H"),
        "cancelled": pgettext("message", "C"),
        "undelivered": pgettext("message", "U"),
        "reply": pgettext("message", "A"),
    }.get(state, "")


def arrival_word(arrival: str) -> str:
    """What the mailbox told of a message that was handed over; "" for nothing."""
    return {
        "delayed": _("delayed on its way"),
        "undelivered": _("undelivered"),
        "delivered": _("delivered"),
    }.get(arrival, arrival)


def mail_kind_word(kind: str) -> str:
    """What a message of the mailbox was understood as."""
    return {
        "copy": _("own copy"),
        "bounce": _("undelivered"),
        "delay": _("delayed"),
        "delivered": _("receipt of delivery"),
        "reply": _("reply"),
        "auto": _("automatic answer"),
        "other": _("other mail"),
        "damaged": _("unreadable"),
    }.get(kind, kind)
