from __future__ import annotations
import time, os
from opomini_tui import text
from tests.screens.every_screen import OPENINGS, furnish, open_screen, close_all
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.looks.drawn import strips, faint, lines, digest
from textual.filter import Monochrome
from dataclasses import replace
PICK=os.environ.get('PICK','').split(',')
async def test_try(company: Opened) -> None:
    text.use_language("sl")
    furnish(company)
    theme=os.environ['TH']
    company=replace(company,config=replace(company.config,theme=theme))
    async with run_app(company,(80,24),language="sl") as pilot:
        for o in OPENINGS:
            if PICK!=[''] and o.name not in PICK: continue
            await open_screen(pilot, company, o)
            d=strips(pilot.app)
            f=faint(pilot.app,d)
            for x in f: print(theme,o.name,x, flush=True)
            if theme!='ansi':
                for x in faint(pilot.app,strips(pilot.app,Monochrome())): print(theme,'MONO',o.name,x, flush=True)
            await close_all(pilot)
