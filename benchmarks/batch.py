"""From Kaggle's test.csv to submission.csv: seconds, rows a second and memory, beside pandas and `model.predict`.

    python -m benchmarks.batch [--run RUN] [--rows 28000] [--no-keras] [--most-seconds 6] [--most-mb 1000]

The CSV is made of MNIST itself, as large as Kaggle's (28,000 rows, 51 MB), and thrown away afterwards. Each way is a
process of its own, timed from its start to its end, and without what it takes to import and to load the network ("of
work"); "of CPU" is what its threads took together, which other programs hardly affect; memory is the peak. The
answers are compared with `predict_proba`. Exits with 1 where the first way misses a target or an answer differs. With
`--rows 1000000` the memory must stay what it was.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.record import KERAS_FILE
from harness.options import parser_for
from harness.targets import Targets

_KAGGLES = 28_000  # rows

# what a tutorial does; the arguments are the run's model.keras, the CSV to read and the one to write
_TUTORIAL = """
import json, sys, time
import keras, pandas as pd
model = keras.models.load_model(sys.argv[1])
began = time.perf_counter()
pixels = pd.read_csv(sys.argv[2]).to_numpy().reshape(-1, 28, 28, 1) / 255.0
digits = model.predict(pixels, verbose=0).argmax(axis=1)
pd.DataFrame({"ImageId": range(1, len(digits) + 1), "Label": digits}).to_csv(sys.argv[3], index=False)
print(json.dumps({"count": len(digits), "seconds": time.perf_counter() - began}))
"""

# starts what its arguments say, then prints seconds, seconds of CPU and kB: a small process, since on Linux the peak of
# a process counts what the one that started it had
_WATCH = """
import resource, subprocess, sys, time
began = time.perf_counter()
status = subprocess.call(sys.argv[1:])
whole, usage = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
print(whole, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(status)
"""


@dataclass(frozen=True)
class Measured:
    """One way: its seconds in all, without its start, and of all its threads together, and its peak memory, in MB."""

    whole: float
    work: float
    cpu: float
    megabytes: float


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("batch", __doc__)
    parser.add_argument("--run", default="digitnet", help="which run reads")
    parser.add_argument("--rows", type=int, default=_KAGGLES)
    parser.add_argument("--no-keras", action="store_true", help="leave out the other way")
    parser.add_argument("--most-seconds", type=float, help="fail where it takes longer, start included")
    parser.add_argument("--most-mb", type=float, help="fail where it takes more memory")
    chosen = parser.parse_args()
    classifier = DigitClassifier.load(chosen.run)
    images = _images(min(chosen.rows, _KAGGLES))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test.csv"
        _write_csv(file, images, chosen.rows)
        print(f"{chosen.rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} cores, {chosen.run}")
        print(f"{'way':26} {'seconds':>8} {'of work':>8} {'of CPU':>8} {'rows/s':>8} {'MB':>6}")
        out = Path(folder) / "submission.csv"
        command = ["-m", "digitcore", "submit", str(file), "-o", str(out), "--json", "--run", chosen.run]
        ours = _measure([sys.executable, *command])
        _print("digitcore submit", ours, chosen.rows)
        wrong = _count_wrong(out, classifier.predict_proba(images).argmax(axis=1))
        if not chosen.no_keras:
            keras_file = str(classifier.run.folder / KERAS_FILE)
            theirs = _measure(
                [sys.executable, "-c", _TUTORIAL, keras_file, str(file), str(Path(folder) / "theirs.csv")]
            )
            _print("pandas and model.predict", theirs, chosen.rows)
    targets = Targets()
    targets.most(ours.whole, chosen.most_seconds, "time in all", "{:.2f} s")
    targets.most(ours.megabytes, chosen.most_mb, "memory", "{:.0f} MB")
    targets.most(wrong, 0, "wrong answers", "{:,}")
    return targets.exit_status()


def _images(rows: int) -> NDArray[np.uint8]:
    mnist = load_mnist()
    return np.concatenate([mnist.test.images, mnist.train.images])[:rows]


def _write_csv(file: Path, images: NDArray[np.uint8], rows: int) -> None:
    """Write `rows` rows as Kaggle does, `images` over and over."""
    lines = [",".join(map(str, image)) + "\n" for image in images.reshape(len(images), -1).tolist()]
    with file.open("w", encoding="ascii") as stream:
        stream.write(",".join(f"pixel{number}" for number in range(784)) + "\n")
        for first in range(0, rows, len(lines)):
            stream.writelines(lines[: rows - first])


def _measure(command: Sequence[str]) -> Measured:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", _WATCH, *command], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    output, _, measured = done.stdout.rpartition("}\n")
    whole, cpu, kilobytes = map(float, measured.split())
    return Measured(whole, json.loads(output + "}")["seconds"], cpu, kilobytes / 1e3)


def _print(way: str, measured: Measured, rows: int) -> None:
    pace = f"{rows / measured.work:8,.0f}"
    print(f"{way:26} {measured.whole:8.2f} {measured.work:8.2f} {measured.cpu:8.2f} {pace} {measured.megabytes:6.0f}")


def _count_wrong(submission: Path, expected: NDArray[np.int64]) -> int:
    rows = np.loadtxt(submission, delimiter=",", skiprows=1, dtype=np.int64)
    return int((rows[:, 1] != expected[(rows[:, 0] - 1) % len(expected)]).sum())


if __name__ == "__main__":
    sys.exit(main())
