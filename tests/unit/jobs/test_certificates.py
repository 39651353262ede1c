"""Certificates of a cluster: which can be shown, and to whom."""

import os
import socket
import ssl
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from distributed import Client

from digitcore.base.errors import ClusterUnreachable
from digitcore.jobs.cluster import connect
from digitcore.jobs.cluster.authority import new_bundles
from digitcore.jobs.cluster.certificates import Role, checked, for_app, for_client, write_private

pytestmark = [  # Dask's own clean-up of a client that could not connect
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
DAY = timedelta(days=1)


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    """A folder with a certificate for each role."""
    for role, bundle in new_bundles(Role, DAY).items():
        write_private(tmp_path / f"{role}.pem", bundle)
    return tmp_path


@pytest.fixture
def expired(tmp_path: Path) -> Path:
    write_private(tmp_path / "expired.pem", new_bundles([Role.APP], timedelta(hours=-1))[Role.APP])
    return tmp_path / "expired.pem"


def shaken(server: ssl.SSLContext, client: ssl.SSLContext, name: str | None) -> bool:
    """Return whether both ends are content with each other."""
    ends = socket.socketpair()
    heard: list[bytes] = []

    def serve() -> None:
        with suppress(OSError), server.wrap_socket(ends[0], server_side=True) as line:
            heard.append(line.recv(5))

    thread = threading.Thread(target=serve)
    thread.start()
    with suppress(OSError), client.wrap_socket(ends[1], server_hostname=name) as line:
        line.sendall(b"hello")
        line.unwrap()
    for end in ends:
        end.close()
    thread.join()
    return heard == [b"hello"]


def called(bundle: Path, role: str) -> ssl.SSLContext:
    context: ssl.SSLContext = for_client(bundle).get_listen_args(role)["ssl_context"]
    return context


def test_an_app_speaks_with_the_scheduler_alone(bundles: Path) -> None:
    caller = for_app(bundles / "app.pem").get_connection_args("client")
    ends = caller["ssl_context"], caller["server_hostname"]
    assert shaken(called(bundles / "scheduler.pem", "scheduler"), *ends)
    assert not shaken(called(bundles / "worker.pem", "scheduler"), *ends)
    assert not shaken(called(bundles / "app.pem", "scheduler"), *ends)


def test_workers_speak_with_the_scheduler_and_one_another_and_with_no_app_in_its_place(bundles: Path) -> None:
    caller = for_client(bundles / "worker.pem").get_connection_args("worker")["ssl_context"]
    assert shaken(called(bundles / "scheduler.pem", "scheduler"), caller, None)
    assert shaken(called(bundles / "worker.pem", "worker"), caller, None)
    assert not shaken(called(bundles / "app.pem", "scheduler"), caller, None)


def test_a_cluster_lets_in_nobody_of_another_one(bundles: Path, tmp_path: Path) -> None:
    write_private(tmp_path / "other.pem", new_bundles([Role.WORKER], DAY)[Role.WORKER])
    caller = for_client(tmp_path / "other.pem").get_connection_args("worker")["ssl_context"]
    caller.verify_mode = ssl.CERT_NONE  # it would not refuse us
    assert not shaken(called(bundles / "scheduler.pem", "scheduler"), caller, None)


def test_a_cluster_lets_in_nobody_whose_certificate_has_expired(expired: Path) -> None:
    caller = for_client(expired).get_connection_args("client")["ssl_context"]
    caller.verify_mode = ssl.CERT_NONE
    assert not shaken(called(expired, "scheduler"), caller, None)


def test_what_can_not_be_shown_is_a_sentence(expired: Path, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_text("a shopping list")
    with pytest.raises(ClusterUnreachable, match=r"expired on 20\d\d-\d\d-\d\d; .*cluster init"):
        checked(expired)
    with pytest.raises(ClusterUnreachable, match=r"no certificate at .*missing.pem: .*cluster init"):
        checked(tmp_path / "missing.pem")
    with pytest.raises(ClusterUnreachable, match="is no certificate with its key"):
        checked(tmp_path / "other.pem")


def test_an_app_without_a_certificate_says_so_before_it_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tls://10.0.0.5:8786")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ClusterUnreachable, match=r"no certificate at cluster/app.pem"):
        connect()


def test_a_scheduler_of_another_cluster_is_told_from_one_that_is_not_there(
    bundles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_private(bundles / "other.pem", new_bundles([Role.APP], DAY)[Role.APP])
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hang_up, args=(server, called(bundles / "scheduler.pem", "scheduler"))).start()
        monkeypatch.setenv("DIGITCORE_SCHEDULER", f"tls://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("DIGITCORE_CERTIFICATE", str(bundles / "other.pem"))
        with pytest.raises(ClusterUnreachable, match="shows a certificate that is another cluster's"):
            connect()


@pytest.mark.parametrize("heard", [0, 1], ids=["at once", "in the middle of a handshake"])
def test_whoever_hangs_up_leaves_no_client_behind(bundles: Path, monkeypatch: pytest.MonkeyPatch, heard: int) -> None:
    def answer() -> None:
        while server.fileno() >= 0:  # the client may try again
            with suppress(OSError), server.accept()[0] as line:
                while heard and len(line.recv(65536)) == 65536:
                    pass  # else unread bytes would make it a reset

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        monkeypatch.setenv("DIGITCORE_SCHEDULER", f"tls://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("DIGITCORE_CERTIFICATE", str(bundles / "app.pem"))
        monkeypatch.setattr("digitcore.jobs.cluster.connection._CONNECT_WITHIN", 0.5)
        with pytest.raises(ClusterUnreachable, match="can't be reached"):
            connect()
    assert not [
        client
        for client in Client._instances
        if client.status != "closed" and client._start_arg == os.environ["DIGITCORE_SCHEDULER"]
    ]


def hang_up(server: socket.socket, context: ssl.SSLContext) -> None:
    """Take one call, if only to show who we are."""
    with suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True):
        pass


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"one")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "key", b"two")
