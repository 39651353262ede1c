"""Keys and codes can't be guessed, and what is no key opens nothing."""

import pytest

from digitcore.handwriting.keys import PENALTY, digest_of, find_code, new_code, new_key, owner_of


def test_a_key_has_128_bits_and_is_never_the_same() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert len(new_key()) == 22
    owner = owner_of(new_key())
    assert owner is not None
    assert len(owner) == 32


@pytest.mark.parametrize("key", [None, 7, "", "short", "x" * 23, "../../etc/passwd-------", "é" * 22, ["a"], {}])
def test_what_is_no_key_is_nobodys(key: object) -> None:
    assert owner_of(key) is None


def test_a_code_can_be_read_aloud_and_typed_in_any_way() -> None:
    code = new_code()
    assert len(code.split("-")) == 3
    assert digest_of(code) == digest_of(f"  {code.upper().replace('-', ' ')} ")
    assert digest_of(code) != digest_of(new_code())


@pytest.mark.parametrize("code", [None, 1, "", "lusab", "lusab-bafod", "a" * 1_000, "12345-12345-12345"])
def test_what_is_no_code_costs_no_work(code: object) -> None:
    assert digest_of(code) is None


def test_a_wrong_code_is_held_up_and_a_right_one_is_not() -> None:
    code, waited = new_code(), list[float]()
    digest = digest_of(code)
    assert digest is not None
    assert find_code(code, lambda: {3: digest}, waited.append) == 3
    assert waited == []
    assert find_code(new_code(), lambda: {3: digest}, waited.append) is None
    assert waited == [PENALTY]
