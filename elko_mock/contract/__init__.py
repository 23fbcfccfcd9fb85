"""What ELKO promised, and how well we know it: the document, its operations, their checks, the fidelity ledger."""
