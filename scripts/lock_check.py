"""Prove, without a network, that the lock files satisfy pyproject.toml and name no index.

Every requirement of the project (extras and groups included), and of every locked package that is installed here,
must be pinned in the lock to a version that satisfies it, with at least one hash.
"""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)\s*(?:;\s*(?P<marker>.*?))?\s*\\?$")

Pins = dict[str, list[Requirement]]


def read_lock(path: Path) -> tuple[Pins, list[str]]:
    pins: Pins = {}
    problems: list[str] = []
    text = path.read_text()
    if re.search(r"https?://|--index-url|--find-links", text):
        problems.append(f"{path.name}: names an address; a lock holds hashes only")
    for block in re.split(r"\n(?=\S)", text.strip()):
        head, *hashes = block.splitlines()
        match = PIN.match(head)
        if not match:
            problems.append(f"{path.name}: cannot read {head!r}")
            continue
        if not any("--hash=sha256:" in line for line in hashes):
            problems.append(f"{path.name}: {match['name']} has no hash")
        marker = f"; {match['marker']}" if match["marker"] else ""
        pin = Requirement(f"{match['name']}=={match['version']}{marker}")
        pins.setdefault(canonicalize_name(match["name"]), []).append(pin)
    return pins, problems


def applies(requirement: Requirement, extras: set[str]) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras})


def pinned_version(pins: Pins, name: str) -> Version | None:
    for pin in pins.get(canonicalize_name(name), []):
        if pin.marker is None or pin.marker.evaluate():
            return Version(str(next(iter(pin.specifier)).version))
    return None


def unsatisfied(requirements: list[str], pins: Pins, lock: str) -> list[str]:
    problems: list[str] = []
    waiting = [(Requirement(text), set[str](), "pyproject.toml") for text in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, extras, wanted_by = waiting.pop()
        if not applies(requirement, extras):
            continue
        version = pinned_version(pins, requirement.name)
        if version is None:
            problems.append(f"{lock}: {requirement} (wanted by {wanted_by}) is not pinned")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{lock}: {requirement} (wanted by {wanted_by}) is pinned to {version}")
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            needs = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:
            continue
        waiting += [(Requirement(need), set(requirement.extras), requirement.name) for need in needs]
    return problems


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    run = [*project["project"]["dependencies"], *(need for group in extras for need in group)]
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": run + groups["build"],
        "requirements-dev.lock": run + groups["build"] + groups["dev"],
    }
    problems: list[str] = []
    locks: dict[str, Pins] = {}
    for lock, requirements in wanted.items():
        locks[lock], found = read_lock(ROOT / lock)
        problems += found + unsatisfied(requirements, locks[lock], lock)
    for name, pins in locks["requirements.lock"].items():
        if {str(pin) for pin in pins} != {str(pin) for pin in locks["requirements-dev.lock"].get(name, [])}:
            problems.append(f"the two locks differ on {name}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("Run `make lock` and commit both files.", file=sys.stderr)
        return 1
    print(f"locks satisfy pyproject.toml ({', '.join(f'{lock}: {len(pins)}' for lock, pins in locks.items())})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
