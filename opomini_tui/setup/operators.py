"""Saving operators: who may sign in, what his level allows, and the mail account his notices leave from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import KeyProblem, decrypt, encrypt
from opomini_tui.models.actor import ROLES, Actor
from opomini_tui.models.database import exclusive
from opomini_tui.models.parties import Operator
from opomini_tui.setup import checks
from opomini_tui.setup.changes import SECRET, Change, put, write_changes
from opomini_tui.setup.checks import Field, FieldErrors, boolean, check_fields, choice, optional, text, whole
from opomini_tui.setup.conflicts import reconcile
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
    "smtp_connections smtp_per_minute plain_allowed oauth_provider oauth_tenant oauth_client printer copies tray"
).split()
# Tokens were given for these; when one changes they are forgotten, and the account is to be connected again.
TOKENS_ARE_FOR = ("account", "oauth_provider", "oauth_tenant", "oauth_client")


def save_operator(
    code: str | None,
    values: Mapping[str, object],
    actor: Actor,
    config: Config,
    *,
    new_password: str = "",
    verification: str | None = None,
    mail_password: str = "",
    oauth_secret: str = "",
    seen: Mapping[str, object] | None = None,
) -> tuple[Change, ...]:
    """Save fields of OPERATOR for the operator `code` (None: a new one); what changed. See `account_warnings` too.

    new_password: sign-in password, "" leaves it; verification: the same typed again (None: not asked for);
    mail_password: of the SMTP/POP3 account, oauth_secret: of the client registered for XOAUTH2, "" leaves them; they
    are stored encrypted. seen: the values that were shown before; what only somebody else has changed since then stays.

    Raises:
        FieldErrors: a field is wrong (`new_password` and `verification` too). NotAllowed: not an administrator.
        Conflict: somebody else changed the same.
    """
    actor.require("operators")
    wrong: dict[str, str] = {}
    if verification is not None and verification != new_password:
        wrong["verification"] = _("The two passwords differ; type the same one twice.")
    with exclusive("settings"):
        changes = change_operator(
            code,
            values,
            config,
            new_password=new_password,
            mail_password=mail_password,
            oauth_secret=oauth_secret,
            seen=seen,
            also_wrong=wrong,
        )
        check_administrators()
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
    oauth_secret: str = "",
    seen: Mapping[str, object] | None = None,
    also_wrong: Mapping[str, str] = MappingProxyType({}),
) -> list[Change]:
    """Check and save one operator inside the caller's transaction; call `check_administrators` after the last one.

    also_wrong: what the caller has found; it is told together with what is found here, and nothing is saved then.

    Raises:
        FieldErrors: a field is wrong. Conflict: somebody else changed the same.
    """
    record = operator_of(code) if code is not None else Operator()
    clean, wrong = _checked(values if code is not None else {"code": "", "name": "", **values})
    if seen:
        clean = reconcile(record, clean, seen, OPERATOR)
    if code is not None and clean.get("code", code) != code:
        wrong["code"] = _("The ID of an operator stays as it is: it stands in the journal.")
    if new_password and (sentence := check_new_password(new_password)):
        wrong["new_password"] = sentence
    wrong = {
        **_clashes(record, clean),
        **_unprotected(record, clean),
        **_no_client(record, clean),
        **wrong,
        **also_wrong,
    }
    if wrong:
        raise FieldErrors(wrong)
    path = f"operators.{code or clean['code']}"
    changes = put(record, clean, OPERATOR, path)
    changes += _forget_tokens(record, changes, path)
    changes += _put_sign_in(record, path, new_password)
    changes += _put_secret(record, "secret", config, f"{path}.password", mail_password)
    changes += _put_secret(record, "oauth_secret", config, f"{path}.oauth.secret", oauth_secret)
    if changes:
        record.save(force_insert=code is None)
    return changes


def _checked(values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """The fields that are right as they are stored, and what is wrong with the others."""
    try:
        return check_fields(values, OPERATOR), {}
    except FieldErrors as error:
        good = {name: value for name, value in values.items() if name not in error.fields}
        return check_fields(good, OPERATOR), dict(error.fields)


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
    """A connection without encryption is for a server on this machine only, unless that was allowed on purpose."""
    wrong: dict[str, str] = {}
    if clean.get("plain_allowed", record.plain_allowed):
        return wrong
    for kind in ("smtp", "pop3"):
        security = clean.get(f"{kind}_security", getattr(record, f"{kind}_security"))
        name = str(clean.get(f"{kind}_host", getattr(record, f"{kind}_host")))
        if security == "none" and not checks.is_loopback(name):
            wrong[f"{kind}_security"] = _(
                "Without encryption only a server on this machine can be used; choose TLS, or allow it on purpose."
            )
    return wrong


def _no_client(record: Operator, clean: Mapping[str, object]) -> dict[str, str]:
    """Signing in by XOAUTH2 needs to know where, and as which program."""
    if clean.get("authentication", record.authentication) != "xoauth2":
        return {}
    needed = {
        "oauth_provider": _("XOAUTH2 needs a provider: microsoft or google."),
        "oauth_client": _("XOAUTH2 needs the client ID under which the program is registered with the provider."),
        "account": _("XOAUTH2 needs the account name, such as name@company.example."),
    }
    return {name: sentence for name, sentence in needed.items() if not clean.get(name, getattr(record, name))}


def account_warnings(record: Operator) -> tuple[str, ...]:
    """What is allowed but dangerous in the operator's mail account, a sentence for each; for whoever has set it."""
    clear = [
        host
        for host, security in ((record.smtp_host, record.smtp_security), (record.pop3_host, record.pop3_security))
        if security == "none" and not checks.is_loopback(host)
    ]
    sentence = _("Messages and the password go over the network in clear: {host} is used without encryption.")
    return tuple(sentence.format(host=host) for host in dict.fromkeys(clear))


def _forget_tokens(record: Operator, changes: Iterable[Change], path: str) -> list[Change]:
    """Forget the tokens of XOAUTH2 when they were given for another account."""
    keys = {f"{path}.{field.key}" for field in OPERATOR if field.name in TOKENS_ARE_FOR}
    if not record.oauth_tokens or keys.isdisjoint(change.path for change in changes):
        return []
    record.oauth_tokens = ""
    return [Change(f"{path}.oauth.connection", SECRET, "")]


def _put_sign_in(record: Operator, path: str, password: str) -> list[Change]:
    """Store a new sign-in password; a journal reader learns only that it changed."""
    if not password or password_matches(record.password_hash, password):
        return []
    before = SECRET if record.password_hash else ""
    record.password_hash = hash_password(password)
    return [Change(f"{path}.sign_in_password", before, SECRET)]


def _put_secret(record: Operator, name: str, config: Config, path: str, secret: str) -> list[Change]:
    """Store a new secret of the mail account, encrypted; one that this key cannot read is replaced."""
    stored = getattr(record, name)
    try:
        same = secret == decrypt(config, stored)
    except KeyProblem:
        same = False
    if not secret or same:
        return []
    setattr(record, name, encrypt(config, secret))
    return [Change(path, SECRET if stored else "", SECRET)]


def check_administrators() -> None:
    """At least one active administrator must be left, or nobody could let anybody in.

    Raises:
        FieldErrors: field `role`.
    """
    left = Operator.select().where(Operator.active & (Operator.role == "administrator"))
    if not left.exists():
        raise FieldErrors({"role": _("At least one active operator must be an administrator.")})
