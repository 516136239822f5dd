"""Saving operators: who may sign in, what his level allows, and the mail account his notices leave from."""

from __future__ import annotations

from collections.abc import Mapping

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import KeyProblem, decrypt, encrypt
from opomini_tui.models.actor import ROLES, Actor
from opomini_tui.models.database import exclusive
from opomini_tui.models.parties import Operator
from opomini_tui.setup import checks
from opomini_tui.setup.changes import SECRET, Change, put, write_changes
from opomini_tui.setup.checks import Field, FieldErrors, boolean, check_fields, choice, optional, text, whole
from opomini_tui.setup.passwords import check_new_password, hash_password, password_matches
from opomini_tui.text import LANGUAGES, _

OPERATOR = (
    Field("code", text(20, required=True), "id"),
    Field("active", boolean),
    Field("name", text(required=True)),
    Field("role", choice(*ROLES)),
    Field("language", choice(*LANGUAGES)),
    Field("system_login", optional(text(100))),
    Field("user_name", optional(text(100))),
    Field("email", checks.email),
    Field("direct", boolean),
    Field("bcc_self", boolean),
    Field("smtp_host", checks.host, "smtp.host"),
    Field("smtp_port", whole(1, 65535), "smtp.port"),
    Field("smtp_security", choice("none", "starttls", "tls"), "smtp.security"),
    Field("pop3_host", checks.host, "pop3.host"),
    Field("pop3_port", whole(1, 65535), "pop3.port"),
    Field("pop3_security", choice("none", "starttls", "tls"), "pop3.security"),
    Field("authentication", choice("password", "xoauth2")),
    Field("account", text()),
    Field("smtp_connections", whole(1, 20), "smtp.connections"),
    Field("smtp_per_minute", whole(0, 10_000), "smtp.per_minute"),
    Field("plain_allowed", boolean, "smtp.plain_allowed"),
    Field("oauth_provider", choice("", "microsoft", "google"), "oauth.provider"),
    Field("oauth_tenant", text(100), "oauth.tenant"),
    Field("oauth_client", text(200), "oauth.client"),
    Field("printer", text()),
    Field("copies", whole(1, 99)),
    Field("tray", text()),
)
# What "Kopiraj..." takes from another operator: the ways of working, nothing that is his own (name, login, password).
COPIED = (
    "language direct bcc_self smtp_host smtp_port smtp_security pop3_host pop3_port pop3_security authentication "
    "smtp_connections smtp_per_minute oauth_provider oauth_tenant oauth_client printer copies tray"
).split()


def save_operator(
    code: str | None,
    values: Mapping[str, object],
    actor: Actor,
    config: Config,
    *,
    new_password: str = "",
    verification: str | None = None,
    mail_password: str = "",
) -> tuple[Change, ...]:
    """Save fields of OPERATOR for the operator `code` (None: a new one); what changed.

    new_password: sign-in password, "" leaves it; verification: the same typed again (None: not asked for);
    mail_password: of the SMTP/POP3 account, "" leaves it; it is stored encrypted.

    Raises:
        FieldErrors: a field is wrong (`new_password` and `verification` too). NotAllowed: not an administrator.
    """
    actor.require("operators")
    wrong: dict[str, str] = {}
    if verification is not None and verification != new_password:
        wrong["verification"] = _("The two passwords differ; type the same one twice.")
    with exclusive("settings"):
        try:
            changes = change_operator(code, values, config, new_password=new_password, mail_password=mail_password)
        except FieldErrors as error:
            wrong = {**error.fields, **wrong}
        if wrong:
            raise FieldErrors(wrong)
        check_administrators()
        write_changes(actor.code, changes)
    return tuple(changes)


def copy_operator(from_code: str, to_code: str, actor: Actor) -> tuple[Change, ...]:
    """Copy the settings COPIED from one operator to another; what changed.

    Raises:
        OpominiError: there is no such operator. NotAllowed: not an administrator.
    """
    actor.require("operators")
    with exclusive("settings"):
        source, target = operator_of(from_code), operator_of(to_code)
        values = {name: getattr(source, name) for name in COPIED}
        changes = put(target, values, OPERATOR, f"operators.{to_code}")
        target.save()
        write_changes(actor.code, changes)
    return tuple(changes)


def operator_of(code: str) -> Operator:
    """The operator with this ID.

    Raises:
        OpominiError: there is none.
    """
    operator = Operator.get_or_none(Operator.code == code)
    if operator is None:
        raise OpominiError(_("There is no operator {code}.").format(code=code))
    return operator


def change_operator(
    code: str | None,
    values: Mapping[str, object],
    config: Config,
    *,
    new_password: str = "",
    mail_password: str = "",
) -> list[Change]:
    """Check and save one operator inside the caller's transaction; call `check_administrators` after the last one."""
    record = operator_of(code) if code is not None else Operator()
    wrong: dict[str, str] = {}
    clean: dict[str, object] = {}
    if code is None:
        values = {"code": "", "name": "", **values}
    try:
        clean = check_fields(values, OPERATOR)
    except FieldErrors as error:
        wrong = dict(error.fields)
        good = {name: value for name, value in values.items() if name not in wrong}
        clean = check_fields(good, OPERATOR)
    if code is not None and clean.get("code", code) != code:
        wrong["code"] = _("The ID of an operator stays as it is: it stands in the journal.")
    if new_password and (sentence := check_new_password(new_password)):
        wrong["new_password"] = sentence
    wrong = {**_clashes(record, clean), **_unprotected(record, clean), **wrong}
    if wrong:
        raise FieldErrors(wrong)
    path = f"operators.{code or clean['code']}"
    changes = put(record, clean, OPERATOR, path)
    changes += _put_passwords(record, config, path, new_password, mail_password)
    if changes:
        record.save(force_insert=code is None)
    return changes


def _clashes(record: Operator, clean: Mapping[str, object]) -> dict[str, str]:
    """Fields that must be his alone but are another operator's."""
    wrong = {}
    for name in ("code", "user_name", "system_login"):
        value = clean.get(name)
        if not isinstance(value, str):
            continue
        for other in Operator.select():
            theirs = getattr(other, name)
            if other.id != record.id and theirs and theirs.casefold() == value.casefold():
                sentence = _("Operator {name} ({code}) has this already; choose another.")
                wrong[name] = sentence.format(name=other.name, code=other.code)
    return wrong


def _unprotected(record: Operator, clean: Mapping[str, object]) -> dict[str, str]:
    """A connection without encryption is for a server on this machine only."""
    wrong = {}
    for kind in ("smtp", "pop3"):
        security = clean.get(f"{kind}_security", getattr(record, f"{kind}_security"))
        name = str(clean.get(f"{kind}_host", getattr(record, f"{kind}_host")))
        if security == "none" and not checks.is_loopback(name):
            wrong[f"{kind}_security"] = _("Without encryption only a server on this machine can be used; choose TLS.")
    return wrong


def _put_passwords(record: Operator, config: Config, path: str, sign_in: str, mail: str) -> list[Change]:
    """Store the passwords that are new; a journal reader learns only that they changed."""
    changes = []
    if sign_in and not password_matches(record.password_hash, sign_in):
        changes.append(Change(f"{path}.sign_in_password", SECRET if record.password_hash else "", SECRET))
        record.password_hash = hash_password(sign_in)
    if mail and mail != _stored_mail_password(record, config):
        changes.append(Change(f"{path}.password", SECRET if record.secret else "", SECRET))
        record.secret = encrypt(config, mail)
    return changes


def _stored_mail_password(record: Operator, config: Config) -> str | None:
    """The mail password as stored; None when this key cannot read it, so that a new one replaces it."""
    try:
        return decrypt(config, record.secret)
    except KeyProblem:
        return None


def check_administrators() -> None:
    """At least one active administrator must be left, or nobody could let anybody in.

    Raises:
        FieldErrors: field `role`.
    """
    left = Operator.select().where(Operator.active & (Operator.role == "administrator"))
    if not left.exists():
        raise FieldErrors({"role": _("At least one active operator must be an administrator.")})
