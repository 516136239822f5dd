"""Opening a session with the operator's mail server: connect, greet, TLS, sign in; each failure is one sentence."""

from __future__ import annotations

import smtplib
import socket
import ssl

from opomini_tui.errors import OpominiError
from opomini_tui.mail.answers import Answer, Kind, Outcome, SessionError, State, step_name
from opomini_tui.mail.authentication import Credentials, SignedIn, sign_in
from opomini_tui.mail.authorities import trusting
from opomini_tui.mail.envelope import Envelope
from opomini_tui.mail.transaction import Limits, SmtpSession
from opomini_tui.mail.wire import Lost, Server, is_loopback
from opomini_tui.text import _

__all__ = [
    "Envelope",
    "Limits",
    "Outcome",
    "Server",
    "SessionError",
    "SmtpSession",
    "State",
    "open_session",
]

_SIGNED_IN = (235, 503)  # 503: it was already


def open_session(server: Server) -> SmtpSession:
    """A session that is ready for messages.

    Raises:
        SessionError: it could not be opened; the sentence names the step, the server's answer and what to do.
    """
    if not server.host:
        raise SessionError("settings", "settings", _("No mail server is set. Type its name into the operator's form."))
    if server.security == "none" and not server.plain_allowed and not is_loopback(server.host):
        raise _not_in_clear(server)
    _check_credentials(server)
    context = None if server.security == "none" else _context(server)
    session = SmtpSession(server)
    try:
        _connect(session, context if server.security == "tls" else None)
        _greet(session)
        if context is not None and server.security == "starttls":
            _start_tls(session, context)
        if server.account:
            _sign_in(session)
    except smtplib.SMTPServerDisconnected as lost:  # smtplib's own, of which Lost is one
        session.cut()
        message = _("The connection to the mail server {host} broke (step: {step}; {why}). It will be tried again.")
        why = str(lost) if isinstance(lost, Lost) else _("the server closed the connection")
        text = message.format(host=server.host, step=step_name(session.phase), why=why)
        raise SessionError("connection", session.phase, text) from lost
    except BaseException:
        session.cut()
        raise
    return session


def _context(server: Server) -> ssl.SSLContext:
    try:
        return trusting(server.ca_file, server.ca_certificates)
    except OpominiError as error:
        raise SessionError("settings", "settings", str(error)) from error


def _check_credentials(server: Server) -> None:
    """Refuse characters that would end a name or a password too early where a server signs in (RFC 4616, XOAUTH2)."""
    if any(mark in value for value in (server.account, server.password, server.token) for mark in "\0\1"):
        message = _(
            "The account or the password for the mail server {host} has an invisible character in it that cannot be "
            "sent. Type both anew in the operator's form."
        )
        raise SessionError("settings", "settings", message.format(host=server.host))


def _connect(session: SmtpSession, context: ssl.SSLContext | None) -> None:
    """Reach the server and hear its greeting."""
    server = session.server
    session.phase, session.patience = "connect", server.connect_timeout
    try:
        session.dial(context)
    except ssl.SSLError as error:
        raise _no_tls(session, error) from error
    except (socket.gaierror, UnicodeError) as error:  # UnicodeError: no name at all, such as mail..example.com
        message = _("The mail server {host} is not known. Check its name in the operator's form, and the network.")
        raise SessionError("connection", "connect", message.format(host=server.host)) from error
    except OSError as error:
        message = _(
            "The mail server {host} does not answer on port {port} ({why}). "
            "Check server and port in the operator's form, and the network."
        )
        text = message.format(host=server.host, port=server.port, why=session.why(error))
        raise SessionError("connection", "connect", text) from error
    if server.security == "none" and not server.plain_allowed and not session.peer_is_loopback():
        raise _not_in_clear(server)
    session.phase, session.patience = "greeting", server.command_timeout
    answer = session.answer()
    if answer.code != 220:
        raise _refused(session, "connection", answer)


def _greet(session: SmtpSession) -> None:
    """EHLO, and HELO for servers from before 1995."""
    session.phase = "hello"
    code, text = session.ehlo()
    if 500 <= code < 600:
        code, text = session.helo()
    if code != 250:
        raise _refused(session, "connection", Answer.of(code, text))


def _start_tls(session: SmtpSession, context: ssl.SSLContext) -> None:
    """STARTTLS and a second EHLO: what was offered in clear may have been anybody's."""
    session.phase = "starttls"
    if not session.has_extn("starttls"):
        message = _(
            "The mail server {host} offers no secure connection (STARTTLS), so nothing is sent. "
            "Check port and security in the operator's form."
        )
        raise SessionError("tls", "starttls", message.format(host=session.server.host))
    session.send(b"STARTTLS\r\n")
    answer = session.answer()
    if answer.code != 220:
        raise _refused(session, "tls", answer)
    try:
        session.wrap(context)
    except (OSError, Lost) as error:
        raise _no_tls(session, error) from error
    _greet(session)


def _sign_in(session: SmtpSession) -> None:
    """Sign in with the operator's account."""
    session.phase, server = "login", session.server
    who = Credentials(server.account, server.token or server.password, by_token=bool(server.token))
    ended = sign_in(session, who, in_clear=server.security == "none")
    if ended is None:
        message = _(
            "The mail server {host} offers no way of signing in that Opomini knows. "
            "Check port and security, or leave the account in the operator's form empty."
        )
        raise SessionError("authentication", "login", message.format(host=server.host))
    if ended.answer.code not in _SIGNED_IN:
        raise _not_signed_in(session, ended)


def _not_signed_in(session: SmtpSession, ended: SignedIn) -> SessionError:
    """The error for an account that the server did not let in."""
    server, answer = session.server, ended.answer
    if not server.token or 400 <= answer.code < 500:
        return _refused(session, "authentication", answer)
    if ended.run_out:
        sentence = _(
            "The connection of the account {account} to the mail server {host} has run out or was taken back: “{answer}”. "
            "Connect the account again in the operator's form."
        )
    else:
        sentence = _(
            "The mail server {host} does not let the connected account {account} send: “{answer}”. Connect the account "
            "again in the operator's form; if that does not help, ask the administrator to allow sending (SMTP AUTH)."
        )
    text = sentence.format(host=server.host, account=server.account, answer=answer)
    return SessionError("authentication", "login", text, answer)


def _refused(session: SmtpSession, kind: Kind, answer: Answer) -> SessionError:
    """The error for an answer that ends the opening at the session's step; 4xx is temporary whatever the step."""
    if 400 <= answer.code < 500:
        kind = "temporary"
    if kind == "authentication":
        sentence = _(
            "The mail server {host} does not accept the account or the password: “{answer}”. "
            "Check both in the operator's form."
        )
    elif kind == "tls":
        sentence = _(
            "The mail server {host} does not begin the secure connection (STARTTLS): “{answer}”. "
            "Check port and security in the operator's form."
        )
    else:
        sentence = _("The mail server {host} refuses (step: {step}): “{answer}”. It will be tried again.")
    text = sentence.format(host=session.server.host, step=step_name(session.phase), answer=answer)
    return SessionError(kind, session.phase, text, answer)


def _no_tls(session: SmtpSession, error: Exception) -> SessionError:
    """The error for a certificate or a handshake that failed."""
    server = session.server
    if isinstance(error, ssl.SSLCertVerificationError):
        message = _(
            "The certificate of the mail server {host} cannot be trusted ({why}), so nothing is sent. "
            "Check the server's name, or name the own certificate authority in the settings."
        )
        why = error.verify_message
    else:
        message = _(
            "The secure connection to the mail server {host}, port {port}, cannot be made ({why}). "
            "Check port and security in the operator's form: 465 is TLS, 587 is STARTTLS."
        )
        why = session.why(error) if isinstance(error, OSError) else str(error)
    return SessionError("tls", session.phase, message.format(host=server.host, port=server.port, why=why))


def _not_in_clear(server: Server) -> SessionError:
    message = _(
        "Without a secure connection mail goes only to a server on this machine, not to {host}. "
        "Choose STARTTLS or TLS in the operator's form."
    )
    return SessionError("settings", "settings", message.format(host=server.host))
