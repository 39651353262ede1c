"""What a training looks like in a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from digitcore.networks import Network
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochDone
from digitcore.runs.history import Progress as Event


def summary_table(network: Network) -> Table:
    table = Table("layer", "kind", "output shape", title=f"{network.title} ({network.name})")
    table.add_column("parameters", justify="right")
    for row in network.summary():
        table.add_row(row.name, row.kind, " × ".join(map(str, row.output_shape)), f"{row.parameters:,}")
    table.add_section()
    table.add_row("total", "", "", f"{network.parameters:,}")
    return table


class TrainingBars:
    """A progress bar an epoch, with time left; nothing at all where stderr is no terminal."""

    def __init__(self, config: TrainingConfig, console: Console) -> None:
        self._epochs = config.epochs
        self._epoch = 0
        self._task: TaskID | None = None  # the bar of that epoch
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[figures]}"),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "TrainingBars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def warn(self, sentence: str) -> None:
        """Print a sentence above the bars, also where stderr is no terminal."""
        self._bars.console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def show(self, event: Event) -> None:
        match event:
            case BatchDone():
                if event.epoch != self._epoch:
                    self._epoch = event.epoch
                    title = f"epoch {event.epoch}/{self._epochs}"
                    self._task = self._bars.add_task(title, total=event.batches, figures="")
                figures = f"accuracy {event.accuracy:.4f}  loss {event.loss:.4f}"
                if self._task is not None:
                    self._bars.update(self._task, completed=event.batch, figures=figures)
            case EpochDone() if self._task is not None:
                row = event.row
                figures = f"accuracy {row.accuracy:.4f}  loss {row.loss:.4f}  validation {row.val_accuracy:.4f}"
                self._bars.update(self._task, figures=figures + ("  best" if event.best else ""))
