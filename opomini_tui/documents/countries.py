"""Names of countries as the last line of an address, in capitals (UPU: in a language the sending country knows)."""

from __future__ import annotations

COUNTRIES = {
    "AL": "ALBANIJA",
    "AT": "AVSTRIJA",
    "AU": "AVSTRALIJA",
    "BA": "BOSNA IN HERCEGOVINA",
    "BE": "BELGIJA",
    "BG": "BOLGARIJA",
    "CA": "KANADA",
    "CH": "ŠVICA",
    "CN": "KITAJSKA",
    "CY": "CIPER",
    "CZ": "ČEŠKA",
    "DE": "NEMČIJA",
    "DK": "DANSKA",
    "EE": "ESTONIJA",
    "ES": "ŠPANIJA",
    "FI": "FINSKA",
    "FR": "FRANCIJA",
    "GB": "ZDRUŽENO KRALJESTVO",
    "GR": "GRČIJA",
    "HR": "HRVAŠKA",
    "HU": "MADŽARSKA",
    "IE": "IRSKA",
    "IT": "ITALIJA",
    "LI": "LIHTENŠTAJN",
    "LT": "LITVA",
    "LU": "LUKSEMBURG",
    "LV": "LATVIJA",
    "ME": "ČRNA GORA",
    "MK": "SEVERNA MAKEDONIJA",
    "MT": "MALTA",
    "NL": "NIZOZEMSKA",
    "NO": "NORVEŠKA",
    "PL": "POLJSKA",
    "PT": "PORTUGALSKA",
    "RO": "ROMUNIJA",
    "RS": "SRBIJA",
    "SE": "ŠVEDSKA",
    "SI": "SLOVENIJA",
    "SK": "SLOVAŠKA",
    "SM": "SAN MARINO",
    "TR": "TURČIJA",
    "UA": "UKRAJINA",
    "US": "ZDRUŽENE DRŽAVE AMERIKE",
    "XK": "KOSOVO",
}
"""By their two-letter codes."""


def country_name(country: str) -> str:
    """The name of a country given by its two-letter code; anything else in capitals as it is."""
    return COUNTRIES.get(country.upper(), country.upper())
