"""Tests of the rules and the verbs of dunning."""
