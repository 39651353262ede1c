"""Who can speak with the scheduler and the worker that an app starts for itself, on a machine that has other users."""

import socket
import ssl
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from distributed import Client

from digitcore.jobs.cluster import Connection, connect
from digitcore.jobs.cluster.authority import new_bundles
from digitcore.jobs.cluster.certificates import Role, for_client, write_private

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there are no embedded clusters"),
    # Dask's own clean-up of sockets and loops at exit
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
WITHIN = 5  # s, an answer


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    made = connect()
    made.client.wait_for_workers(1, timeout=60)
    yield made
    made.close()


@pytest.fixture(scope="module")
def bundle(connection: Connection) -> Path:
    """What the processes know one another by."""
    assert connection.embedded is not None
    return Path(connection.embedded.security.tls_ca_file)


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of another cluster."""
    made = tmp_path_factory.mktemp("strangers") / "cluster.pem"
    write_private(made, new_bundles([Role.EMBEDDED], timedelta(days=1))[Role.EMBEDDED])
    return made


def listening() -> list[tuple[str, int]]:
    """Return where this process and those below it can be called."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    lines = [line for process in family for line in process.net_connections("inet")]
    return [tuple(line.laddr) for line in lines if line.status == psutil.CONN_LISTEN]


def answer(where: tuple[str, int], tls: ssl.SSLContext | None) -> bytes:
    """Return what is said first on a new line, to whom has shown what `tls` holds; nothing if that is hung up."""
    with suppress(OSError), socket.create_connection(where, WITHIN) as plain:
        line = tls.wrap_socket(plain) if tls else plain
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return line.recv(100)
    return b""


def context(shown: Path | None) -> ssl.SSLContext:
    """Return what a client goes by who trusts anybody and shows a bundle's certificate, or none."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if shown:
        made.load_cert_chain(shown)
    return made


def test_only_the_app_gets_an_answer_from_its_processes(bundle: Path, strangers: Path) -> None:
    where = listening()
    assert len(where) == 3  # scheduler, nanny and worker, without the pages that Dask has beside each
    assert {host for host, _ in where} == {"127.0.0.1"}
    for each in where:
        assert answer(each, context(bundle))
        assert answer(each, context(strangers)) == b""
        assert answer(each, context(None)) == b""
        assert answer(each, None)[:1] in (b"", b"\x15")  # a TLS alert at most


def test_a_client_of_dask_without_the_key_is_refused(connection: Connection, strangers: Path) -> None:
    address = connection.client.scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    with pytest.raises(OSError, match=r"reset|closed|Timed out"):
        Client(address.replace("tls", "tcp"), timeout=1)
    with pytest.raises(OSError, match=r"certificate|Timed out"):
        Client(address, security=for_client(strangers), timeout=1)


def test_the_key_is_this_users_alone(bundle: Path) -> None:
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    assert stat.S_IMODE(bundle.parent.stat().st_mode) == 0o700


def test_no_process_of_the_app_names_a_key_where_others_can_read_it(bundle: Path) -> None:
    secret = bundle.read_text().splitlines()[1]
    for process in psutil.Process().children(recursive=True):
        assert secret not in " ".join(process.cmdline())
        assert secret not in " ".join(process.environ().values())


def test_the_key_is_gone_when_the_app_has_ended(bundle: Path, connection: Connection) -> None:
    connection.close()
    assert not bundle.parent.exists()
    assert listening() == []
