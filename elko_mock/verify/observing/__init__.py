"""Observing a provider by GET alone: which assumptions of the ledger its answers confirm or contradict."""
