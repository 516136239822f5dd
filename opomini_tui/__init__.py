"""Opomini: dunning in the terminal, from the ledger's open items to the letter that was sent."""

__version__ = "0.1.0"
