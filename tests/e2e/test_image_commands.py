"""The very commands of the image and of the compose file, run as they would be there, as far as that goes without an
engine: installed as the Dockerfile installs, its environment, a read-only root where this system lets us make one."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.containers import ROOT, compose, dockerfile
from tests.e2e.program import NOWHERE
from tests.postgres import PostgresServer

READY_S = 90


@dataclass(frozen=True)
class Image:
    """What the Dockerfile makes, in a folder: the programs, and what it says to run."""

    programs: Path
    environment: Mapping[str, str]
    entrypoint: list[str]
    command: list[str]
    healthcheck: list[str]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The sources that the Dockerfile copies, installed by its own command into an environment that has the locked
    packages and not this checkout."""
    folder = tmp_path_factory.mktemp("image")
    build, programs = folder / "build", folder / "programs"
    instructions = dockerfile()
    build.mkdir()
    for each in instructions:
        if each.name == "COPY" and "--from" not in each.arguments:
            for name in each.copied:
                source = ROOT / name
                ignored = shutil.ignore_patterns("__pycache__")
                if source.is_dir():
                    shutil.copytree(source, build / name, ignore=ignored)
                else:
                    shutil.copy(source, build / name)
    venv.create(programs, with_pip=False)
    (site,) = programs.glob("lib/python*/site-packages")
    # The packages of the lock are those of this environment. Its own way to the checkout is a .pth file, which is not
    # read here, so that what was left out of the installation is missed.
    (site / "locked.pth").write_text(sysconfig.get_path("purelib"))
    (install,) = (each.words[1:] for each in instructions if each.name == "RUN" and each.words[-1] == ".")
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "bin" / "python"), "--quiet"]
    installed = [*install, "--ignore-installed", "--no-index"]
    subprocess.run([*pip, *installed], cwd=build, check=True, capture_output=True)
    last = {each.name: each for each in instructions}
    return Image(
        programs,
        last["CMD"].environment,
        last["ENTRYPOINT"].words,
        last["CMD"].words,
        last["HEALTHCHECK"].words,
    )


@dataclass
class Container:
    """A process with the image's environment and a data folder of its own."""

    image: Image
    data: Path
    environment: dict[str, str]

    def settings(self) -> dict[str, str]:
        of_image = {name: value.replace("/data", str(self.data)) for name, value in self.image.environment.items()}
        path = of_image["PATH"].replace("/opt/paperboy", str(self.image.programs))
        network = {f"PAPERBOY_{name}_URL": NOWHERE for name in ("ARXIV_FEED", "ARXIV_API", "ARXIV_OAI", "HF")}
        return {**of_image, **network, **self.environment, "PATH": path}

    def run(self, words: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._confined(words),
            env=self.settings(),
            cwd=self.data,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )

    def start(self, words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._confined(words), env=self.settings(), cwd=self.data, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def _confined(self, words: list[str]) -> list[str]:
        if not can_confine():
            return words
        # All is read-only but the volume, and /tmp, where the test's database listens.
        keep = f"mount --bind {shlex.quote(str(self.data))} {shlex.quote(str(self.data))}"
        programs = shlex.quote(str(self.image.programs))
        script = (
            f"mount --make-rprivate / && mount --bind /tmp /tmp && {keep} && mount --bind {programs} {programs} "
            f'&& mount -o remount,bind,ro {programs} && mount -o remount,bind,ro / && cd . && exec "$@"'
        )
        return ["unshare", "--mount", "sh", "-c", script, "sh", *words]


@cache
def can_confine() -> bool:
    """Whether we may make a read-only view of the file system for a process."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "--mount", "sh", "-c", "mount --make-rprivate / && mount -o remount,bind,ro /"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def free_port() -> str:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return str(reserved.getsockname()[1])


@contextmanager
def running(container: Container, words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process from when its own health check is content; it is told to stop at the end and must do so in order."""
    process = container.start(words)
    try:
        for _ in range(READY_S):
            if process.poll() is not None or container.run(container.image.healthcheck).returncode == 0:
                break
            time.sleep(1)
        assert process.poll() is None, process.communicate()[1].decode()
        assert container.run(container.image.healthcheck).returncode == 0
        yield process
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=15)[1].decode()
        assert process.returncode == 0, said
        assert '"event": "stopped"' in said
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def container(image: Image, folder: Path, name: str, database: str) -> Container:
    """One of the compose file's services of ours, its secrets in files, its database the test's."""
    service = compose()["services"][name]
    environment = dict(service["environment"])
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    for variable, value in environment.items():
        if value.startswith("/run/secrets/"):
            (secrets / Path(value).name).touch()
            environment[variable] = str(secrets / Path(value).name)
    data = folder / name
    data.mkdir()
    environment |= {"PAPERBOY_DATABASE_URL": database, "PAPERBOY_OPS_PORT": free_port()}
    return Container(image, data, environment)


@pytest.mark.postgres
@pytest.mark.timeout(400)
def test_the_bot_and_a_worker_start_are_well_and_stop(
    image: Image, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    services = compose()["services"]
    with postgres_server.database(migrated=False) as url:
        bot, worker = (container(image, tmp_path, name, url) for name in ("bot", "worker"))
        with running(bot, [*image.entrypoint, *services["bot"]["command"]]):
            with running(worker, [*image.entrypoint, *services["worker"]["command"]]):
                status = json.loads(bot.run([*image.entrypoint, "admin", "status", "--json"]).stdout)
                assert status["papers"] == 0
                assert status["samples"] == 40
                doctor = bot.run([*image.entrypoint, "admin", "doctor"])
                assert "ok      data folder" in doctor.stdout
                assert "ok      database's clock" in doctor.stdout
                backup = bot.run([*image.entrypoint, "admin", "backup", "backup.db"])
                assert backup.returncode == 0, backup.stderr
            assert worker.run(image.healthcheck).returncode != 0, "the health check must notice that it is gone"
        assert (bot.data / "backup.db").is_file()


@pytest.mark.timeout(400)
def test_the_image_by_itself_runs_on_a_file(image: Image, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    alone = Container(image, tmp_path / "data", {"PAPERBOY_OPS_PORT": free_port(), "PAPERBOY_LOG_FORMAT": "json"})
    with running(alone, [*image.entrypoint, *image.command]):
        assert (alone.data / "paperboy.db").is_file()
    answered = alone.run([*image.entrypoint, "chat"], input="interests add diffusion models\nrecommend 2\n")
    assert "Diffusion" in answered.stdout, answered.stderr


def test_what_the_image_installs_is_not_this_checkout(image: Image, tmp_path: Path) -> None:
    asked = "import bot, adapters, store; print(bot.__file__, adapters.__file__, store.__file__)"
    (tmp_path / "data").mkdir()
    told = Container(image, tmp_path / "data", {}).run(["python", "-c", asked])
    assert len(re.findall(re.escape(str(image.programs)), told.stdout)) == 3, told.stdout + told.stderr


@pytest.mark.skipif(not can_confine(), reason="a read-only view of the file system cannot be made here")
def test_the_root_that_the_commands_run_on_is_read_only(image: Image, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    inside = Container(image, tmp_path / "data", {})
    refused = inside.run(["sh", "-c", f"touch /opt/x {image.programs}/x"])
    assert refused.stderr.count("Read-only file system") == 2
    assert inside.run(["touch", "x"]).returncode == 0
