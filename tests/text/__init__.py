"""Tests of the texts and formats."""
