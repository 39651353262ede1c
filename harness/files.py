"""Files of digits made in memory: Kaggle's CSV, IDX, npz, PNG and zip."""

import io
import zipfile

import numpy as np
from PIL import Image

HEADER = "label," + ",".join(f"pixel{number}" for number in range(784))  # of Kaggle's train.csv


def csv_of(images: np.ndarray, labels: np.ndarray | None, header: bool = True, separator: str = ",") -> bytes:
    """Return a table as Kaggle has them, a digit a row; the column of labels stands first where there are any."""
    flat = images.reshape(len(images), -1)
    table = flat if labels is None else np.column_stack([labels, flat])
    lines = [separator.join(map(str, row)) for row in table.tolist()]
    names = HEADER if labels is not None else HEADER.removeprefix("label,")
    return "\n".join([names.replace(",", separator), *lines, ""] if header else [*lines, ""]).encode()


def idx_of(array: np.ndarray) -> bytes:
    """Return an IDX file, the format in which MNIST was published."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def npz_of(**arrays: np.ndarray) -> bytes:
    """Return NumPy's archive of named arrays."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def png_of(image: np.ndarray) -> bytes:
    """Return a picture of 140 x 140 px, as someone might upload it."""
    stream = io.BytesIO()
    Image.fromarray(image).resize((140, 140), Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files, whose names may hold folders."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
