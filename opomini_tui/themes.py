"""Themes from TOML files: those of the program (folder `themes/`) and the user's own (`themes/` in the data folder).

A file holds `name`, `title`, `dark` (and `ansi` for terminals with 16 colours), the table `colors` with Textual's colour
names, and the table `variables` with the program's own: the colours of levels, states, fields and keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

from opomini_tui.text import _

DEFAULT = "dark"
SIXTEEN_COLOURS = "ansi"
COLORS = frozenset("primary secondary warning error success accent foreground background surface panel boost".split())
VARIABLES = (
    "quiet", "field", "hint-key", "button-key", "title-background", "title-foreground", "status-background",
    "level-1", "level-2", "level-3", "state-prepared", "state-issued", "state-sent",
)  # fmt: skip
"""Variables of our own that every theme of the program sets; a user's theme gets the default theme's where it has none."""


@dataclass(frozen=True, slots=True)
class LoadedThemes:
    """The themes that could be read, their titles by name, and one sentence per file that could not."""

    themes: tuple[Theme, ...]
    titles: dict[str, str]
    failures: tuple[str, ...]


def theme_folder() -> Path:
    """The program's own themes: inside the installed package, or beside it in a checkout."""
    packaged = Path(__file__).parent / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "themes"


def load_themes(folders: Iterable[Path]) -> LoadedThemes:
    """Read every `*.toml` of the folders; a later file of the same name wins."""
    themes: dict[str, Theme] = {}
    titles: dict[str, str] = {}
    failures: list[str] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            theme, title = read_theme(path)
        except (OSError, ValueError) as error:
            failures.append(_("The theme {file} cannot be used: {why}").format(file=path.name, why=error))
        else:
            themes[theme.name], titles[theme.name] = theme, title
    return LoadedThemes(tuple(themes.values()), titles, tuple(failures))


def read_theme(path: Path) -> tuple[Theme, str]:
    """One file's theme and its title.

    Raises:
        OSError, ValueError: it cannot be read, misses something, or a colour is none.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    colors, variables = content.get("colors", {}), content.get("variables", {})
    if unknown := set(colors) - COLORS:
        raise ValueError(", ".join(sorted(unknown)))
    if "primary" not in colors:
        raise ValueError("colors.primary")
    for key, colour in {**colors, **{name: variables[name] for name in VARIABLES if name in variables}}.items():
        try:
            Color.parse(colour)
        except (ColorParseError, TypeError) as error:
            raise ValueError(f"{key} = {colour!r}") from error
    name = str(content.get("name", path.stem))
    theme = Theme(
        name=name,
        dark=bool(content.get("dark", True)),
        ansi=bool(content.get("ansi", False)),
        variables={key: str(value) for key, value in variables.items()},
        **colors,
    )
    return theme, str(content.get("title", name))
