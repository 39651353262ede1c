"""A run's folder as bytes, to travel from a worker or to be downloaded: a plain zip of its files."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from digitcore.base.errors import DAMAGED, BadRun

_PACKED_ALREADY = (".npz", ".keras")
_LARGEST = 256 * 2**20  # bytes that all may unpack to; the largest of our files has a few million
_MOST_FILES = 64  # a run has eight


def pack(folder: Path) -> bytes:
    """Return the files of a folder as the bytes of a zip archive; what is being written has a dot and stays out."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for file in sorted(folder.glob("[!.]*")):
            archive.write(file, file.name, ZIP_STORED if file.suffix in _PACKED_ALREADY else ZIP_DEFLATED)
    return stream.getvalue()


def unpack(archive: bytes, folder: Path) -> None:
    """Write the files of such an archive into `folder`. Raises `BadRun` for an archive that `pack` did not make."""
    try:
        with ZipFile(BytesIO(archive)) as file:
            _check(file.infolist())
            for entry in file.infolist():
                (folder / entry.filename).write_bytes(file.read(entry))
    except DAMAGED as error:
        raise BadRun("The archive is damaged, or the disk is full; train the run again.") from error


def _check(entries: Sequence[ZipInfo]) -> None:
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _LARGEST:
        raise BadRun("The archive holds more than a run has; train the run again.")
    for entry in entries:
        plain = Path(entry.filename).name == entry.filename and not entry.filename.startswith(".")
        if not plain or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or "\\" in entry.filename:
            raise BadRun(f"The archive holds {entry.filename!r}, which is no part of a run.")
