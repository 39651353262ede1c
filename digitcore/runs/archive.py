"""A run's folder as bytes, to travel from a worker or to be downloaded: a plain zip of its files."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from digitcore.base.errors import BadRun

_PACKED_ALREADY = (".npz", ".keras")
_LARGEST = 256 * 2**20  # bytes a file may unpack to; the largest of ours has a few million


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
            for entry in file.infolist():
                if Path(entry.filename).name != entry.filename or entry.file_size > _LARGEST:
                    raise BadRun(f"The archive holds {entry.filename!r}, which is no part of a run.")
                (folder / entry.filename).write_bytes(file.read(entry))
    except BadZipFile as error:
        raise BadRun("The archive is damaged; train the run again.") from error
