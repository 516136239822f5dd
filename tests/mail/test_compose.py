"""The message: what mail programs read back from it, and that no field can put anything into its headers."""

from __future__ import annotations

import base64
import email
import email.policy
import html
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opomini_tui.mail.addresses import BadAddress
from opomini_tui.mail.compose import PDF_PLACE, Draft, compose, content, new_message_id, notice_tag

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
DRAFT = Draft(
    sender_name="Skrbnik",
    sender_address="skrbnik@podjetje.example",
    recipient_name="Računovodstvo",
    recipient_address="racunovodstvo@stranka1.example",
    subject="Opomin 2012/276",
    body="Spoštovani,\n\nv prilogi je opomin.\n.\n.. pika\nFrom nas\n\nLep pozdrav",
    language="sl",
    year=2012,
    number=276,
    date=datetime(2012, 9, 26, 10, 30, tzinfo=UTC),
    message_id="<opomin.2012.276.abc@podjetje.example>",
)
HEADERS = ("From To Subject Date Message-ID Reply-To Auto-Submitted X-Opomini-Notice MIME-Version Content-Type").split()


def read(draft: Draft, pdf: bytes = PDF) -> EmailMessage:
    message = email.message_from_bytes(content(compose(draft).skeleton, pdf), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def addresses(message: EmailMessage, header: str) -> list[tuple[str, str]]:
    value = message[header]
    assert isinstance(value, AddressHeader)
    return [(address.display_name, address.addr_spec) for address in value.addresses]


def text_of(message: EmailMessage) -> str:
    part: Any = message.get_body(("plain",))
    return str(part.get_content())


def letter_of(message: EmailMessage) -> Any:
    (part,) = message.iter_attachments()
    return part


def test_a_message_reads_back_as_it_was_meant() -> None:
    message = read(DRAFT)
    assert list(message.keys()) == HEADERS
    assert addresses(message, "From") == [("Skrbnik", "skrbnik@podjetje.example")]
    assert addresses(message, "To") == [("Računovodstvo", "racunovodstvo@stranka1.example")]
    assert addresses(message, "Reply-To") == [("", "skrbnik@podjetje.example")]
    assert message["Date"].datetime == DRAFT.date
    assert message["Message-ID"] == DRAFT.message_id
    assert message["Auto-Submitted"] == "no"
    assert message["X-Opomini-Notice"] == f"2012/276 {notice_tag(DRAFT.message_id)}"
    assert text_of(message).replace("\r\n", "\n") == DRAFT.body
    letter = letter_of(message)
    assert letter.get_content_type() == "application/pdf"
    assert letter.get_filename() == "opomin-2012-276.pdf"
    assert letter.get_content() == PDF


def test_the_same_draft_gives_the_same_bytes() -> None:
    skeleton = compose(DRAFT).skeleton
    assert compose(DRAFT).skeleton == skeleton
    assert content(skeleton, PDF) == content(skeleton, PDF)
    assert len(skeleton) < 3000


def test_the_bytes_are_fit_for_every_server() -> None:
    draft = replace(DRAFT, body="č" * 3000 + " \n" + "x" * 3000, subject="Zadeva " * 80, cc=("a@x.si",) * 60)
    raw = content(compose(draft).skeleton, PDF)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("skeleton", ["no place", f"two {PDF_PLACE} places {PDF_PLACE}"])
def test_a_skeleton_has_exactly_one_place_for_the_letter(skeleton: str) -> None:
    with pytest.raises(ValueError, match="one place"):
        content(skeleton, PDF)


def test_the_mark_in_a_text_does_no_harm() -> None:
    message = read(replace(DRAFT, body=f"a{PDF_PLACE}b", subject=f"c{PDF_PLACE}d", recipient_name=f"e{PDF_PLACE}f"))
    assert text_of(message).strip() == "a b"
    assert message["Subject"] == "c d"
    assert letter_of(message).get_content() == PDF


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 114, 115])
def test_letters_of_every_length(size: int) -> None:
    assert letter_of(read(DRAFT, PDF[:size])).get_content() == PDF[:size]


def test_copies_are_listed_and_blind_copies_are_not() -> None:
    message = read(replace(DRAFT, cc=("sef@podjetje.example", "odvetnik@pisarna.example")))
    assert [address for _name, address in addresses(message, "Cc")] == [
        "sef@podjetje.example",
        "odvetnik@pisarna.example",
    ]
    assert "Bcc" not in message


def test_a_name_with_a_comma_is_one_address() -> None:
    message = read(replace(DRAFT, recipient_name='Novak, Janez "Johnny" \\ d.o.o.'))
    assert addresses(message, "To") == [('Novak, Janez "Johnny" \\ d.o.o.', "racunovodstvo@stranka1.example")]


def test_a_domain_outside_ascii_is_deliverable() -> None:
    raw = content(compose(replace(DRAFT, recipient_address="ana@žaga.si", cc=("b@čaša.si",))).skeleton, PDF)
    assert b"<ana@xn--aga-b3a.si>" in raw
    assert b"b@" + "čaša.si".encode("idna") in raw
    assert raw.isascii()


def test_a_local_part_outside_ascii_stays_readable() -> None:
    raw = content(compose(replace(DRAFT, recipient_address="žiga@stranka1.example")).skeleton, PDF)
    assert "<žiga@stranka1.example>".encode() in raw


def test_the_message_id_is_in_the_senders_own_domain() -> None:
    composed = compose(replace(DRAFT, message_id="", sender_address="ana@žaga.si"))
    assert composed.message_id.startswith("<opomin.2012.276.")
    assert composed.message_id.endswith("@xn--aga-b3a.si>")
    assert f"Message-ID: {composed.message_id}\r\n" in composed.skeleton
    assert new_message_id("a@x.si", 2012, 276) != new_message_id("a@x.si", 2012, 276)


def test_the_tag_of_a_notice_is_short_and_its_own() -> None:
    tags = {notice_tag(new_message_id("a@x.si", 2012, 276)) for _one in range(200)}
    assert len(tags) == 200
    assert all(re.fullmatch("[a-z2-7]{8}", tag) for tag in tags)


def test_a_file_name_outside_ascii_has_a_folded_one_beside_it() -> None:
    draft = replace(DRAFT, attachment_name='Opomín "đ" čez/vse.pdf')
    assert 'filename="Opomin d cez-vse.pdf"' in compose(draft).skeleton
    assert "filename*=utf-8''Opom%C3%ADn%20%22%C4%91%22%20%C4%8Dez-vse.pdf" in compose(draft).skeleton


def test_a_date_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compose(replace(DRAFT, date=datetime(2012, 9, 26)))


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadAddress):
        compose(replace(DRAFT, recipient_address="a@x.si>\r\nBcc: b@x.si"))


anything = st.text(max_size=200) | st.sampled_from(
    [
        "x\r\nBcc: vsi@svet.example",
        "x\n\n<html>",
        "x\r Bcc: y@z.si",
        "=?utf-8?q?a=0ABcc:_b?=",
        "a\0b",
        "\x85Bcc: x",
        "\u2028Bcc: x",
        "Novak, Janez",
        "\ud800",
        "--=_x",
    ]
)


def shown(text: str) -> str:
    """What remains of a field in a header: control characters are spaces, spaces are single."""
    whole = text.encode("utf-8", "replace").decode()
    return " ".join("".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in whole).split())


@settings(max_examples=100, deadline=None)
@given(anything, anything, anything, anything, anything)
def test_no_field_gets_anything_into_the_headers(
    sender: str, recipient: str, subject: str, body: str, file_name: str
) -> None:
    draft = replace(
        DRAFT, sender_name=sender, recipient_name=recipient, subject=subject, body=body, attachment_name=file_name
    )
    raw = content(compose(draft).skeleton, PDF[:100])
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert list(message.keys()) == HEADERS
    assert [address for _name, address in addresses(message, "From")] == ["skrbnik@podjetje.example"]
    assert [address for _name, address in addresses(message, "To")] == ["racunovodstvo@stranka1.example"]
    assert len(list(message.iter_parts())) == 2
    assert letter_of(message).get_content() == PDF[:100]
    header = email.header.make_header(email.header.decode_header(email.message_from_bytes(raw)["Subject"] or ""))
    assert " ".join(str(header).split()) == shown(subject)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=300))
def test_every_text_arrives_as_it_was_written(body: str) -> None:
    assert text_of(read(replace(DRAFT, body=body))).rstrip() == body.rstrip()


def html_of_message(message: EmailMessage) -> str:
    part: Any = message.get_body(("html",))
    return str(part.get_content()).replace("\r\n", "\n")


LETTER_TEXT = (
    "Spoštovani,\n\nv prilogi <b>je</b> opomin & račun.\n  Zamik ostane.\n\n\nVeč na https://podjetje.example/a?b=1&c=2, "
    "ali pišite na info@podjetje.example.\n.\n\nLep pozdrav"
)


def test_the_text_goes_in_html_as_well_where_that_is_wanted() -> None:
    message = read(replace(DRAFT, html=True, body=LETTER_TEXT))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    assert text_of(message).replace("\r\n", "\n").rstrip("\n") == LETTER_TEXT
    page = html_of_message(message)
    assert '<html lang="sl">' in page
    assert "v prilogi &lt;b&gt;je&lt;/b&gt; opomin &amp; račun.<br>\n&nbsp;&nbsp;Zamik ostane.</p>" in page
    assert '<a href="https://podjetje.example/a?b=1&amp;c=2">https://podjetje.example/a?b=1&amp;c=2</a>, ali' in page
    assert '<a href="mailto:info@podjetje.example">info@podjetje.example</a>.<br>' in page
    assert page.count("<p ") == 4
    assert letter_of(message).get_content() == PDF


def test_html_is_left_out_unless_it_is_wanted() -> None:
    assert [part.get_content_type() for part in read(DRAFT).walk()] == [
        "multipart/mixed",
        "text/plain",
        "application/pdf",
    ]


@given(st.text(max_size=300))
def test_every_sign_of_a_text_stands_for_itself_in_html(body: str) -> None:
    page = html_of_message(read(replace(DRAFT, html=True, body=body, language='"><script>')))
    without_links = re.sub(r"</?a(?: href=\"[^\"]*\")?>", "", page)
    shown = re.sub(r"<br>\n|<p [^>]*>|</p>", " ", without_links.partition("<body")[2].partition(">")[2])
    words = html.unescape(shown.partition("</body>")[0]).split()
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in body)
    assert words == plain.encode("utf-8", "replace").decode().split()
    assert "<script>" not in page
    assert "<html>" in page


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=600))
def test_a_letter_is_cut_into_lines_of_76(pdf: bytes) -> None:
    raw = content(compose(DRAFT).skeleton, pdf)
    letter = raw.partition(b"base64\r\n\r\n")[2].partition(b"\r\n--")[0]
    lines = letter.split(b"\r\n")
    assert base64.b64decode(letter) == pdf
    assert {len(line) for line in lines[:-1]} <= {76}
    assert len(lines[-1]) <= 76
    assert lines[-1] or len(lines) == 1


def test_a_long_subject_in_ascii_is_folded_between_words() -> None:
    subject = "Opomin 2012/276 za " + "neplacane racune " * 12
    skeleton = compose(replace(DRAFT, subject=subject)).skeleton
    header = skeleton.partition("\r\nSubject: ")[2].partition("\r\nDate")[0]
    assert "=?" not in header
    assert header.replace("\r\n ", " ") == subject.strip()
    assert header.count("\r\n ") == 3
    assert read(replace(DRAFT, subject=subject))["Subject"] == subject.strip()
    assert "Subject: =?utf-8?" in compose(replace(DRAFT, subject="x" * 200)).skeleton
    assert "Subject: \r\nDate" in compose(replace(DRAFT, subject=" ")).skeleton
