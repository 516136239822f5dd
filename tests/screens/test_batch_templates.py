"""An own text of a batch goes to all, whatever templates the notices have: the form says how many it replaces."""

from __future__ import annotations

import pytest

from opomini_tui.mail.first_message import TemplateKind, template_kinds
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.send_batch_texts import mixed_words
from tests.screens.conftest import Opened, run_app
from tests.screens.working import settle, typed, until_shown

FIRST, SECOND = TemplateKind(1, False, "sl", False), TemplateKind(2, False, "en", True)


def test_the_templates_of_notices_that_can_go_are_told_apart(company: Opened) -> None:
    run("UPDATE customer SET language = 'sl', kind = 'company'")
    chosen = NoticeFilter(year=2012, levels=frozenset({3}))
    assert template_kinds(chosen) == [TemplateKind(3, False, "sl", False)]
    run("UPDATE customer SET language = 'en' WHERE code = '0000001'")
    assert template_kinds(chosen) == [TemplateKind(3, False, "en", False), TemplateKind(3, False, "sl", False)]
    assert template_kinds(NoticeFilter(year=2012, state="prepared", levels=frozenset({1}))) == []


@pytest.mark.parametrize(
    ("kinds", "own", "words"),
    [
        ((), True, ""),
        ((FIRST,), True, ""),
        (
            (FIRST, SECOND),
            True,
            "This text goes to all, in place of 2 different templates: notice 1 sl, notice 2 en (persons).",
        ),
        (
            (FIRST, SECOND),
            False,
            "Left empty, each notice takes its own template (2 different ones): notice 1 sl, notice 2 en (persons).",
        ),
    ],
)
def test_what_is_said_of_several_templates(
    company: Opened, kinds: tuple[TemplateKind, ...], own: bool, words: str
) -> None:
    assert mixed_words(kinds, own) == words


@pytest.mark.journeys
async def test_the_form_warns_while_an_own_text_is_typed(company: Opened) -> None:
    run("UPDATE customer SET language = 'en' WHERE code = '0000001'")
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("f3", "tab")
        await until_shown(pilot, "Left empty, each notice takes its own template")
        await typed(pilot, "Reminder")
        await until_shown(pilot, "This text goes to all, in place of")
