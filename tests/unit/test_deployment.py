"""What `Dockerfile`, `compose.yaml`, the proxy's file and the systemd unit say, held against the app; no Docker needed.

`deploy/try.sh` builds the image and runs it where there is Docker.
"""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import pytest
import yaml
from packaging.requirements import Requirement

from digitcore.runs.record import SHIPPED
from harness.browser import free_port
from harness.shell import parsed

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "digit-studio.service").read_text(encoding="utf-8")
PROXY = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
HEALTH = "/_stcore/health"
WITHIN = 60  # s


def copied() -> list[str]:
    """Return what the Dockerfile copies into the image, each to where it lies here."""
    lines = [line.split()[1:] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    assert all(target in ("./", *sources) for *sources, target in lines)
    return [source for *sources, _ in lines for source in sources]


def commands() -> Iterator[list[str]]:
    """Yield every command of ours that the files start, behind `python -m digitcore`."""
    yield json.loads(DOCKERFILE.splitlines()[-1].removeprefix("CMD "))[3:]
    yield shlex.split(next(line for line in UNIT.splitlines() if line.startswith("ExecStart=")))[3:]
    yield from (service["command"][3:] for service in SERVICES.values() if "command" in service)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_is_one_with_options_that_there_are(command: list[str]) -> None:
    assert parsed(command)


def test_the_image_has_all_of_the_app_and_nothing_that_people_trained() -> None:
    assert set(copied()) == {"requirements.txt", "app.py", "LICENSE", ".streamlit", "pages", "digitcore"} | {
        f"models/{run}" for run in SHIPPED
    }
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in sent if line.startswith("!")} == set(copied())


def test_the_images_python_is_one_that_the_app_is_tested_on() -> None:
    version = re.search(r"^FROM python:(3\.\d+)-slim$", DOCKERFILE, re.MULTILINE)
    assert version is not None
    assert version[1] in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_package_that_is_imported_is_installed_by_the_images_list() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all(len(Requirement(line).specifier) == 1 for line in lines if not line.startswith("#"))
    assert "requirements-dev" not in DOCKERFILE


def test_nothing_in_the_image_runs_as_root_or_listens_unasked() -> None:
    instructions = [line.split()[0] for line in DOCKERFILE.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert instructions[instructions.index("USER") :] == ["USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"]
    assert "USER studio" in DOCKERFILE
    assert f"127.0.0.1:8501{HEALTH}" in DOCKERFILE


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_kept_as_tight_as_it_can_be(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert ("ports" in service) == ("outside" in service["networks"]) == (name == "proxy")


def test_the_two_processes_share_their_runs_a_class_and_a_scheduler_with_certificates() -> None:
    one, other = (SERVICES[name] for name in ("studio-1", "studio-2"))
    for what in ("command", "environment", "volumes"):
        assert one[what] == other[what]
    assert one["environment"]["DIGITCORE_SCHEDULER"].startswith("tls://")
    for name, certificate in (("studio-1", "app"), ("scheduler", "scheduler"), ("worker", "worker")):
        shown = [each.split(":")[1] for each in SERVICES[name]["volumes"] if "certificates" in each]
        assert shown == [f"/certificates/{certificate}.pem"], "each has its own alone"
    assert other["pid"] == "service:studio-1"
    assert COMPOSE["networks"]["inside"]["internal"]


def test_the_proxy_sends_a_pupil_to_the_same_process_and_forges_no_address() -> None:
    assert set(re.findall(r"server (studio-\d:8501);", PROXY)) == {"studio-1:8501", "studio-2:8501"}
    assert "hash $pupil consistent;" in PROXY
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in PROXY
    assert "proxy_set_header Host $http_host;" in PROXY


def test_certificates_are_made_and_fit(tmp_path: Path) -> None:
    if shutil.which("openssl") is None or os.getuid() != 0:
        pytest.skip("openssl and root are needed")
    made = tmp_path / "certificates"
    making = ["sh", "deploy/certificates.sh", "digits.test", str(made)]
    environment = {**os.environ, "DIGITCORE": f"{sys.executable} -m digitcore"}
    subprocess.run(making, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    files = [file for file in made.rglob("*") if file.is_file()]
    assert {file.name for file in files} == {"app.pem", "scheduler.pem", "worker.pem", "site.pem", "site-key.pem"}
    assert [file.name for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077] == []
    refused = subprocess.run(making, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "remove them first" in refused.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the image holds, which nobody may write to."""
    place = tmp_path / "app"
    for name in copied():
        (shutil.copytree if (ROOT / name).is_dir() else _copy)(ROOT / name, place / name)
    for each in (*place.rglob("*"), place):
        each.chmod(each.stat().st_mode & ~0o222)
    return place


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


@contextmanager
def started(tree: Path, runs: Path) -> Iterator[str]:
    """Start the image's command in its tree, as somebody who may write to nothing but `runs` and a /tmp."""
    port, beside = free_port(), runs.parent / "tmp"
    beside.mkdir(exist_ok=True)
    rightless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []  # else root may all
    program = [sys.executable, "-m", "digitcore", "class", "--keep", str(runs / ".classroom" / "class.json")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIGITCORE_", "PYTHON"))}
    places = {"DIGITCORE_MODELS": str(runs), "HOME": str(beside), "TMPDIR": str(beside)}
    line = [*rightless, *program, "--host", "127.0.0.1", "--port", str(port)]
    environment = {**kept, **places, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(line, cwd=tree, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for_health(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for_health(address: str) -> None:
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        try:
            with urlopen(f"{address}{HEALTH}", timeout=2) as answer:
                assert answer.read() == b"ok"
                return
        except URLError:
            time.sleep(0.1)
    raise TimeoutError


def now(browser: OpenerDirector, address: str) -> dict[str, object]:
    with browser.open(f"{address}/studio/classroom/now") as answer:
        heard: dict[str, object] = json.loads(answer.read())
    return heard


@pytest.mark.skipif(sys.platform != "linux", reason="the image is of Linux")
def test_two_processes_start_in_a_tree_that_nobody_can_write_to_and_are_one_class(tree: Path, tmp_path: Path) -> None:
    runs, browser = tmp_path / "runs", build_opener(HTTPCookieProcessor())
    with started(tree, runs) as one, started(tree, runs) as other:
        code = json.loads((runs / ".classroom" / "class.json").read_text())["code"]
        with browser.open(f"{one}/join", urlencode({"code": code, "to": HEALTH}).encode()):
            assert now(browser, one) == now(browser, other) == {"eyes": False, "cleared": 0}
        (standing,) = (file for file in runs.glob(".classroom/*.json") if file.name != "class.json")
        standing.write_text('{"come": 1, "cleared": 1, "eyes_to_the_front": true}')
        assert now(browser, one) == now(browser, other) == {"eyes": True, "cleared": 1}
    assert not [file for file in tree.rglob("*") if file.stat().st_mode & 0o222]
