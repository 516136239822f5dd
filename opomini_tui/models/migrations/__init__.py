"""Numbered changes of the schema, applied at start by playhouse.migrations."""
