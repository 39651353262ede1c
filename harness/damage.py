"""Files and messages with something wrong in them, for hypothesis: bytes changed, added, left out, doubled, cut off."""

from hypothesis import strategies as st

_BYTES = st.binary(min_size=1, max_size=8) | st.sampled_from(
    (b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"-1", b"1e9")
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return `whole` with one to four changes."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)) | st.integers(0, min(63, max(len(data) - 1, 0))))  # the header
        match draw(st.sampled_from(("change", "change", "insert", "remove", "double", "cut"))):
            case "change":
                new = draw(_BYTES)
                data[at : at + len(new)] = new
            case "insert":
                data[at:at] = draw(_BYTES)
            case "remove":
                del data[at : at + draw(st.integers(1, 64))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 64))]
            case "cut":
                del data[at:]
    return bytes(data)


def anything() -> st.SearchStrategy[object]:
    """Return whatever JSON can say, and what Python's reader makes of more than that: NaN, infinity, huge numbers."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(10**400)
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    )
