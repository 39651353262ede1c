"""Any file of digits. Its first bytes show which format it has; its name only helps to say what is wrong."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from digitcore.base.images import to_bytes
from digitcore.data.formats import idx
from digitcore.data.formats.chunk import MOST_AT_ONCE, Chunk, Faults, unusable
from digitcore.data.formats.npy import Part, read_npy, read_npz
from digitcore.data.formats.pictures import Entry, entries_in, entries_of, is_junk, is_picture, read_entries, read_zip
from digitcore.data.formats.source import Source, check_entries, opened, unzipping
from digitcore.data.formats.table import read_table
from digitcore.data.mnist import Dataset

MOST_TO_LEARN_FROM = 300_000  # digits, 235 MB; EMNIST, the largest set of digits that is around, has 280,000

_ZIP, _NPY = b"PK", b"\x93NUMPY"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"\0\0\1\0", b"P5", b"P6")
_LOOSE = {"picture", "folder"}
_IDX_NAMES = ("ubyte", ".idx")


def read_digits(sources: Sequence[Source | Path], part: Part = "test") -> Iterator[Chunk]:
    """Yield the digits of one file, of an IDX pair, or of any number of pictures and folders of pictures.

    `part` says which to take of an .npz with both. Raises `BadDataset`, at the latest at the end: then nothing that
    came before may be used either.
    """
    count = 0
    for chunk in _read(sources, part):
        count += len(chunk)
        if count > MOST_AT_ONCE:
            raise unusable(
                sources[0].name, f"it has more than {MOST_AT_ONCE:,} digits, the most that are read at once. Split it."
            )
        yield chunk


def _read(sources: Sequence[Source | Path], part: Part) -> Iterator[Chunk]:
    kinds = [_kind(source) for source in sources]
    if sources and set(kinds) <= _LOOSE:
        yield from read_entries([entry for source in sources for entry in _entries(source)])
        return
    files = [source if isinstance(source, Source) else Source.of_path(source) for source in sources]
    if sorted(kinds) == ["images", "labels"]:
        yield from idx.read_idx(files[kinds.index("images")], files[kinds.index("labels")])
    elif len(files) == 1:
        yield from _read_one(files[0], kinds[0], part)
    else:
        names = ", ".join(source.name for source in sources) or "No file"
        raise unusable(names, "these can't be read together. Take one file, an IDX pair, or pictures only.")


def read_dataset(
    sources: Sequence[Source | Path],
    name: str,
    part: Part = "train",
    report: Callable[[float], None] | None = None,
) -> Dataset:
    """Return labelled digits to learn from or to test on, all of them or none. Raises `BadDataset`.

    `report` is called with the share done.
    """
    file = sources[0].name if sources else "No file"
    images, labels = [], []
    faults = Faults(file)
    for chunk in read_digits(sources, part):
        for picture, trouble in zip(chunk.names or (), chunk.troubles or (), strict=True):
            if trouble:
                faults.add(picture, trouble.rstrip("."))
        if chunk.labels is None:
            raise unusable(file, f"it has no labels. {_HOW_TO_LABEL}")
        if report:
            report(chunk.done)
        images.append(to_bytes(chunk.images))
        labels.append(chunk.labels)
        if sum(map(len, labels)) > MOST_TO_LEARN_FROM:
            raise unusable(
                file, f"it has more than {MOST_TO_LEARN_FROM:,} digits, which is more than can be kept here."
            )
    faults.raise_any()
    return Dataset.of(name, np.concatenate(images), np.concatenate(labels))


_HOW_TO_LABEL = (
    "Labels come as a CSV's column 'label', an IDX file beside the images, an array 'labels' or 'y' in an .npz, "
    "or folders called 0 to 9 in a zip."
)


def shows_pictures(source: Source | Path) -> bool:
    """Return whether a file is a picture, or a folder of pictures: of those, any number can be read together."""
    return _kind(source) in _LOOSE


def with_labels(path: Path) -> list[Source | Path]:
    """Return a path, and with an IDX file of images the file of labels that lies beside it under a matching name."""
    if _kind(path) == "images":
        plain = path.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
        for beside in (path.with_name(plain), path.with_name(f"{plain}.gz")):
            if beside.is_file() and _kind(beside) == "labels":
                return [path, beside]
    return [path]


def _entries(source: Source | Path) -> list[Entry]:
    if isinstance(source, Path) and source.is_dir():
        return entries_in(source)
    return entries_of([source if isinstance(source, Source) else Source.of_path(source)])


def _kind(source: Source | Path) -> str:
    """Return which format a file has."""
    if isinstance(source, Path):
        if source.is_dir():
            return "folder"
        source = Source.of_path(source)
    with opened(source) as content:
        start = content.read(8)
    if not start:
        raise unusable(source.name, "it is empty.")
    if start.startswith(_ZIP):
        return _kind_of_zip(source)
    if start.startswith(_NPY):
        return "npy"
    if start.startswith(_PICTURES) or is_picture(source.name):
        return "picture"
    if start.startswith(idx.LABELS):
        return "labels"
    looks_like_idx = start[:2] == b"\0\0" or any(part in source.name.lower() for part in _IDX_NAMES)
    return "images" if looks_like_idx else "table"


def _kind_of_zip(source: Source) -> str:
    names = _names_in(source)
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    return "zip" if len(names) != 1 or is_picture(names[0]) else "zipped file"


def _names_in(source: Source) -> list[str]:
    with unzipping(source) as archive:
        return [info.filename for info in archive.infolist() if not info.is_dir() and not is_junk(info.filename)]


def _unzipped(source: Source) -> Source:
    """Return the only file of a zip, as Kaggle sends its tables."""
    (name,) = _names_in(source)
    with unzipping(source) as archive:
        info = archive.getinfo(name)
        check_entries(source, [info], source.most)
    # both close with the stream that is returned
    opener = lambda: ZipFile(source.open()).open(name)  # noqa: E731, SIM115
    inner = Source(f"{source.name}, {name}", info.file_size, opener, sent=source.sent or source.size)
    if _kind(inner) in ("zip", "zipped file"):
        raise unusable(source.name, "it holds another zip. Take that out of it first.")
    return inner


def _read_one(source: Source, kind: str, part: Part) -> Iterator[Chunk]:
    match kind:
        case "npz":
            return read_npz(source, part)
        case "npy":
            return read_npy(source)
        case "zip":
            return read_zip(source)
        case "zipped file":
            return _read([_unzipped(source)], part)
        case "images":
            return idx.read_idx(source, None)
        case "labels":
            raise unusable(source.name, "it holds labels alone. Take the file of images with it.")
        case _:
            return read_table(source)
