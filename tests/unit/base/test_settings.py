"""What the environment decides."""

import pytest

from digitcore.base.settings import why_scheduler_refused

ELSEWHERE = ["tcp://10.0.0.5:8786", "tcp://0.0.0.0:8786", "10.0.0.5:8786", "tcp://localhost.evil:1", "ws://school:1"]


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "127.0.0.1:8786", "tcp://[::1]:8786", "tls://10.0.0.5:8786", ""],
)
def test_a_scheduler_on_this_machine_or_with_certificates_is_used(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", address)
    assert why_scheduler_refused() is None


@pytest.mark.parametrize("address", ["tcp://[::1", "tcp://", *ELSEWHERE])
def test_a_scheduler_that_others_may_reach_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", address)
    refusal = why_scheduler_refused() or ""
    assert address in refusal
    assert "python -m digitcore cluster init" in refusal


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_setting_insists_on_it(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", address)
    monkeypatch.setenv("DIGITCORE_TRUST_NETWORK", "1")  # as earlier versions had it
    assert why_scheduler_refused()
