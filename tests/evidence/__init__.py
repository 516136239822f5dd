"""Tests of what looks at the whole."""
