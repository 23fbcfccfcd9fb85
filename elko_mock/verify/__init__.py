"""Grades a provider: does a server do what the document and the service's conventions say? Never hurts the real one."""
