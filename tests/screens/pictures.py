"""What the README shows, made from the program: pictures of the demo company, and the table of keys.

`python -m tests.screens.pictures` renews `tests/screens/pictures/*.svg` and the table between the `keys` marks of the
README. The day is fixed, so that only what looks different changes.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from opomini_tui.actions import key_table
from opomini_tui.app import OpominiApp
from opomini_tui.demo.company import Demo, demo_company, do_runs
from opomini_tui.models.deliveries import Batch, Delivery
from opomini_tui.text import use_language
from opomini_tui.text.build_catalogues import compile_catalogues
from tests.screens.conftest import TODAY
from tests.screens.working import settle

FOLDER = Path(__file__).parent / "pictures"
README = Path(__file__).parent.parent.parent / "README.md"
PICTURES: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    "notices": ((120, 36), (*("down",) * 3, "space", "down", "down", "down", "space", "up")),
    "detail": ((100, 30), (*("down",) * 3, "enter", "4")),
    "batch": ((100, 30), ("f8",)),
    "progress": ((100, 30), ("m", "b", "enter")),
    "overview": ((120, 31), ("d",)),
}
"""Size of the window and the keys pressed in it, by the picture's name."""
SENT_AT = 1_347_962_700_000
"""18 September 2012, 12:05 in Ljubljana: when the demo's batches are said to have been sent."""
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def as_picture(screenshot: str) -> str:
    """Textual's screenshot as a picture that stands alone: no font from elsewhere, every blank kept."""
    alone = re.sub(r"@font-face\s*{[^}]*}", "", screenshot)
    alone = re.sub(r"font-family: [^;]*;", f"font-family: {FONTS};", alone)
    return alone.replace("<text ", '<text xml:space="preserve" ')


async def take(demo: Demo, size: tuple[int, int], keys: Sequence[str]) -> str:
    """The screen after `keys`."""
    app = OpominiApp(replace(demo.config, theme="dark"), demo.actor, today=lambda: TODAY)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await _rest(pilot)
        for key in keys:
            await pilot.press(key)
        await _rest(pilot)
        return as_picture(app.export_screenshot(title="opomini demo"))


async def _rest(pilot: Pilot[int]) -> None:
    """Until nothing is read any more and what follows a moment later is drawn."""
    await settle(pilot)
    await pilot.pause(0.5)
    await settle(pilot)


def renew_pictures() -> None:
    """Draw every picture anew."""
    compile_catalogues()
    use_language("sl")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_company(Path(folder) / "demo") as demo:
        do_runs(demo, send_last=False, say=print)
        Batch.update(queued_at=SENT_AT).execute()
        Delivery.update(queued_at=SENT_AT, sent_at=SENT_AT).execute()
        for name, (size, keys) in PICTURES.items():
            picture = asyncio.run(take(demo, size, keys))
            (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
            print(f"{name}.svg")


def renew_key_table() -> None:
    """Put the table of the registry into the README."""
    before, _old, after = README.read_text(encoding="utf-8").split("<!-- keys -->")
    table = f"<!-- keys -->\n\n{key_table()}\n\n<!-- keys -->"
    README.write_text(before + table + after, encoding="utf-8")


if __name__ == "__main__":
    renew_key_table()
    renew_pictures()
