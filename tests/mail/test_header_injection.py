"""Nothing that a person or an import can write gets into a header, an SMTP command or another message.

The properties go through composing and the commands; a sample goes the whole way: tables, outbox, sender, real server.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opomini_tui.config import Config
from opomini_tui.mail.addresses import BadAddress, split_addresses
from opomini_tui.mail.compose import compose, content
from opomini_tui.mail.envelope import Envelope, commands
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder
from tests.mail.sending import only
from tests.mail.servers import FaultServer
from tests.mail.test_compose import DRAFT, HEADERS, PDF, addresses, letter_of, text_of

HOSTILE = [
    "x\r\nBcc: vsi@svet.example",
    "x\nBcc: vsi@svet.example",
    "x\rBcc: vsi@svet.example",
    "x\r\n\r\n<html>nov dopis",
    "x\r\n.\r\nMAIL FROM:<b@z.si>\r\n",
    "x\x00Bcc: y@z.si",
    "x\x0b\x0c\x1a\x1c\x1d\x1e\x7f\x85Bcc: y@z.si",
    "x\u2028Bcc: y@z.si\u2029",
    '"x" <vsi@svet.example>',
    "x>, <vsi@svet.example",
    'Novak, Janez; "Jani" \\ (d.o.o.): <a@b.si>',
    "=?utf-8?q?x=0D=0ABcc:_y=40z.si?=",
    "=?utf-8?b?eA0KQmNjOiB5QHouc2k=?=",
    "ž\r\n Bcc: y@z.si",
    "\ud800\r\nBcc: y@z.si",
    "{number}\r\nBcc: y@z.si",
    "A" * 2000,
    "ž" * 900,
]
PARTS = st.sampled_from(
    ["\r", "\n", "\0", "\x1a", "\x85", "\u2028", "<", ">", '"', ",", ";", ":", "@", " ", "a", "ž", "\\"]
)
anything = st.sampled_from(HOSTILE) | st.text(max_size=80) | st.lists(PARTS, max_size=30).map("".join)
ADDRESSES = [
    "a@x.si> NOTIFY=NEVER",
    "a@x.si>\r\nRCPT TO:<b@y.si",
    "a@x.si NOTIFY=NEVER",
    "a@x.si\r\nDATA",
    "<a@x.si>",
    "a@x.si, b@y.si",
    '"a b"@x.si',
    '"a>\r\nBcc: b@y.si"@x.si',
    "a@x.si\0",
    "a\u2028b@x.si",
    "a@[127.0.0.1]",
    "a@x.si SIZE=1 BODY=8BITMIME",
    "@b.si:a@x.si",
    "ž ž@x.si",
    "a@ž>.si",
    "a@x。si> X",
]
an_address = st.sampled_from(ADDRESSES) | st.lists(PARTS, max_size=15).map(lambda parts: "a" + "".join(parts) + "@x.si")


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def check_message(raw: bytes, headers: list[str], sender: str, recipient: str) -> EmailMessage:
    """The message has exactly these headers, one sender, one customer, and two parts."""
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert b"\0" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = parsed(raw)
    assert list(message.keys()) == headers
    assert message.defects == []
    assert [address for _name, address in addresses(message, "From")] == [sender]
    assert [address for _name, address in addresses(message, "To")] == [recipient]
    assert len(list(message.iter_parts())) == 2
    return message


@settings(max_examples=150, deadline=None)
@given(anything, anything, anything, anything, anything, anything, st.booleans())
def test_free_text_stays_where_it_belongs(
    sender: str, recipient: str, subject: str, body: str, file_name: str, language: str, html: bool
) -> None:
    draft = replace(
        DRAFT,
        sender_name=sender,
        recipient_name=recipient,
        subject=subject,
        body=body,
        attachment_name=file_name,
        language=language,
        html=html,
    )
    raw = content(compose(draft).skeleton, PDF)
    assert raw.isascii()
    message = check_message(raw, HEADERS, DRAFT.sender_address, DRAFT.recipient_address)
    assert letter_of(message).get_content() == PDF
    assert "Bcc" not in message
    if html:
        part = message.get_body(("html",))
        assert part is not None
        assert "<html>nov" not in str(part.get_content())


@settings(max_examples=150, deadline=None)
@given(anything)
@example("<1@x.si>\r\nBcc: y@z.si")
def test_a_message_id_is_one_line(message_id: str) -> None:
    raw = content(compose(replace(DRAFT, message_id=message_id)).skeleton, PDF)
    assert list(parsed(raw).keys()) == HEADERS


@settings(max_examples=200, deadline=None)
@given(an_address, st.sampled_from(["sender_address", "recipient_address", "reply_to", "cc"]))
def test_an_address_is_an_address_or_refused(address: str, field: str) -> None:
    value = (address,) if field == "cc" else address
    try:
        draft = replace(DRAFT, **{field: value}, message_id="<1@x.si>")  # type: ignore[arg-type] # four fields at once
        raw = content(compose(draft).skeleton, PDF)
    except BadAddress:
        return
    message = parsed(raw)
    wanted = [*HEADERS[:2], "Cc", *HEADERS[2:]] if field == "cc" else HEADERS
    assert list(message.keys()) == wanted
    for header in ("From", "To", "Reply-To"):
        assert len(addresses(message, header)) == 1


_MAIL = re.compile(rb"MAIL FROM:<[^\s<>]+> SIZE=\d+( BODY=8BITMIME SMTPUTF8)? RET=HDRS( ENVID=[!-~]{1,100})?\r\n")
_CUSTOMER = re.compile(rb"RCPT TO:<[^\s<>]+> NOTIFY=FAILURE,DELAY( ORCPT=rfc822;[!-~]+)?\r\n")
_OTHER = re.compile(rb"RCPT TO:<[^\s<>]+> NOTIFY=NEVER\r\n")


@settings(max_examples=300, deadline=None)
@given(an_address, an_address, an_address, anything)
@example("a@x.si", "a@x.si> NOTIFY=NEVER", "b@x.si", "1")
@example("a@x.si", "b@x.si", "c@x.si", "1 BODY=8BITMIME\r\nRCPT TO:<d@x.si>")
@example("a@x.si", "b+c=d@x.si", "c@x.si", "1+1=2")
def test_no_address_and_no_id_adds_to_a_command(sender: str, recipient: str, copy: str, envelope_id: str) -> None:
    features = {"size": "", "dsn": "", "smtputf8": "", "8bitmime": ""}
    try:
        given_commands = commands(Envelope(sender, recipient, (copy,), b"x\r\n", "<1@x.si>", envelope_id), features)
    except BadAddress:
        return
    mail, customer, *others, data = [command.line for command in given_commands]
    assert _MAIL.fullmatch(mail), mail
    assert _CUSTOMER.fullmatch(customer), customer
    assert all(_OTHER.fullmatch(line) for line in others), others
    assert len(others) == (0 if customer.split(b">")[0] == b"RCPT TO:<" + copy.encode() else 1)
    assert data == b"DATA\r\n"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_of_the_table_gets_through(address: str) -> None:
    with pytest.raises(BadAddress):
        commands(Envelope("a@x.si", address, (), b"x\r\n", "<1@x.si>"), {"dsn": ""})
    try:
        given_addresses = split_addresses(address)
    except BadAddress:
        return
    for one in given_addresses:  # two in one field, or one in brackets, are addresses of their own
        assert re.fullmatch(r"[ab]@[xy]\.si", one), one


@pytest.mark.parametrize("hostile", HOSTILE[:14])
def test_the_whole_way_with_hostile_names(
    hostile: str, sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    stored = hostile.encode("utf-8", "replace").decode().replace("\0", "\x01")  # no database keeps a NUL
    server.offers = ("SIZE 1000000", "PIPELINING", "DSN")
    Operator.update(name=stored, bcc_self=True).execute()
    ids = builder.notices(builder.customers(1))
    run("UPDATE customer SET name = ?", (stored,))
    run("UPDATE contact SET name = ?", (stored,))
    run("UPDATE notice SET customer_name = ?", (stored,))
    body = stored.replace("{", "(").replace("}", ")")
    done = enqueue(
        NoticeFilter(ids=tuple(ids)),
        sqlite_actor,
        config,
        subject=body[:200],
        body=f"{body}\n{{stranka}} {{kontakt}} {{podjetje}}",
    )
    assert done.queued == 1
    assert deliver(config).sent == 1
    (message,) = server.accepted
    assert message.recipients == ("stranka1@kupec1.example", "skrbnik@podjetje.example")
    read = check_message(message.content, HEADERS, "skrbnik@podjetje.example", "stranka1@kupec1.example")
    assert "vsi@svet.example" not in str(read["To"].addresses[0].addr_spec)
    assert text_of(read)
    assert server.verbs.count("RCPT") == 2
    assert server.verbs.count("MAIL") == 1


@pytest.mark.parametrize("address", ["a@x.si> NOTIFY=NEVER", "a@x.si>\r\nRCPT TO:<b@y.si", "a@x.si\r\nDATA"])
def test_the_whole_way_with_hostile_addresses(address: str, actor: Actor, config: Config, server: FaultServer) -> None:
    """Before the batch it is held back; changed in the outbox, it is refused before a word is said."""
    ids = builder.notices(builder.customers(1))
    run("UPDATE contact SET email = ?", (address,))
    held = enqueue(NoticeFilter(ids=tuple(ids)), actor, config)
    assert (held.queued, len(held.held_back)) == (0, 1)
    run("UPDATE contact SET email = 'a@x.si'")
    assert enqueue(NoticeFilter(ids=tuple(ids)), actor, config).queued == 1
    run("UPDATE delivery SET to_address = ?", (address,))
    assert deliver(config).sent == 0
    assert only().state != "sent"
    assert "MAIL" not in server.verbs
    assert server.accepted == []
