"""What kind of customer a name tells of: company, sole trader, person or public body (domain facts §5.4)."""

from __future__ import annotations

import re

from opomini_tui.text.names import fold

KINDS = ("company", "sole_trader", "person", "public")

# What ledgers write in a column of their own, without marks, spaces and signs.
_WORDS = {
    "company": "company pravna pravnaoseba podjetje druzba p po legal legalentity b2b",
    "sole_trader": "soletrader sp samostojnipodjetnik podjetnik obrtnik",
    "person": "person fizicna fizicnaoseba oseba f fo potrosnik obcan individual consumer b2c",
    "public": "public javni javniorgan javnisektor proracunskiuporabnik proracun drzavniorgan b2g",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split()}

_SOLE_TRADER = re.compile(r"\bs\.\s?p\b(?!\.?\s?a\b)|\bsp$|\bsamostojn\w+ podjetni|\bobrt\b|\be\.\s?(?:k|u)\b")
# Legal forms of Slovenia, then of Austria and Germany, Italy, Croatia and its neighbours, the English-speaking.
_COMPANY = re.compile(
    r"\bj?\.?d\.?\s?o\.?\s?o\b|\bd\.\s?d\b|\bdd$|\bk\.\s?d\b|\bd\.\s?n\.\s?o\b|\bz\.\s?[ob]\.\s?o\b|\bso\.\s?p\b"
    r"|\bk\.\s?d\.\s?d\b"
    r"|\bgmbh\b|\bag\b|\bkg\b|\bog\b|\bohg\b|\bug\b|\be\.\s?v\b"
    r"|\bs\.?r\.?l\b|\bs\.?p\.?a\b|\bs\.?n\.?c\b|\bs\.?a\.?s\b"
    r"|\bs\.?\s?r\.?\s?o\b|\ba\.\s?s\b|\bkft\b|\bzrt\b"
    r"|\bltd\b|\blimited\b|\bllc\b|\binc\b|\bplc\b|\bb\.?v\b|\bs\.?a\.?r\.?l\b|\bs\.?e\.?$|\bco\b"
)
_PUBLIC = re.compile(
    r"\b(?:mestna )?obcina\b|\bministrstvo\b|\bjavni (?:\w+ )?zavod\b|\bzavod javni\b|\bjavna agencija\b|\bjavni sklad\b"
    r"|\brepublika slovenija\b|\bupravna enota\b|\bsodisce\b|\btozilstvo\b|\bosnovna sola\b|\bsrednja \w*\s?sola\b"
    r"|\bgimnazija\b|\buniverza\b|\bvrtec\b|\bzdravstveni dom\b|\bbolnisnica\b|\bklinicni center\b"
    r"|\bcenter za socialno delo\b|\bdom (?:starejsih|upokojencev)\b|\bkrajevna skupnost\b|\bfinancna uprava\b"
    r"|\bpolicij\w+ (?:uprava|postaja)\b|\burad republike\b|\bvlada\b|\bdrzavni zbor\b"
)
_ASSOCIATION = re.compile(
    r"\bzavod\b|\bdrustvo\b|\bzveza\b|\bzadruga\b|\bklub\b|\bustanova\b|\bfundacija\b|\bzupnija\b|\bskupnost\b"
    r"|\bsindikat\b|\bzbornica\b|\bbanka\b|\bzavarovalnica\b|\bassociation\b|\bfoundation\b|\bverein\b|\budruga\b"
)


def kind_of(word: str) -> str:
    """The kind that a word of a ledger means (lower case, no marks and signs); "" when it is not known."""
    return _KIND_OF.get(word, "")


def guess_kind(name: str, tax_id: str) -> str:
    """The kind of a customer by his name: the legal form first, then what he calls himself.

    Without any of it he is a person when he has no tax number, otherwise a company.
    """
    folded = fold(name)
    if _SOLE_TRADER.search(folded):
        return "sole_trader"
    if _COMPANY.search(folded):
        return "company"
    if _PUBLIC.search(folded):
        return "public"
    if _ASSOCIATION.search(folded):
        return "company"
    return "company" if tax_id else "person"
