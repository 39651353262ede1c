"""Drawers beside a visitor who sends heavy frames, or drops heavy files, one after the other."""

import asyncio
import statistics
import urllib.request
from collections.abc import Callable, Coroutine

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from benchmarks import drawers
from benchmarks.heaviest.makers import Heavy
from harness.app.desk import Desk, answers, asked_for, open_page, page_line
from harness.browser import serve

DRAWERS = 5
DRAWING = 6.0  # s a round
ROUNDS = 3
_BOUNDARY = "heavy"
PATIENCE = 3.0  # s; then the page with the file is closed, and another one opened


def rates_beside(heaviest: dict[str, Heavy]) -> dict[str, float]:
    """Return, for the heaviest of each title, what share of their rate drawers keep beside it."""
    shares = {}
    with serve() as address:
        for title, heavy in heaviest.items():
            spoil = send_frames if title == "message" else drop_file
            alone, beside = asyncio.run(draw_beside(address, heavy, spoil))
            shares[title] = beside / alone
            print(f"{DRAWERS} drawers: {alone:.1f} readings a second each, {beside:.1f} beside the heaviest {title}")
    return shares


Spoiler = Callable[[str, Heavy, asyncio.Event], Coroutine[None, None, None]]


async def draw_beside(address: str, heavy: Heavy, spoil: Spoiler) -> tuple[float, float]:
    """Return the rates of drawers alone and beside somebody who sends a heavy file: medians of rounds in turn."""
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(await rate(address))
        stop = asyncio.Event()
        spoiling = asyncio.create_task(spoil(address, heavy, stop))
        beside.append(await rate(address))
        stop.set()
        await spoiling
    return statistics.median(alone), statistics.median(beside)


async def rate(address: str) -> float:
    everyone = asyncio.Barrier(DRAWERS)
    return statistics.median(await asyncio.gather(*(drawers.draw(address, everyone, DRAWING) for _ in range(DRAWERS))))


async def send_frames(address: str, heavy: Heavy, stop: asyncio.Event) -> None:
    """Send a frame again and again, each as soon as the one before has been answered."""
    async with page_line(address) as line:
        desk = await Desk.at(address, (await open_page(line)).desk)
        number = 0
        while not stop.is_set():
            number += 1
            await desk.ask(number, heavy.content)
        desk.close()


async def drop_file(address: str, heavy: Heavy, stop: asyncio.Event) -> None:
    """Drop a file on the Batch page, in a new page as soon as it has been read or refused."""
    while not stop.is_set():
        async with page_line(address) as line:
            await drop_once(address, line, heavy, stop)


async def drop_once(address: str, line: ClientConnection, heavy: Heavy, stop: asyncio.Event) -> None:
    uploader = session = ""
    async for message in asked_for(line, "batch"):
        session = message.new_session.initialize.session_id or session
        uploader = message.delta.new_element.file_uploader.id or uploader
    dropped = BackMsg()
    dropped.rerun_script.page_name = "batch"
    state = dropped.rerun_script.widget_states.widgets.add()
    state.id = uploader
    state.file_uploader_state_value.uploaded_file_info.add().CopyFrom(await upload(address, line, session, heavy))
    await line.send(dropped.SerializeToString())
    async for _ in answers(line):
        pass
    await asyncio.wait((asyncio.create_task(stop.wait()),), timeout=PATIENCE)


async def upload(address: str, line: ClientConnection, session: str, heavy: Heavy) -> UploadedFileInfo:
    """Send a file as a browser does, and return what stands for it."""
    asked = BackMsg()
    asked.file_urls_request.request_id = "1"
    asked.file_urls_request.file_names.append(heavy.name)
    asked.file_urls_request.session_id = session
    await line.send(asked.SerializeToString())
    while True:
        message = ForwardMsg.FromString(await line.recv())
        if message.WhichOneof("type") == "file_urls_response":
            break
    (urls,) = message.file_urls_response.file_urls
    await asyncio.to_thread(put, address, urls.upload_url, heavy)
    return UploadedFileInfo(file_id=urls.file_id, name=heavy.name, size=len(heavy.content), file_urls=urls)


def put(address: str, path: str, heavy: Heavy) -> None:
    """Send a file, with the cookie and the header by which the server knows its own page."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=60) as answer:
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{heavy.name}"\r\n\r\n'
    body = head.encode() + heavy.content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2].strip('"'),
    }
    with urllib.request.urlopen(urllib.request.Request(f"{address}{path}", body, headers, method="PUT"), timeout=60):
        pass
