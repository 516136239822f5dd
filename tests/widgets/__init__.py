"""Tests of the widgets that several screens share."""
