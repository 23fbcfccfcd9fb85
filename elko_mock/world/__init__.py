"""Worlds: isolated accounts, each with its own trade, gate, faults, journal and clock."""
