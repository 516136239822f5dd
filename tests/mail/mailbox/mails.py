"""Mails as they come into an operator's mailbox, about messages of ours."""

from __future__ import annotations

from opomini_tui.mail.compose import notice_tag
from opomini_tui.mail.outbox import OutboxRow

OPERATOR = "skrbnik@podjetje.example"
STRANGER = (
    b"From: shop@shop.example\r\nTo: skrbnik@podjetje.example\r\nSubject: Sale\r\n"
    b"Date: Fri, 17 Aug 2012 10:00:00 +0200\r\nMessage-ID: <%d@shop.example>\r\n\r\nBuy now.\r\n"
)


def crlf(text: str) -> bytes:
    """The text as it travels."""
    return text.replace("\n", "\r\n").encode()


def label(row: OutboxRow) -> str:
    """What the header of our message says of its notice."""
    return f"{row.year}/{row.number} {notice_tag(row.message_id)}"


def own_copy(row: OutboxRow, *, sender: str = OPERATOR) -> bytes:
    """The blind copy of our message."""
    return crlf(
        f"Return-Path: <{OPERATOR}>\nFrom: Skrbnik <{sender}>\nTo: {row.to}\nSubject: Opomin\n"
        f"Date: Fri, 17 Aug 2012 10:00:00 +0200\nMessage-ID: {row.message_id}\n"
        f"X-Opomini-Notice: {label(row)}\n\nSpoštovani\n"
    )


def reply(row: OutboxRow, text: str = "Bomo plačali v petek.", headers: str = "") -> bytes:
    """A customer's answer to our message."""
    return crlf(
        f"From: Saldakonti <{row.to}>\nTo: {OPERATOR}\nSubject: =?utf-8?q?Re=3A_Opomin_=C5=A1t=2E?=\n{headers}"
        f"Date: Mon, 20 Aug 2012 08:30:00 +0200\nMessage-ID: <answer.{row.id}@kupec.example>\n"
        f"In-Reply-To: {row.message_id}\nReferences: <other@kupec.example> {row.message_id}\n"
        f'Content-Type: text/plain; charset="utf-8"\n\n{text}\n\n'
        f"Dne 17. 8. 2012 je Skrbnik napisal:\n> Spoštovani,\n> prosimo, plačajte.\n"
    )


def bounce(
    row: OutboxRow,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
    recipient: str | None = None,
    envelope_id: str = "",
    returned: str | None = None,
    sender: str = "MAILER-DAEMON@mx.example",
) -> bytes:
    """A report of RFC 3464; `recipient` "" hides it, `returned` are the headers that it gives back."""
    address = row.to if recipient is None else recipient
    lines = [f"Original-Envelope-Id: {envelope_id}"] if envelope_id else []
    block = [f"Final-Recipient: rfc822; {address}"] if address else []
    block += [f"Action: {action}", f"Status: {status}", f"Diagnostic-Code: {diagnostic}"]
    given_back = f"Message-ID: {row.message_id}\n" if returned is None else returned
    return crlf(
        f"Return-Path: <>\nFrom: Mail Delivery System <{sender}>\nTo: {OPERATOR}\n"
        "Subject: Undelivered Mail Returned to Sender\nDate: Fri, 17 Aug 2012 10:00:05 +0200\n"
        "Message-ID: <1@mx.example>\nMIME-Version: 1.0\nAuto-Submitted: auto-replied\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "--B\nContent-Type: text/plain; charset=us-ascii\n\nI am sorry.\n\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n"
        + "".join(f"{line}\n" for line in lines)
        + "\n"
        + "".join(f"{line}\n" for line in block)
        + f"\n--B\nContent-Type: text/rfc822-headers\n\nFrom: Skrbnik <{OPERATOR}>\nTo: {row.to}\n{given_back}\n--B--\n"
    )


def nested(inner: bytes) -> bytes:
    """A report inside of another message, as Gmail forwards them."""
    return (
        crlf(
            "Return-Path: <>\nFrom: mailer-daemon@googlemail.example\nTo: skrbnik@podjetje.example\nSubject: Delivery Status\n"
            'Message-ID: <outer@googlemail.example>\nContent-Type: multipart/mixed; boundary="OUT"\n\n'
            "--OUT\nContent-Type: text/plain\n\nSee below.\n--OUT\nContent-Type: message/rfc822\n\n"
        )
        + inner
        + b"\r\n--OUT--\r\n"
    )
