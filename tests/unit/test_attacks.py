"""What a pupil with a free afternoon tries, a row each: it is refused in a sentence or harmless, and nothing is lost.

Each row does it for real, at the door, at the stores or at the readers, without any page that could hide a button.
Who finds another way in adds a row. What only a running server can show is in `test_attacks_on_a_server.py`.
"""

import base64
import io
import json
import pickle
import shutil
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import quote

import numpy as np
import pytest
from itsdangerous import URLSafeTimedSerializer
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from digitcore.base.errors import DigitcoreError
from digitcore.base.settings import SHIPPED_FOLDER, why_scheduler_refused
from digitcore.classroom.leading import call_to_the_front, what_was_done, wipe_drawings
from digitcore.classroom.lesson import Lesson, begin
from digitcore.classroom.opening import Opening
from digitcore.classroom.passes import COOKIE, Passes
from digitcore.classroom.person import Person, Role
from digitcore.classroom.rights import Right, acting
from digitcore.classroom.share import MOST_WAITING, check_queue
from digitcore.classroom.tries import BURST, FREE
from digitcore.data.formats import Source, read_digits
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore, unpacked
from digitcore.handwriting.drawing import image_of, strokes_of
from digitcore.handwriting.keys import owner_of
from digitcore.jobs import Job, Jobs, State
from digitcore.jobs.store import JobFolders
from digitcore.preprocessing.decode import read_frame, read_picture
from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import RECORD_FILE
from digitcore.runs.store import RunStore
from digitcore.ui.messages import with_plain_states
from digitcore.ui.shared.own.seat import seat_of
from harness.app.classroom import ADDRESS, CODE, KEY, act_as, going_on, teacher, visitor
from harness.app.door import HOST, PAGE, ask, begin_to_post, cookie, post
from harness.files import npz_of, zip_of

MINE, SOMEBODYS, KEPT = "mine", "somebodys", "kept"
SHARE = TrainingConfig(network="dense", epochs=10)
OWN = f"http://{HOST}"
JOIN = "Join the class first"
FOREIGN = "This comes from another site's page, so it is not answered."


@dataclass(frozen=True)
class Place:
    """A class with a run, a training and a data set that aren't the attacker's, who is Visitor 7."""

    lesson: Lesson
    store: RunStore
    data: DataStore
    jobs: Jobs

    @property
    def attacker(self) -> Person:
        return visitor(self.lesson, 7)

    @property
    def cookie(self) -> str:
        return cookie(self.lesson, self.attacker)

    def belongings(self) -> dict[str, object]:
        """Return all that must be as before."""
        files = {str(file): file.read_bytes() for file in self.store.root.rglob("*") if file.is_file()}
        log = [name for name in files if ".classroom" in name or name.endswith(".lock")]
        kept = {name: content for name, content in files.items() if name not in log}
        return {**kept, "eyes": self.lesson.eyes_to_the_front, "default": self.store.default_id()}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs as a class has it in mid-lesson, to be copied; the class's id is left open."""
    root = tmp_path_factory.mktemp("furnished")
    for run_id, number in ((MINE, 7), (SOMEBODYS, 8)):
        shutil.copytree(SHIPPED_FOLDER / "dense", root / run_id, ignore=shutil.ignore_patterns("*.keras", "*.npz"))
        record = json.loads((root / run_id / RECORD_FILE).read_text())
        record |= {"id": run_id, "name": f"Run {run_id}", "by": f"CLASS-{number}"}
        (root / run_id / RECORD_FILE).write_text(json.dumps(record))
        JobFolders(root).reserve(Job(run_id, run_id, SHARE, "2026-01-01", State.TRAINING, "", by=f"CLASS-{number}"))
        job = root / ".jobs" / run_id / "job.json"
        job.write_text(json.dumps(json.loads(job.read_text()) | {"owner": {"pid": 0, "created": 0}}))
    DataStore(root).add(KEPT, digits(), "file.npz")
    return root


@pytest.fixture
def place(furnished: Path, tmp_path: Path) -> Iterator[Place]:
    root = tmp_path / "runs"
    shutil.copytree(furnished, root)
    with going_on(root) as lesson:
        for record in (*root.glob("*/run.json"), *root.glob(".jobs/*/job.json")):
            record.write_text(record.read_text().replace("CLASS-", f"{lesson.opening.id}-"))
        act_as(lesson, visitor(lesson, 7))
        jobs = Jobs(RunStore(root), connector=lambda: SimpleNamespace())  # type: ignore[arg-type, return-value]
        yield Place(lesson, RunStore(root), DataStore(root), jobs)
        jobs.close()


def digits() -> Dataset:
    return Dataset.of("ours", np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10)


def refused(act: Callable[[], object]) -> str:
    """Do it, and return the sentence that it ended with."""
    try:
        act()
    except DigitcoreError as error:
        return str(error)
    return "It was done."


# ---- cookies ---------------------------------------------------------------------------------------------------------


def shown(made: object) -> Callable[[Place], str]:
    """Open a page with this for a pass."""
    return lambda place: _through(ask("/train", cookie=f"{COOKIE}={made(place) if callable(made) else made}"))


def _through(answer: object) -> str:
    return "It was let in." if answer.passed else answer.body  # type: ignore[attr-defined]


def rewritten(place: Place, old: bytes, new: bytes) -> str:
    """Return the attacker's pass with something else in it, under the signature that it had."""
    payload, _, signature = place.lesson.passes.make(place.attacker).partition(".")
    plain = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return base64.urlsafe_b64encode(plain.replace(old, new)).decode().rstrip("=") + "." + signature


def expired(place: Place) -> str:
    yesterday = time.time() - 13 * 3600
    with patch("itsdangerous.timed.time.time", lambda: yesterday):
        return place.lesson.passes.make(place.attacker)


def weakly_signed(place: Place) -> str:
    """Return a pass with the class's secret, as itsdangerous signs by itself: with SHA-1."""
    signer = URLSafeTimedSerializer(place.lesson.opening.secret, "pass")
    return str(signer.dumps([place.attacker.id, "teacher"]))


def forged_by_streamlits_secret() -> str:
    """Return the cookie by which `st.login` knows a teacher, signed as the server itself would sign it."""
    said = json.dumps({"sub": "1", "email": "anna@school.example", "email_verified": True, "is_logged_in": True})
    return create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, said).decode()


def sent_to_the_teacher(place: Place) -> str:
    """Have the teacher open the link for pupils, which joins at once, and return who they are then."""
    made = post(CODE, cookie=cookie(place.lesson, teacher(place.lesson))).headers["set-cookie"]
    return repr(place.lesson.person(made.partition(";")[0].removeprefix(f"{COOKIE}=")).role)


def of_another_class(_place: Place) -> str:
    return Passes(Opening.new(CODE, KEY, [ADDRESS]).secret).make(Person("c-1", Role.TEACHER))


def unsigned(_place: Place) -> str:
    return base64.urlsafe_b64encode(b'["c-1","teacher"]').decode()


def replayed_after_clearing(place: Place) -> str:
    """Clear the class as the teacher does, and come back with the pass from before: still nobody but Visitor 7."""
    before = place.cookie
    act_as(place.lesson, teacher(place.lesson))
    wipe_drawings()
    act_as(place.lesson, place.lesson.passes.read(before.partition("=")[2]))
    return refused(wipe_drawings) if place.lesson.cleared == 1 else "It was undone."


COOKIES = {
    "no cookie at all": (shown(""), JOIN),
    "a cookie of rubbish": (shown("\x00ÿ!!..."), JOIN),
    "a cookie of 60 kB": (shown("a" * 60_000), JOIN),
    "a pass that nobody signed": (shown(unsigned), JOIN),
    "a pass signed with another secret": (shown(of_another_class), JOIN),
    "a pass signed with SHA-1": (shown(weakly_signed), JOIN),
    "a pass whose role was changed": (shown(lambda place: rewritten(place, b"visitor", b"teacher")), JOIN),
    "a pass whose number was changed": (shown(lambda place: rewritten(place, b'-7"', b'-1"')), JOIN),
    "a pass that was cut": (shown(lambda place: place.lesson.passes.make(place.attacker)[:-1]), JOIN),
    "yesterday's pass": (shown(expired), JOIN),
    "a pass from before the class was cleared": (replayed_after_clearing, "Only the teacher can do this."),
    "another pass behind one's own": (lambda place: _through(ask("/", cookie=f"{place.cookie}; {COOKIE}=x")), JOIN),
    "a page's address written oddly": (lambda _: _through(ask("/_stcore/health/../stream")), JOIN),
    "the way in, in capitals": (lambda _: _through(ask("/JOIN")), JOIN),
    "a websocket without a pass": (lambda _: _through(ask("/_stcore/stream", kind="websocket")), JOIN),
    "a file upload without a pass": (lambda _: _through(ask("/_stcore/upload_file/a/b", "PUT", b"x")), JOIN),
    "a run's weights without a pass": (lambda _: _through(ask("/studio/weights/digitnet/x")), JOIN),
    "Streamlit's own cookie, of a teacher": (
        lambda _: _through(ask("/", cookie="_streamlit_user=" + forged_by_streamlits_secret())),
        JOIN,
    ),
    "signing in, where there are codes": (lambda _: ask("/join/sign-in").body, "This class is joined by its code"),
    "coming back from no provider": (lambda _: ask("/oauth2callback?code=1&state=2").body, "You are not signed in"),
    "another site's link to leave by": (
        lambda place: ask("/leave", cookie=place.cookie, sec_fetch_site="cross-site").body,
        "To leave the class",
    ),
    "a link by which the teacher would be a visitor": (sent_to_the_teacher, "Role.TEACHER"),
    "whether the class goes on, without a pass": (lambda _: _through(ask("/studio/classroom/now")), JOIN),
}

# ---- codes -----------------------------------------------------------------------------------------------------------

WRONG = "This is not the class&#x27;s code: look at the board, and type it once more."


def typed(code: str, times: int = 1, **headers: str) -> Callable[[Place], str]:
    return lambda _: [post(code, **headers).body for _ in range(times)][-1]


def by_drops(_: Place) -> str:
    """Begin to send a code, and never go on."""
    with patch("digitcore.ui.classroom.door._FORM_WITHIN", 0.01):
        return begin_to_post(b"code=AAA").body


def many_addresses(_place: Place) -> str:
    for number in range(BURST + 30):  # some are free again while the others are tried
        post("AAA-AAA-AAA", from_=f"10.0.1.{number}")
    return post(CODE, from_="10.0.0.3").body


CODES = {
    "a wrong code": (typed("AAA-AAA-AAA"), WRONG),
    "a teacher's key with a sign missing": (typed(KEY[:-1]), WRONG),
    "a code that is markup": (typed("<script>alert(1)</script>"), WRONG),
    "a code of 100 kB": (typed("A" * 100_000), WRONG),
    "no form at all": (lambda _: ask("/join", "POST", b"\xff\xfe{}").body, WRONG),
    "a code under another name": (lambda _: ask("/join", "POST", f"code[]={CODE}".encode()).body, WRONG),
    "a code that never ends": (by_drops, WRONG),
    "one code after another": (typed("AAA-AAA-AAA", FREE + 1), "Too many wrong codes: wait a second, then try again."),
    "the codes of one IPv6 network": (
        lambda _: [post("AAA", from_=f"2001:db8::{number}").body for number in range(FREE + 1)][-1],
        "Too many wrong codes: wait a second, then try again.",
    ),
    "codes from many addresses": (many_addresses, "Too many wrong codes: wait a second, then try again."),
}

# ---- cross-site ------------------------------------------------------------------------------------------------------


def from_site(origin: str, kind: str = "http", path: str = "/train", method: str = "GET") -> Callable[[Place], str]:
    """Send what another site's page sends, with the attacker's own pass."""
    return lambda place: _through(ask(path, method, kind=kind, origin=origin, cookie=place.cookie))


def led_to(to: str) -> Callable[[Place], str]:
    """Join with an address to go on to, and return where that leads."""
    return lambda _: post(CODE, to, origin=OWN).headers["location"]


def rebound(place: Place) -> str:
    """Outside a class, open the app under a name that somebody lets mean this machine."""
    begin(None)
    answer = ask("/_stcore/stream", kind="websocket", host="evil.example", origin="http://evil.example")
    begin(place.lesson)
    return answer.body


def policy_of(path: str, cookie: str = "") -> str:
    return ask(path, cookie=cookie).headers["content-security-policy"]


SITES = {
    "a page of another site": (from_site("http://evil.example"), FOREIGN),
    "a page of another port": (from_site("http://192.168.1.20:9999"), FOREIGN),
    "a page of a longer name": (from_site(f"{OWN}.evil.example"), FOREIGN),
    "a page with our name before an @": (from_site(f"{OWN}@evil.example"), FOREIGN),
    "a page of no site": (from_site("null"), FOREIGN),
    "a site that is no address": (from_site("http://["), FOREIGN),
    "another site's websocket": (from_site("http://evil.example", "websocket", "/_stcore/stream"), FOREIGN),
    "another site's websocket of no address": (from_site("http://[::1", "websocket", "/_stcore/stream"), FOREIGN),
    "another site's upload": (from_site("http://evil.example", path="/_stcore/upload_file/a/b", method="PUT"), FOREIGN),
    "joining from another site": (lambda _: post(CODE, origin="http://evil.example").body, FOREIGN),
    "a name that leads to this machine": (rebound, "The app is not known by this name"),
    "being led to another site": (led_to("https://evil.example"), "/"),
    "being led to another host": (led_to("//evil.example"), "/"),
    "being led by a backslash": (led_to("/\\evil.example"), "/"),
    "being led to a script": (led_to("javascript:alert(1)"), "/"),
    "a line break in an address": (led_to("/a\r\nSet-Cookie: x=y"), "/"),
    "our page in another's frame": (lambda place: policy_of("/", cookie=place.cookie), "frame-ancestors 'self'"),
    "the way in within a frame": (lambda _: policy_of("/join"), "frame-ancestors 'none'"),
    "a script in an address": (
        lambda _: ask("/join?to=" + quote('/"><script>alert(1)</script>'), accept=PAGE).body,
        "&lt;script&gt;alert(1)",
    ),
}

# ---- roles -----------------------------------------------------------------------------------------------------------


def does(act: Callable[[Place], object]) -> Callable[[Place], str]:
    return lambda place: refused(lambda: act(place))


def starts(**more: object) -> Callable[[Place], str]:
    return does(lambda place: place.jobs.start(replace(SHARE, **more)))  # type: ignore[arg-type]


def paused(place: Place) -> str:
    place.lesson.call(True)
    said = refused(lambda: place.store.rename(MINE, "Another"))
    place.lesson.call(False)
    return said


ONLY = "only the teacher can"
SLOW = "conv48same conv48same conv48same conv48same average"


def teaches(count: int = 20, layers: str = "") -> Callable[[Place], str]:
    """Have a run taught so many drawings; with layers, as if it were a network of these."""

    def teach(place: Place) -> object:
        run = place.store.get(MINE)
        config = replace(run.config, network="own", layers=layers) if layers else run.config
        own = Dataset.of("own", np.zeros((count, 28, 28), np.uint8), np.arange(count) % 10)
        return place.jobs.tune(replace(run, config=config), own)

    return does(teach)


def taught_while_paused(place: Place) -> str:
    place.lesson.call(True)
    said = teaches()(place)
    place.lesson.call(False)
    return said


def nobody(place: Place) -> str:
    place.lesson.who = lambda: place.lesson.passes.read("no pass")
    return refused(lambda: place.store.rename(MINE, "Another"))


ROLES = {
    "choosing the default": (does(lambda place: place.store.set_default(MINE)), ONLY),
    "renaming another's run": (does(lambda place: place.store.rename(SOMEBODYS, "Ha")), ONLY),
    "deleting another's run": (does(lambda place: place.store.delete(SOMEBODYS)), ONLY),
    "deleting a shipped run": (does(lambda place: place.store.delete("tiny_cnn")), "came with the app"),
    "deleting the default": (does(lambda place: place.store.delete("digitnet")), "is the default run"),
    "adding a data set": (does(lambda place: place.data.add("ours", digits(), "a.npz")), ONLY),
    "removing a data set": (does(lambda place: place.data.remove(KEPT)), ONLY),
    "stopping another's training": (does(lambda place: place.jobs.stop(SOMEBODYS)), "somebody else's"),
    "pausing another's training": (does(lambda place: place.jobs.pause(SOMEBODYS)), "somebody else's"),
    "resuming another's training": (does(lambda place: place.jobs.resume(SOMEBODYS)), "somebody else's"),
    "discarding another's training": (does(lambda place: place.jobs.dismiss(SOMEBODYS)), "somebody else's"),
    "stopping another's training by another process": (
        does(lambda place: place.jobs.stop_elsewhere(place.jobs.get(SOMEBODYS))),
        "somebody else's",
    ),
    "teaching a network that takes an hour": (teaches(layers=SLOW), "up to 10 million multiplications a digit"),
    "teaching from nothing": (teaches(0), "It takes 10 drawings to learn from, and there are none"),
    "teaching while all are paused": (taught_while_paused, "Eyes to the front"),
    "training for longer": (starts(epochs=11), "up to 10 epochs"),
    "training in tiny batches": (starts(batch_size=8), "a batch has at least 32 digits"),
    "training on more": (starts(train_size=60_001), "up to 60,000 digits"),
    "a network of few parameters that takes an hour": (
        starts(network="own", layers=SLOW),
        "up to 10 million multiplications a digit",
    ),
    "a second training at once": (
        does(lambda place: check_queue(place.attacker, [place.attacker.id])),
        "One training each at a time",
    ),
    "a full queue": (does(lambda place: check_queue(place.attacker, ["c-0"] * MOST_WAITING)), "The queue is full"),
    "an experiment of many trainings": (does(lambda _: acting(Right.EXPERIMENT, "").__enter__()), ONLY),
    "calling all eyes to the front": (does(lambda _: call_to_the_front(True)), "Only the teacher"),
    "clearing the class": (does(lambda _: wipe_drawings()), "Only the teacher"),
    "reading the class's log": (does(lambda _: what_was_done(5)), "Only the teacher"),
    "going on while all are paused": (paused, "Eyes to the front"),
    "acting without having joined": (nobody, "You are not in this class"),
}

# ---- names -----------------------------------------------------------------------------------------------------------

NAMES = {
    "a run outside the folder": (
        does(lambda place: place.store.get("../../etc")),
        "There is no run called '../../etc'",
    ),
    "a run of an absolute path": (does(lambda place: place.store.get("/etc")), "There is no run called '/etc'"),
    "a run of a hidden folder": (does(lambda place: place.store.get(".jobs")), "There is no run called '.jobs'"),
    "deleting what is no run": (does(lambda place: place.store.delete("..")), "There is no run called '..'"),
    "a name of 10,000 signs": (does(lambda place: place.store.rename(MINE, "a" * 10_000)), "1 to 80 characters"),
    "a name of blanks and line breaks": (
        does(lambda place: place.store.rename(MINE, " \r\n\t ")),
        "1 to 80 characters",
    ),
    "a training outside the folder": (does(lambda place: place.jobs.stop("../../x")), "There is no training job"),
    "weights of a training outside the folder": (
        does(lambda place: place.jobs.weights("../../x")),
        "There is no training job",
    ),
    "a data set outside the folder": (does(lambda place: place.data.get("../mine")), "There is no data set called"),
    "a data set whose name is a path": (
        does(lambda place: place.data.add("../x", digits(), "a")),
        "'../x' can't name a data set",
    ),
    "a data set called mnist": (does(lambda place: place.data.add("mnist", digits(), "a")), "comes with the app"),
}

# ---- messages --------------------------------------------------------------------------------------------------------


def sent(**fields: object) -> Callable[[Place], str]:
    """Send a message of another kind than pages send."""
    return lambda _: "It went through." if with_plain_states(BackMsg(**fields).SerializeToString()) else "Dropped."  # type: ignore[arg-type]


def state(text: str, name: str = "$$ID-a-None") -> Callable[[Place], str]:
    """Send the state of a component, and return what Streamlit gets of it."""

    def send(_place: Place) -> str:
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id, widget.json_value = name, text
        widgets = BackMsg.FromString(with_plain_states(message.SerializeToString()) or b"").rerun_script.widget_states
        return f"Left of it: {[each.json_value for each in widgets.widgets]}"

    return send


def png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A PNG whose header says so many pixels, and which has one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(bytes(161))) + chunk(b"IEND", b"")


def encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (160, 160)).save(file, kind)
    return file.getvalue()


def frame(data: bytes) -> Callable[[Place], str]:
    return lambda _: refused(lambda: read_frame(data))


NOTHING_LEFT = "Left of it: ['{}']"
MESSAGES = {
    "drawing at a desk that is nobody's": (does(lambda _: seat_of("A" * 22)), "reload"),
    "emptying what the server keeps for all": (sent(clear_cache=True), "Dropped."),
    "asking for the repository": (sent(load_git_info=True), "Dropped."),
    "following the server's files": (sent(set_run_on_save=True), "Dropped."),
    "ending the server": (sent(debug_shutdown_runtime=True), "Dropped."),
    "a message of no kind": (sent(), "Dropped."),
    "JSON of 3,000 levels": (state("[" * 3_000 + "]" * 3_000), NOTHING_LEFT),
    "a number of 5,000 digits": (state("1" * 5_000), NOTHING_LEFT),
    "a number that is none": (state('{"a": NaN}'), NOTHING_LEFT),
    "a state of a megabyte": (state('"' + "a" * 2**20 + '"'), NOTHING_LEFT),
    "JSON that is cut": (state('{"frame": {"number"'), NOTHING_LEFT),
    "the state of what is not on the page": (state("{}", "x"), "Left of it: []"),
    "a drawing of 36 million pixels": (frame(png(6_000, 6_000)), "6,000 × 6,000 pixels"),
    "a drawing of no pixels": (frame(png(0, 30)), "0 × 30 pixels"),
    "a drawing that is a GIF": (frame(encoded("GIF")), "no drawing from this page"),
    "a drawing that is cut": (frame(png(160, 160)[:40]), "This is not a picture that can be read"),
    "a drawing that is a program": (frame(pickle.dumps(print)), "no drawing from this page"),
    "strokes without an end": (lambda _: str(strokes_of([{"pen": 1, "points": [[1e999, 0]]}])), "()"),
    "a thousand strokes": (lambda _: str(strokes_of([{"pen": 1, "points": []}] * 1_000)), "()"),
    "strokes that are none": (lambda _: str(strokes_of({"pen": {}, "points": "x"})), "()"),
    "a drawing of three bytes": (lambda _: str(image_of(b"abc")), "None"),
    "a key that is none": (lambda _: str(owner_of("' OR 1=1 --")), "None"),
}

# ---- files -----------------------------------------------------------------------------------------------------------


def of_digits(name: str, content: bytes) -> Callable[[Place], str]:
    """Upload a file of digits."""
    return lambda _: refused(lambda: list(read_digits([Source.of_bytes(name, content)])))


def as_run(files: dict[str, bytes]) -> Callable[[Place], str]:
    """Send a run's archive, as a worker does."""
    return does(lambda place: place.store.install("sent", zip_of(files)))


def npy(header: str, body: bytes = b"") -> bytes:
    text = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


def of_objects() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([Trap()], dtype=object), allow_pickle=True)
    return file.getvalue()


class Trap:
    """Would write a file, were it ever unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("unpickled"),)  # type: ignore[return-value]


def locked_zip() -> bytes:
    content = bytearray(zip_of({"a.png": b"x" * 50}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


RECORD = (SHIPPED_FOLDER / "dense" / RECORD_FILE).read_bytes()
FILES = {
    "a run that leaves its folder": (as_run({"../run.json": RECORD}), "which is no part of a run"),
    "a run with an absolute path": (as_run({"/tmp/run.json": RECORD}), "which is no part of a run"),
    "a run with a hidden file": (as_run({".profile": b"x"}), "which is no part of a run"),
    "a run of Windows' paths": (as_run({"a\\b": b"x"}), "which is no part of a run"),
    "a run of 65 files": (as_run({f"{number}.csv": b"" for number in range(65)}), "more than a run has"),
    "a run that unpacks to 300 MB": (as_run({"zeros": bytes(300 * 2**20)}), "more than a run has"),
    "a run without a record": (as_run({"history.csv": b"epoch\n"}), "has no run.json"),
    "a run whose record is deep": (as_run({RECORD_FILE: b"[" * 100_000}), "has a damaged run.json"),
    "a run that is no archive": (does(lambda place: place.store.install("sent", b"PK\x03\x04" * 20)), "is damaged"),
    "an array of objects": (of_digits("a.npy", of_objects()), "which might run any program, so it stays closed"),
    "an archive with an array of objects": (
        does(lambda _: unpacked("a", npz_of(images=np.array([Trap()], object)))),
        "is damaged",
    ),
    "an array whose header is a program": (
        of_digits("a.npy", npy("__import__('os').abort()")),
        "it is no array that NumPy has saved",
    ),
    "a zip with a password": (of_digits("a.zip", locked_zip()), "locked by a password"),
    "a zip of another zip": (of_digits("a.zip", zip_of({"b.zip": zip_of({"a.png": b"x"})})), "it holds another zip"),
    "a gzip that unpacks to 100 MB": (
        of_digits("a.csv.gz", zlib.compress(bytes(100 * 2**20), wbits=31)),
        "its magic number is 0x00000000",
    ),
    "a line of 70,000 signs": (of_digits("a.csv", b"1" * 70_000), "a line of more than 64 KB"),
    "a table with a formula": (
        of_digits("a.csv", b"=cmd|' /C calc'!A0," * 784 + b"1\n"),
        "it has a header and no rows",
    ),
    "a picture of 3.6 billion pixels": (does(lambda _: read_picture(png(60_000, 60_000))), "more than can be read"),
    "a page taken along, in place of digits": (
        of_digits("a.html", b"<!doctype html><script>"),
        "784 pixels were expected",
    ),
    "a picture that is a page": (
        does(lambda _: read_picture(b"<svg onload=alert(1)>")),
        "This is not a picture that can be read",
    ),
}

# ---- the network -----------------------------------------------------------------------------------------------------


def trains_on(address: str) -> Callable[[Place], str]:
    def ask_for(_place: Place) -> str:
        with patch.dict("os.environ", {"DIGITCORE_SCHEDULER": address}):
            return why_scheduler_refused() or "It is used."

    return ask_for


NETWORK = {
    "a scheduler that others reach": (trains_on("tcp://10.0.0.5:8786"), "runs whatever anyone who reaches it sends"),
    "a scheduler whose name begins as ours": (trains_on("tcp://localhost.evil:1"), "runs whatever anyone"),
}


ATTACKS = COOKIES | CODES | SITES | ROLES | NAMES | MESSAGES | FILES | NETWORK


def test_there_are_as_many_rows_as_are_promised() -> None:
    groups = (COOKIES, CODES, SITES, ROLES, NAMES, MESSAGES, FILES, NETWORK)
    assert len(ATTACKS) == sum(map(len, groups)) >= 60


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_answered_in_a_sentence_and_nothing_is_lost(
    place: Place, attack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.store.root)
    do, told = ATTACKS[attack]
    before = place.belongings()
    said = do(place)
    assert told in said
    assert "Traceback" not in said
    assert "was let in" not in said
    assert place.belongings() == before
