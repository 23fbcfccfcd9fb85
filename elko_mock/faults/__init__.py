"""Faults: what goes wrong (kinds), when (plan), as a file or a header says it. Pure; drawn from a seed."""
