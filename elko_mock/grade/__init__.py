"""Grading a client: rules over journals, the verdict, the bill, and the runs that give occasion."""
