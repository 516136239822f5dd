"""One file per screen or modal, named after its form."""
