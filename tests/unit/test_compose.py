"""The container files against the compose specification, and against what they promise."""

import json
import re
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.settings import Settings
from tests.containers import ROOT, Instruction, compose, dockerfile

SERVICES = ("database", "bot", "worker")
OURS = ("bot", "worker")


@pytest.fixture
def document() -> Any:
    return compose()


@pytest.fixture
def image() -> list[Instruction]:
    return dockerfile()


def schema() -> Any:
    """The compose specification's own schema, as check-jsonschema carries it."""
    carried = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    return json.loads(carried.read_text("utf-8"))


def test_the_compose_file_keeps_to_the_specification(document: Any) -> None:
    validator = Draft202012Validator(schema())
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [("bot", "comand", ["run"]), ("bot", "read_only", [1]), ("database", "healthcheck", {"tests": "x"})],
)
def test_the_specification_would_notice_a_mistake(service: str, key: str, value: object, document: Any) -> None:
    document["services"][service][key] = value
    assert list(Draft202012Validator(schema()).iter_errors(document))


def test_there_are_a_database_a_bot_and_two_workers(document: Any) -> None:
    assert tuple(document["services"]) == SERVICES
    assert document["services"]["worker"]["deploy"]["replicas"] == 2
    assert document["services"]["bot"]["command"] == ["run"]
    assert document["services"]["worker"]["command"] == ["worker"]


def test_the_database_is_reached_by_nobody_from_outside(document: Any) -> None:
    assert not any("network_mode" in service for service in document["services"].values())
    assert [name for name, service in document["services"].items() if "ports" in service] == ["bot"]
    (network,) = document["services"]["database"]["networks"]
    assert document["networks"][network] == {"internal": True}


def test_the_page_is_reached_from_this_machine_alone(document: Any) -> None:
    bot = document["services"]["bot"]
    assert bot["ports"] == [f"127.0.0.1:8080:{bot['environment']['PAPERBOY_WEB_PORT']}"]
    assert "PAPERBOY_WEB_HOST" not in document["services"]["worker"]["environment"]


def test_every_service_says_when_it_is_well_and_waits_for_what_it_needs(document: Any) -> None:
    services = document["services"]
    assert all(service["healthcheck"]["test"][0] == "CMD" for service in services.values())
    assert not any("curl" in json.dumps(service["healthcheck"]) for service in services.values())
    assert services["bot"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert {each: need["condition"] for each, need in services["worker"]["depends_on"].items()} == {
        "database": "service_healthy",
        "bot": "service_healthy",
    }


@pytest.mark.parametrize("name", OURS)
def test_our_processes_have_no_more_rights_than_they_need(name: str, document: Any) -> None:
    service = document["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert int(service["stop_grace_period"].removesuffix("s")) > 10
    assert [volume.split(":")[1] for volume in service["volumes"]] == ["/data"]


def test_secrets_lie_in_files_that_are_not_in_the_repository(document: Any) -> None:
    for name, secret in document["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    for name in OURS:
        service = document["services"][name]
        for variable, value in service["environment"].items():
            if re.search("TOKEN|PASSWORD", variable):
                assert variable.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in service["secrets"]
        assert service["environment"]["PAPERBOY_DATABASE_URL"] == "postgresql://paperboy@database/paperboy"
    assert "POSTGRES_PASSWORD" not in document["services"]["database"]["environment"]


def test_everything_that_a_service_names_is_there(document: Any) -> None:
    for service in document["services"].values():
        assert set(service["networks"]) <= set(document["networks"])
        assert set(service["secrets"]) <= set(document["secrets"])
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(document["volumes"])
        assert "build" in service or service["image"] in {"paperboy-bot", "postgres:18-bookworm"}


def test_every_variable_is_a_setting(document: Any, image: list[Instruction]) -> None:
    known = {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
    said = {name for each in OURS for name in document["services"][each]["environment"]}
    said |= {name for name in image[-1].environment if name.startswith("PAPERBOY_")}
    assert said <= known


def test_the_example_shows_settings_with_their_defaults() -> None:
    lines = [line[1:] for line in (ROOT / ".env.example").read_text().splitlines() if line.startswith("#PAPERBOY_")]
    assert len(lines) > 8
    shown = dict(line.split("=", 1) for line in lines)
    secret = [name for name in shown if re.search("TOKEN|PASSWORD|URL", name)]
    assert secret == ["PAPERBOY_WEB_URL"], "the page's public address, which is none"
    assert shown.pop("PAPERBOY_LOG_LEVEL") == "INFO", "what `run` and `worker` log at"
    for name, value in shown.items():
        field = Settings.model_fields[name.removeprefix("PAPERBOY_").lower()]
        default = field.default
        if isinstance(default, bool):
            default = str(default).lower()
        elif not isinstance(default, str):
            default = ",".join(default) if isinstance(default, tuple) else f"{default:g}" if default else ""
        assert value == default


def test_the_image_is_built_in_two_stages_from_the_lock_alone(image: list[Instruction]) -> None:
    froms = [each.arguments for each in image if each.name == "FROM"]
    assert [words.split()[0] for words in froms] == ["python:3.11-slim-bookworm"] * 2
    installs = [each.words for each in image if each.name == "RUN" and "install" in each.words]
    assert installs[0][1:] == ["install", "--require-hashes", "--no-deps", "-r", "requirements.lock"]
    assert all("--no-deps" in words for words in installs)
    assert not any(word in each.arguments for each in image for word in ("apt-get", "curl", "wget", "ADD"))


def test_the_image_does_not_run_as_root_and_writes_to_its_volume_alone(image: list[Instruction]) -> None:
    last = image[len(image) - [each.name for each in reversed(image)].index("FROM") - 1 :]
    by_name = {each.name: each for each in last}
    assert int(by_name["USER"].arguments) > 0
    assert by_name["VOLUME"].words == ["/data"]
    environment = last[-1].environment
    assert (environment["HOME"], environment["PAPERBOY_DATA_DIR"]) == ("/data", "/data")
    assert by_name["ENTRYPOINT"].words == ["paperboy"]
    assert by_name["CMD"].words == ["run"]


def test_what_is_copied_is_there_and_nothing_else_reaches_the_build(image: list[Instruction]) -> None:
    copied = [word for each in image if each.name == "COPY" and "--from" not in each.arguments for word in each.copied]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied)


def test_compose_and_image_ask_for_the_same_health(document: Any, image: list[Instruction]) -> None:
    (check,) = (each for each in image if each.name == "HEALTHCHECK")
    assert ["CMD", *check.words] == document["services"]["bot"]["healthcheck"]["test"]
    assert document["services"]["worker"]["healthcheck"] == document["services"]["bot"]["healthcheck"]
