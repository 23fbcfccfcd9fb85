"""Our own checks: what no schema says. One family a file; `catalogue` lists them all."""
