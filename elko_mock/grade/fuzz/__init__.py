"""Fuzzing a client: hostile worlds are drawn, the client is run in each, and a world it fails in is made small."""
