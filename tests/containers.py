"""The container files, read as far as Paperboy's own use of them goes."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Instruction:
    """A line of the Dockerfile; `environment` is what ENV has set up to and with it in its stage."""

    name: str
    arguments: str
    environment: Mapping[str, str]

    @property
    def words(self) -> list[str]:
        """The words of an exec form, which is the only one that is used."""
        words: list[str] = json.loads(self.arguments[self.arguments.index("[") :])
        return words

    @property
    def copied(self) -> list[str]:
        return self.arguments.split()[:-1]


def dockerfile() -> list[Instruction]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    instructions = []
    environment: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, arguments = line.split(maxsplit=1)
        if name == "FROM":
            environment = {}
        if name == "ENV":
            environment = environment | dict(word.split("=", 1) for word in shlex.split(arguments))
        instructions.append(Instruction(name, arguments, environment))
    return instructions


def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())
