"""Tests of Opomini; the folders mirror the package."""
