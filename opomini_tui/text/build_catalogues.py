"""Build hook: merges the catalogue fragments of each language and compiles them to one .mo file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("sl", "en")
SOURCE = "en"


def merge(language: str) -> Catalog:
    """All fragments of `language` as one catalogue.

    Raises:
        ValueError: two fragments translate the same text differently.
    """
    whole = Catalog(locale=language, domain="opomini", charset="utf-8")
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            fragment = read_po(file, locale=language)
        for message in fragment:
            if not message.id or message.fuzzy:
                continue
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise ValueError(f"{path.name}: {message.id!r} is translated as {known.string!r} elsewhere")
            whole.add(message.id, message.string, context=message.context)
    if language == SOURCE:
        # The texts in the code are English: what no fragment says otherwise stands as it is.
        for message in merge("sl"):
            if message.id and whole.get(message.id, message.context) is None:
                whole.add(message.id, message.id, context=message.context)
    return whole


def compile_catalogues() -> list[Path]:
    """Write `locales/<language>/LC_MESSAGES/opomini.mo` for every language; the files written."""
    written = []
    for language in LANGUAGES:
        target = LOCALES / language / "LC_MESSAGES" / "opomini.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        whole = merge(language)
        # Renamed into place: a program that starts meanwhile reads the old catalogue or the new one.
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, whole)
        fresh.replace(target)
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface[Any]):
    """Compiles the catalogues before hatchling collects the files (also for an editable install)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the build."""
        compile_catalogues()


if __name__ == "__main__":
    for _path in compile_catalogues():
        print(_path)
