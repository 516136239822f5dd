"""Tests of signing in without a password (XOAUTH2)."""
