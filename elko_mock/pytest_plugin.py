"""The pytest plugin: `elko`, a world of its own for each test, and `elko_server`, the one mock they share."""
