"""Informacije o poštnem strežniku: the fields of an operator's mail account, and which of them are shown when."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from opomini_tui.actions import BY_ID
from opomini_tui.models.parties import Operator
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.tabbed import beside
from opomini_tui.text import _
from opomini_tui.widgets.fields import CheckField, NumberField, SelectField, TextField


def mail_fields(row: Operator) -> ComposeResult:
    """The fields, in order."""
    yield CheckField("direct", _("Direct sending of e-mail"), row.direct)
    yield CheckField("bcc_self", _("Send a blind copy of the message"), row.bcc_self)
    for kind, label in (
        ("pop3", _("Server for incoming mail (POP3)")),
        ("smtp", _("Server for outgoing mail (SMTP)")),
    ):
        host, port, security = (getattr(row, f"{kind}_{part}") for part in ("host", "port", "security"))
        yield TextField(f"{kind}_host", label, host)
        yield beside(
            NumberField(f"{kind}_port", _("Port"), port, low=1, high=65535, width=5),
            SelectField(f"{kind}_security", _("Security"), security_options(), security),
        )
    yield CheckField("plain_allowed", _("Allow mail without encryption"), row.plain_allowed)
    yield Static(
        _("Danger: everybody on the way can read the password and the messages."), id="plain-warning", markup=False
    )
    yield NumberField("smtp_connections", _("Connections at a time"), row.smtp_connections, low=1, high=20)
    limit, unlimited = row.smtp_per_minute, _("0: no limit")
    yield NumberField("smtp_per_minute", _("Messages a minute"), limit, low=0, high=10_000, hint=unlimited)
    yield SelectField("authentication", _("Signing in to the server"), sign_in_options(), row.authentication)
    yield TextField("account", _("Account name"), row.account)
    yield TextField("mail_password", _("Password"), password=True, placeholder=_("stored") if row.secret else "")
    with Vertical(id="oauth-fields"):
        yield SelectField("oauth_provider", _("Provider"), provider_options(), row.oauth_provider)
        yield TextField("oauth_tenant", _("Tenant (Microsoft)"), row.oauth_tenant, placeholder="organizations")
        yield TextField("oauth_client", _("Client ID"), row.oauth_client)
        kept = _("stored") if row.oauth_secret else ""
        yield TextField("oauth_secret", _("Client secret"), password=True, placeholder=kept)
        connect = BY_ID["operator.connect"]
        yield form_button(connect.label, connect.verb, connect.key)
        yield Static("", id="oauth-state", classes="note", markup=False)


def security_options() -> list[tuple[str, str]]:
    """The ways in which a connection is protected."""
    return [("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("none (local)"))]


def sign_in_options() -> list[tuple[str, str]]:
    """The ways of signing in."""
    return [("password", _("by password")), ("xoauth2", "XOAUTH2")]


def provider_options() -> list[tuple[str, str]]:
    """Who gives tokens."""
    return [("", _("none")), ("microsoft", "Microsoft 365"), ("google", "Google")]


def arrange(form: FormScreen[Any]) -> None:
    """Show the fields of the way of signing in that is chosen, and the warning when mail may go in clear."""
    by_token = form.field("authentication").read() == "xoauth2"
    form.query_one("#oauth-fields").display = by_token
    form.field("mail_password").display = not by_token
    form.query_one("#plain-warning").display = bool(form.field("plain_allowed").read())


def show_connection(form: FormScreen[Any], row: Operator) -> None:
    """Whether the account is connected, and the key that connects it."""
    key = BY_ID["operator.connect"].key
    if row.oauth_tokens:
        said = _("The account is connected. {key} connects it anew.")
    else:
        said = _("The account is not connected yet: save the form, then {key} connects it.")
    form.query_one("#oauth-state", Static).update(said.format(key=key))
