"""Tests of the sentences of people, in both languages."""
