"""Known vulnerabilities among the pinned packages, as pip-audit finds them. Run by `make audit`.

Ends with 0 when every pinned package was looked up and none is known to be vulnerable, with 1 when one is, and with 77
when the service that knows could not be asked about each of them: nothing found is then no news.
"""

import json
import subprocess
import sys
from pathlib import Path

PINNED = Path(__file__).resolve().parent.parent / "constraints.txt"
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 77


def main() -> int:
    """The exit code."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps", "--disable-pip"]
    run = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, text=True, check=False
    )
    try:
        looked_at = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"pip-audit could not ask its advisory service, so nothing is known: {last}")
        return UNKNOWN
    return judged(looked_at)


def judged(looked_at: list[dict[str, object]]) -> int:
    """The exit code for what pip-audit reports, told line by line."""
    vulnerable, unknown = 0, []
    for one in looked_at:
        found = one.get("vulns")
        if not isinstance(found, list):
            unknown.append(str(one.get("name")))
            continue
        for each in found:
            vulnerable += 1
            fixed = ", ".join(each.get("fix_versions") or ()) or "nothing yet"
            print(f"{one['name']} {one['version']}: {each['id']}, fixed in {fixed}")
    if vulnerable:
        print(f"{vulnerable} known vulnerabilities among {len(looked_at)} pinned packages")
        return VULNERABLE
    if unknown or not looked_at:
        print(
            f"the advisory service did not answer for {len(unknown)} of {len(looked_at)} pinned packages "
            f"({', '.join(unknown[:5])}{', ...' if len(unknown) > 5 else ''}), so nothing is known of these"
        )
        return UNKNOWN
    print(f"no known vulnerability among {len(looked_at)} pinned packages")
    return CLEAN


if __name__ == "__main__":
    sys.exit(main())
