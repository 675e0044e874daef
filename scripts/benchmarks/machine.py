"""The machine and the programs that were measured, without naming the machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psycopg


def describe(url: str) -> list[str]:
    """What whoever reads the figures must know, line by line; `url` is the server's."""
    with psycopg.connect(url) as connection:
        server = connection.info.server_version
        settings: dict[str, str] = dict(
            connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", (_TOLD,)).fetchall()
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB of memory",
        f"PostgreSQL {server // 10000}.{server % 10000}, " + ", ".join(f"{name} {settings[name]}" for name in _TOLD),
        f"Python {platform.python_version()}, psycopg {version('psycopg')}, eventsourcing {version('eventsourcing')}",
    ]


_TOLD = ["fsync", "synchronous_commit", "full_page_writes"]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
