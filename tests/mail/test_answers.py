"""What is kept of an answer, and the sentences that a bookkeeper reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui import text
from opomini_tui.mail import answers
from opomini_tui.mail.answers import Answer, RefusedCopy, Step, judge


@given(st.integers(-1, 999), st.binary(max_size=3000))
def test_any_answer_can_be_stored(code: int, raw: bytes) -> None:
    answer = Answer.of(code, raw)
    assert str(answer).isprintable()
    assert len(str(answer)) <= 1000


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"2.0.0 Ok: queued as 4XyZ", "250 2.0.0 Ok: queued as 4XyZ"),
        (b"", "250"),
        (b"one\ntwo\x1b[31m\r", "250 one two [31m"),
        ("naslov čšž".encode(), "250 naslov čšž"),
        ("ni naslova: šč".encode("cp1250"), "250 ni naslova: šč"),
        (b"x" * 8192, "250 " + "x" * 996),
    ],
)
def test_what_is_kept_of_an_answer(raw: bytes, kept: str) -> None:
    assert str(Answer.of(250, raw)) == kept


@pytest.mark.parametrize(("raw", "code"), [(b"5.7.1 no", "5.7.1"), (b"no 5.7.1", ""), (b"5.7.1234", ""), (b"", "")])
def test_the_enhanced_code(raw: bytes, code: str) -> None:
    assert Answer.of(550, raw).enhanced == code


STEPS: tuple[Step, ...] = ("mail", "recipient", "copy", "data", "body", "answer")


@pytest.mark.parametrize("language", ["en", "sl"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", [421, 450, 530, 550, 552, 554])
def test_every_sentence_tells_what_the_server_said(language: str, step: Step, code: int) -> None:
    text.use_language(language)
    reason = judge(step, Answer(code, "5.1.1 čudno"), "kupec@x.si").reason
    assert f"{code} 5.1.1 čudno" in reason
    assert "{" not in reason


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_refused_copies_are_named(count: int) -> None:
    text.use_language("sl")
    copies = tuple(RefusedCopy(f"k{n}@x.si", "550 ne") for n in range(count))
    reason = answers.sent(Answer(250, "ok"), copies).reason
    assert all(copy.address in reason for copy in copies)
    assert "{" not in reason


@pytest.mark.parametrize(
    ("said", "state", "pause", "words"),
    [
        (Answer(421, "4.7.0 Try again later"), "deferred", False, "fewer messages a minute"),
        (Answer(450, "4.7.1 slow down"), "deferred", False, "fewer messages a minute"),
        (Answer(451, "4.7.500 Server busy"), "deferred", False, "fewer messages a minute"),
        (Answer(454, "4.7.0 too many"), "deferred", False, "fewer messages a minute"),
        (Answer(450, "4.2.0 greylisted"), "deferred", False, "tried again"),
        (Answer(550, "5.4.5 Daily sending quota exceeded"), "deferred", True, "when the limit is over"),
        (Answer(554, "5.2.0 outbound"), "deferred", True, "when the limit is over"),
        (Answer(550, "5.7.708 access denied"), "refused", True, "ask the mail provider"),
        (Answer(525, "5.7.13 account disabled"), "deferred", True, "sign in"),
        (Answer(535, "5.7.8 no"), "deferred", True, "sign in"),
        (Answer(534, "5.7.9 no"), "deferred", True, "sign in"),
        (Answer(530, "5.7.0 no"), "deferred", True, "sign in"),
    ],
)
@pytest.mark.parametrize("step", ["mail", "recipient", "answer"])
def test_what_is_no_fault_of_an_address(step: Step, said: Answer, state: str, pause: bool, words: str) -> None:
    outcome = judge(step, said, "kupec@x.si")
    assert (outcome.state, outcome.pause) == (state, pause)
    assert words in outcome.reason
    assert "Correct the address" not in outcome.reason


@pytest.mark.parametrize(("step", "state"), [("recipient", "deferred"), ("answer", "refused"), ("mail", "refused")])
def test_552_is_a_full_box_or_a_message_too_big(step: Step, state: str) -> None:
    assert judge(step, Answer(552, "5.2.2 over quota"), "kupec@x.si").state == state
