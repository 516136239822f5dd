"""The message of a notice as a row of the outbox: texts filled in, addresses set, all bytes fixed by their hash."""

from __future__ import annotations

import email
import email.policy
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from opomini_tui.documents.encryption import PasswordRule
from opomini_tui.documents.letter_data import NoticeLetter
from opomini_tui.documents.stored_texts import StoredTexts, kind_of
from opomini_tui.documents.texts import PLACEHOLDERS, TemplateError, fill
from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import BadAddress, check_address, split_addresses
from opomini_tui.mail.attachments import is_locked, password_rule
from opomini_tui.mail.compose import Draft, compose, content
from opomini_tui.models.database import now_ms, run, run_many
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _

COLUMNS = (
    "notice_id recipient_no batch channel operator_id sender_address to_address cc bcc message_id skeleton document_id "
    "content_sha256 state next_try_at queued_at attachment_id"
).split()
_INSERT = (
    f"INSERT INTO delivery ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) - 1))}, "
    "(SELECT id FROM document WHERE sha256 = ?)) "  # a locked letter is stored right before
    "ON CONFLICT (notice_id, recipient_no) WHERE live DO NOTHING"
)
_STORE = (
    "INSERT INTO document (sha256, content, media_type, at) VALUES (?, ?, 'application/pdf', ?) "
    "ON CONFLICT (sha256) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the messages of one batch: the operator they leave from, and what was typed for this batch.

    `subject` and `body` are templates; "" takes the template of each notice. `cc`: checked addresses; `html`: the text
    goes as HTML too; `rule`: how the attachment to a natural person is locked, None when it is not.
    """

    operator: Operator
    texts: StoredTexts
    subject: str = ""
    body: str = ""
    cc: tuple[str, ...] = ()
    html: bool = False
    rule: PasswordRule | None = None

    @property
    def bcc(self) -> str:
        """The blind copy to the operator himself, when he wants one."""
        return self.operator.email if self.operator.bcc_self else ""

    @property
    def channel(self) -> str:
        """How messages leave: by SMTP, or as files for a mail client."""
        return "smtp" if self.operator.direct else "file"

    def text(self, entry: NoticeLetter, values: Mapping[str, str] | None = None) -> tuple[str, str]:
        """Subject and body for a notice, filled in; the body ends with how a locked attachment is opened.

        Raises:
            TemplateError: a placeholder is unknown or left over.
        """
        notice, language = entry.notice, entry.bare.language
        of_level = (notice.level, notice.before_lawsuit, language, kind_of(entry.customer.kind))
        values = values or entry.placeholders()
        subject = self.subject or self.texts.template("subject", *of_level)
        body = self.body or self.texts.template("mail", *of_level)
        text = fill(body, values)
        if self.rule is not None and is_locked(entry, self.rule):
            text = f"{text}\n\n{self.rule.sentence(language)}"
        return " ".join(fill(subject, values).split()), text

    def check(self, chosen: NoticeFilter) -> None:
        """Refuse a batch that has a wrong template for any of its notices, before anything is queued.

        Raises:
            OpominiError: a typed text or a template in force cannot be filled; the sentence names which.
        """
        for what, template in ((_("Subject"), self.subject), (_("Text"), self.body)):
            _check_template(what, template)
        condition, values = chosen.where()
        for level, before_lawsuit, language, kind in run(
            "SELECT DISTINCT notice.level, notice.before_lawsuit, customer.language, customer.kind "
            f"FROM notice JOIN customer ON customer.id = notice.customer_id WHERE {condition}",
            values,
        ).fetchall():
            of_level = (level, bool(before_lawsuit), language, kind_of(kind))
            named = _("template of level {level}, {language}").format(level=level, language=language)
            if not self.subject:
                _check_template(named, self.texts.template("subject", *of_level))
            if not self.body:
                _check_template(named, self.texts.template("mail", *of_level))


def writer(operator: Operator, subject: str = "", body: str = "", cc: Sequence[str] = ()) -> Writer:
    """A writer for the operator's messages.

    Raises:
        OpominiError: he has no right e-mail address of his own, or a copy address is not one.
    """
    try:
        check_address(operator.email)
    except BadAddress as error:
        raise OpominiError(
            _("Operator {name} cannot send yet: {why} Set it in the form Operator.").format(
                name=operator.name, why=error
            )
        ) from error
    if operator.direct and not operator.smtp_host:
        raise OpominiError(
            _("Operator {name} has no mail server (SMTP) yet. Set it in the form Operator.").format(name=operator.name)
        )
    copies = tuple(address for given in cc for address in split_addresses(given))
    html = Company.current().html_mail
    return Writer(operator, StoredTexts(), subject.strip(), body.strip(), copies, html, password_rule())


def _check_template(what: str, template: str) -> None:
    """Try to fill a template in.

    Raises:
        OpominiError: it cannot be filled.
    """
    try:
        fill(template, dict.fromkeys(PLACEHOLDERS, ""))
    except TemplateError as error:
        raise OpominiError(_("{what}: {why} Nothing was queued.").format(what=what, why=error)) from error


def letters_of(notice_ids: Iterable[int]) -> dict[int, tuple[int, bytes]]:
    """The stored letter of each notice: its document id and its bytes."""
    ids = ",".join(str(int(number)) for number in notice_ids)
    rows = run(
        "SELECT notice.id, document.id, document.content FROM notice JOIN document ON document.id = notice.document_id "
        f"WHERE notice.id IN ({ids or 'NULL'})"
    ).fetchall()
    return {number: (document, bytes(pdf)) for number, document, pdf in rows}


def delivery_row(
    entry: NoticeLetter,
    by: Writer,
    to: str,
    to_name: str,
    letter: tuple[int, bytes],
    texts: tuple[str, str],
    *,
    batch: str,
    recipient_no: int,
    now: int,
    next_try_at: int | None = None,
    locked: bytes | None = None,
) -> tuple[object, ...]:
    """The outbox row (values of COLUMNS) of one message to one address. `now`, and when it may go (None: now), in UTC
    milliseconds; `locked`: what leaves in place of the letter, stored by `insert_deliveries`."""
    notice, operator = entry.notice, by.operator
    sender = check_address(operator.email)
    composed = compose(
        Draft(
            sender_name=operator.name,
            sender_address=sender,
            recipient_name=to_name,
            recipient_address=to,
            subject=texts[0],
            body=texts[1],
            language=entry.bare.language,
            year=notice.year,
            number=notice.number,
            date=datetime.fromtimestamp(now // 1000, UTC),
            cc=by.cc,
            html=by.html,
        )
    )
    document_id, pdf = letter
    digest = hashlib.sha256(content(composed.skeleton, pdf if locked is None else locked)).hexdigest()
    return (
        *(notice.id, recipient_no, batch, by.channel, operator.id, sender, to, ", ".join(by.cc), by.bcc),
        *(
            composed.message_id,
            composed.skeleton,
            document_id,
            digest,
            "queued",
            now if next_try_at is None else next_try_at,
            now,
            None if locked is None else hashlib.sha256(locked).hexdigest(),
        ),
    )


def insert_deliveries(rows: Sequence[tuple[object, ...]], locked: Iterable[bytes] = ()) -> None:
    """Queue the rows, whose `locked` letters are stored with them; one whose notice has a live message already is left
    out by the database."""
    at = now_ms()
    run_many(_STORE, ((hashlib.sha256(pdf).hexdigest(), pdf, at) for pdf in locked))
    run_many(_INSERT, rows)


def texts_of(skeleton: str) -> tuple[str, str]:
    """Subject and body of a message that was written before."""
    message = email.message_from_bytes(skeleton.encode(), policy=email.policy.default)
    part = message.get_body(("plain",))
    return str(message["Subject"] or ""), "\n".join(str(part.get_content()).splitlines()) if part else ""
