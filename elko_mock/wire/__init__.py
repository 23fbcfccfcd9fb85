"""Representations: which one is wanted, and data to and from JSON and XML, led by the schema."""
