"""What the mock can be told, and where it was told: flag, `ELKO_MOCK_*`, elko-mock.toml, default.

The only reader of the environment and of elko-mock.toml.
"""

from elko_mock.settings.model import SETTINGS, Settings, load
from elko_mock.settings.sources import Setting, SettingsProblem, environment, written

__all__ = ["SETTINGS", "Setting", "Settings", "SettingsProblem", "environment", "load", "written"]
