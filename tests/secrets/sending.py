"""What the tests that send planted secrets share."""

import os

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ELKO_")}
"""Of a command as it is started here: nothing of the developer's own settings."""
