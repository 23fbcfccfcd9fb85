"""The machine: what the figures were made on."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("connexion", "starlette", "uvicorn", "uvloop", "httptools", "orjson", "jsonschema-rs", "lxml")


def facts() -> dict[str, str]:
    """Name -> value, for the table of the results."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "node": _said("node", "--version").removeprefix("v"),
        "Java": (_said("java", "-version").splitlines() or [""])[0].partition('"')[2].partition('"')[0],
        "wrk": (_said("wrk", "--version").split() or ["", "?"])[1],
        **{name: version(name) for name in LIBRARIES},
    }


def busy() -> float:
    """Processes that want to run, on average over the last minute: figures made beside others are noisy."""
    return os.getloadavg()[0]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return (done.stdout + done.stderr).strip()
