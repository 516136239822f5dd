"""Opening a mailbox: connect, greeting, TLS, sign in; each failure is one sentence."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl

from opomini_tui.errors import OpominiError
from opomini_tui.mail.authorities import trusting
from opomini_tui.mail.mailbox.line import MailboxError, Pop3Server
from opomini_tui.mail.mailbox.session import Pop3Session
from opomini_tui.mail.wire import is_loopback
from opomini_tui.text import _

_TIMESTAMP = re.compile(rb"<[^<>\s]+@[^<>\s]*>")  # RFC 1939 §7


def open_mailbox(server: Pop3Server) -> Pop3Session:
    """A session that is signed in.

    Raises:
        MailboxError: it could not be opened; the sentence names the step, the server's answer and what to do.
    """
    _check(server)
    context = None if server.security == "none" else _context(server)
    session = Pop3Session(server)
    try:
        greeting = _connect(session, context if server.security == "tls" else None)
        session.learn()
        if context is not None and server.security == "starttls":
            _start_tls(session, context)
        _sign_in(session, greeting)
    except BaseException:
        session.close()
        raise
    return session


def _check(server: Pop3Server) -> None:
    """Settings that cannot work are told before anything is said to a server."""
    if not server.host:
        raise MailboxError(
            "settings", "settings", _("No mailbox (POP3) is set. Type its server into the operator's form.")
        )
    if not server.account or not (server.password or server.token):
        raise MailboxError(
            "settings",
            "settings",
            _("The mailbox on {host} needs an account and a password. Type both into the operator's form.").format(
                host=server.host
            ),
        )
    if re.search(r"[\r\n\0]", server.account + server.password + server.token):
        raise MailboxError(
            "settings", "settings", _("Account or password holds a line break. Type them anew in the operator's form.")
        )
    if server.security == "none" and not server.plain_allowed and not is_loopback(server.host):
        raise _not_in_clear(server)


def _context(server: Pop3Server) -> ssl.SSLContext:
    try:
        return trusting(server.ca_file, server.ca_certificates)
    except OpominiError as error:
        raise MailboxError("settings", "settings", str(error)) from error


def _connect(session: Pop3Session, context: ssl.SSLContext | None) -> bytes:
    """Reach the server; its greeting."""
    server = session.server
    try:
        session.dial(context)
    except ssl.SSLError as error:
        raise _no_tls(session, error) from error
    except (socket.gaierror, UnicodeError) as error:
        message = _(
            "The mailbox server {host} is not known. Check its name (POP3) in the operator's form, and the network."
        )
        raise MailboxError("connection", "connect", message.format(host=server.host)) from error
    except OSError as error:
        message = _(
            "The mailbox server {host} does not answer on port {port} ({why}). "
            "Check server and port (POP3) in the operator's form, and the network."
        )
        text = message.format(host=server.host, port=server.port, why=session.why(error))
        raise MailboxError("connection", "connect", text) from error
    if server.security == "none" and not server.plain_allowed and not session.peer_is_loopback():
        raise _not_in_clear(server)
    session.step = "greeting"
    greeting = session.answer()
    if greeting is None:
        message = _("The mailbox server {host} refuses: “{answer}”. It will be read again later.")
        raise MailboxError("temporary", "greeting", message.format(host=server.host, answer=session.said))
    return greeting


def _start_tls(session: Pop3Session, context: ssl.SSLContext) -> None:
    """STLS (RFC 2595 §4); what was offered in clear may have been anybody's, so it is asked again."""
    session.step, host = "starttls", session.server.host
    if session.capabilities is not None and not session.offers("STLS"):
        message = _(
            "The mailbox server {host} offers no secure connection (STLS), so it is not read. "
            "Check port and security (POP3) in the operator's form."
        )
        raise MailboxError("tls", "starttls", message.format(host=host))
    if session.ask(b"STLS") is None:
        message = _(
            "The mailbox server {host} does not begin the secure connection (STLS): “{answer}”. "
            "Check port and security (POP3) in the operator's form."
        )
        raise MailboxError("tls", "starttls", message.format(host=host, answer=session.said))
    try:
        session.wrap(context)
    except OSError as error:
        raise _no_tls(session, error) from error
    session.learn()


def _sign_in(session: Pop3Session, greeting: bytes) -> None:
    """Sign in one way: a refused password is not tried in another, because every try counts towards a lock-out."""
    session.step, server = "login", session.server
    account, password = server.account.encode(), server.password.encode()
    stamp = _TIMESTAMP.search(greeting)
    session.confide(password, server.token.encode())
    if server.token:
        said = _sasl(session, b"XOAUTH2", b"user=%s\x01auth=Bearer %s\x01\x01" % (account, server.token.encode()))
    elif server.security == "none" and stamp:
        # Without TLS the way that does not show the password. MD5 is what the protocol has (RFC 1939 §7).
        digest = hashlib.md5(stamp[0] + password, usedforsecurity=False).hexdigest()
        session.confide(digest.encode())
        said = session.ask(b"APOP %s %s" % (account, digest.encode()))
    elif "PLAIN" in (session.capabilities or {}).get("SASL", "").upper().split():
        said = _sasl(session, b"PLAIN", b"\0%s\0%s" % (account, password))
    else:
        said = session.ask(b"USER %s" % account)
        if said is not None:
            session.confide(b"PASS " + password)  # also one that is too short to be looked for alone
            said = session.ask(b"PASS %s" % password)
    if said is None:
        raise _not_accepted(session)


def _sasl(session: Pop3Session, mechanism: bytes, response: bytes) -> bytes | None:
    """One mechanism with one response (RFC 5034); what follows +OK, or None."""
    session.confide(response)
    session.send(b"AUTH " + mechanism)
    for said in (base64.b64encode(response), b""):  # "": the second challenge only explains a refusal
        session.last = session.line()
        if not session.last.startswith(b"+") or session.last.startswith(b"+OK"):
            break
        session.send(said)
    else:
        session.last = session.line()
    return session.last[3:].strip() if session.last.startswith(b"+OK") else None


def _not_accepted(session: Pop3Session) -> MailboxError:
    server, said = session.server, session.said
    if session.later:
        message = _("The mailbox on {host} cannot be opened now: “{answer}”. It will be read again later.")
        return MailboxError("temporary", "login", message.format(host=server.host, answer=said))
    if server.token:
        message = _("The mailbox server {host} does not accept the sign-in: “{answer}”. Connect the account again.")
    else:
        message = _(
            "The mailbox server {host} does not accept the account or the password: “{answer}”. "
            "Check both in the operator's form."
        )
    return MailboxError("authentication", "login", message.format(host=server.host, answer=said))


def _no_tls(session: Pop3Session, error: OSError) -> MailboxError:
    """The error for a certificate or a handshake that failed."""
    server = session.server
    if isinstance(error, ssl.SSLCertVerificationError):
        message = _(
            "The certificate of the mailbox server {host} cannot be trusted ({why}), so it is not read. "
            "Check the server's name, or name the own certificate authority in the settings."
        )
        why = error.verify_message
    else:
        message = _(
            "The secure connection to the mailbox server {host}, port {port}, cannot be made ({why}). "
            "Check port and security in the operator's form: 995 is TLS, 110 is STARTTLS."
        )
        why = session.why(error)
    return MailboxError("tls", session.step, message.format(host=server.host, port=server.port, why=why))


def _not_in_clear(server: Pop3Server) -> MailboxError:
    message = _(
        "Without a secure connection a mailbox is read only on this machine, not on {host}. "
        "Choose STARTTLS or TLS in the operator's form."
    )
    return MailboxError("settings", "settings", message.format(host=server.host))
