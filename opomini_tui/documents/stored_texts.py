"""The text that is in force: this company's own template where it has one, the packaged one otherwise."""

from __future__ import annotations

from opomini_tui.documents.texts import default_text
from opomini_tui.documents.wording import Kind, TextName
from opomini_tui.models.settings import Template

LAWSUIT = 4
"""The level under which a template for the notice before lawsuit is stored."""


class StoredTexts:
    """The templates of this company, read once for a run."""

    def __init__(self) -> None:
        self._own = Template.contents()

    def template(self, name: TextName, level: int, before_lawsuit: bool, language: str, kind: Kind) -> str:
        """The template `name` for a notice; see `default_text`."""
        own = self._own.get((LAWSUIT if before_lawsuit else level, language, kind, name))
        return default_text(name, level, before_lawsuit, language, kind) if own is None else own


def kind_of(customer_kind: str) -> Kind:
    """Which texts a kind of customer gets: natural persons their own, all others those of companies."""
    return "person" if customer_kind == "person" else "company"
