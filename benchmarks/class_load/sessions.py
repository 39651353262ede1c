"""Whether the server's memory stays flat while pages are opened and closed.

    python -m benchmarks.class_load.sessions [--sessions 300] [--at-once 10] [--max-growth 0.05]

Each session opens the Draw page, has a drawing read and looks at its steps, then looks at the Diagnostics, Batch and
Data pages, and goes. Sessions wait for their page for a second instead of two minutes. Memory is measured in the
middle, when all that is loaded once has been, and at the end. Ends with status 1 where it grows by more than it may.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile

from benchmarks.live_while_training import runs_in
from harness.app.desk import Desk, asked_for, frame, open_page, page_line, server_process
from harness.browser import serve
from harness.options import parser_for
from harness.targets import Targets

PAGES = ("diagnostics", "batch", "data")
SOON_GONE = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1"}  # s that a session waits for its page to come back
LETS_GO = 35  # s until the server has let go of the last sessions: it looks every 30
_MB = 2**20


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    with tempfile.TemporaryDirectory() as folder, serve(environment={**runs_in(folder), **SOON_GONE}) as address:
        asyncio.run(visit(address, options.sessions // 2, options.at_once))
        middle = memory()
        asyncio.run(visit(address, options.sessions - options.sessions // 2, options.at_once))
        end = memory()
    print(f"{options.sessions} sessions: {middle:.0f} MB after half of them, {end:.0f} MB after all")
    targets = Targets()
    targets.most(end / middle - 1, options.max_growth, "growth of the server's memory")
    return targets.exit_status()


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("sessions", __doc__)
    parser.add_argument("--sessions", type=int, default=300, help="how many are opened and closed")
    parser.add_argument("--at-once", type=int, default=10, help="how many are open at one moment")
    parser.add_argument(
        "--max-growth", type=float, help="fail where memory grows by more in the second half, as a share"
    )
    return parser.parse_args()


async def visit(address: str, sessions: int, at_once: int) -> None:
    """Open and close so many sessions."""
    places = asyncio.Semaphore(at_once)
    await asyncio.gather(*(one_visit(address, places) for _ in range(sessions)))
    await asyncio.sleep(LETS_GO)


async def one_visit(address: str, places: asyncio.Semaphore) -> None:
    async with places, page_line(address) as line:
        desk = await Desk.at(address, (await open_page(line)).desk)
        told = await desk.ask(1, frame(1))
        if told is None or told["reading"] is None:
            raise RuntimeError("A drawing was not read.")
        await desk.steps()
        desk.close()
        for page in PAGES:
            async for _ in asked_for(line, page):
                pass


def memory() -> float:
    """Return what the server has in memory, in MB."""
    return float(server_process().memory_info().rss) / _MB


if __name__ == "__main__":
    sys.exit(main())
