"""Writes scenarios/scenario.schema.json anew, from the loader's own shape."""

import json
from pathlib import Path

from elko_mock.scenario.document import schema

if __name__ == "__main__":
    target = Path(__file__).parents[3] / "scenarios" / "scenario.schema.json"
    target.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
