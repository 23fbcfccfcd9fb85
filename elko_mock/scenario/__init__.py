"""Scenarios: situations to pretend, as frozen values, and the YAML files that describe them."""
