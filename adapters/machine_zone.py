"""The time zone of this machine."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from bot.domain.schedule import find_zone

ETC = Path("/etc")


def machine_zone(environment: Mapping[str, str] = os.environ, etc: Path = ETC) -> str:
    """The IANA name that `TZ`, `/etc/localtime` or `/etc/timezone` gives; UTC where none of them does."""
    names = [environment.get("TZ", "").removeprefix(":")]
    _, found, linked = str((etc / "localtime").resolve()).rpartition("/zoneinfo/")
    names += [linked] if found else []
    with contextlib.suppress(OSError, ValueError):
        names.append((etc / "timezone").read_text(encoding="utf-8").strip())
    return next((name for name in names if name and find_zone(name)), "UTC")
