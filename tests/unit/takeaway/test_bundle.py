"""A bundle of modules does what the modules do, and what can't be bundled is said by file and line."""

import re
from pathlib import Path

import pytest

from digitcore.takeaway.bundle import bundle, library
from digitcore.takeaway.page import FRONTEND, SCRIPT
from digitcore.takeaway.scan import UnknownSyntax, code_of, without_comments
from harness.node import node

# every form of import and export, and every place where these words mean nothing
TREE = {
    "main.js": r"""
        // import { nothing } from "./comment.js"
        /* export { nothing };
           import "./nothing.js"; */
        import { half, twice as doubled, Counter, count } from "./lib/numbers.js";
        import * as words from "./lib/words.js";
        import { default as hello, $odd, renamed } from "./lib/words.js";
        import {
          late,
          letters,
        } from "./late.js";
        /** @type {import("./lib/numbers.js").Counter} */
        const counter = new Counter();
        const told = [half(8) / 2 / 1, doubled(4), counter.next(), ...count(3), words.renamed, hello(), $odd, renamed];
        const text = `a } brace, "quotes" and ${[`import ${"export"}`, { a: "}" }.a].join(` // ${1 / 2} `)} export`;
        const pattern = /["'`/*]import [/"] \/\//.test("\"import \" //") ? 'it\'s "so"' : /'/g.source;
        const props = { import: 1, export: 2 };
        const all = [told, text, pattern, props.import + props.export, letters];
        late().then((value) => console.log(JSON.stringify([...all, value])));
    """,
    "late.js": """
        import { doubled as three } from "./lib/words.js";
        export const late = async () => (await Promise.resolve(three)) + 1;
        export { letters } from "./lib/words.js";
    """,
    "lib/numbers.js": """
        console.log("numbers are read once");
        export function half(value) { return value / 2; }
        function twice(value) { return value * 2; }
        export class Counter {
          #at = 0;
          next() { return ++this.#at; }
        }
        export function* count(to) { for (let at = 0; at < to; at++) yield at; }
        export { twice };
    """,
    "lib/words.js": r"""
        import { twice } from "../lib/numbers.js";
        const word = "</script><!-- import x from 'y' -->";
        export { word as renamed, word as letters };
        export const $odd = "\u2028 \\";
        export async function unused() { await null; }
        export const doubled = twice(1.5);
        export default function () {
          return "hello";
        }
    """,
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    root = write(tmp_path / "modules", {**TREE, "package.json": '{"type": "module"}'})
    script = bundle(root, "main.js")
    (tmp_path / "bundle.cjs").write_text(script)
    assert node(tmp_path / "bundle.cjs") == node(root / "main.js")
    assert "hello" in node(tmp_path / "bundle.cjs")
    assert re.search("</script|<!--", script) is None  # either would end it in a page


def test_a_library_gives_each_module_that_it_was_made_of(tmp_path: Path) -> None:
    root = write(tmp_path / "modules", TREE)
    (tmp_path / "library.mjs").write_text(library(root, ["main.js", "lib/numbers.js"]))
    (tmp_path / "use.mjs").write_text(
        'globalThis.document = {}; const { load } = await import("./library.mjs");'
        'const { half } = load("lib/numbers.js"); console.log(half(3), load("lib/numbers.js").half === half);'
        'console.log(load("lib/words.js").default());'
    )
    assert node(tmp_path / "use.mjs").splitlines() == ["numbers are read once", "1.5 true", "hello"]


def test_an_address_that_is_known_when_it_runs_is_imported_then(tmp_path: Path) -> None:
    write(tmp_path, {"main.js": "export const fetched = async (place) => (await import(place.src)).default;"})
    assert "await import(place.src)" in library(tmp_path, ["main.js"])


def test_the_scripts_of_the_page_that_one_takes_along_are_bundled_without_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.cjs").write_text(bundle(FRONTEND, SCRIPT))
    node("--check", tmp_path / "page.cjs")


def test_a_worker_is_made_of_the_bundle_itself(tmp_path: Path) -> None:
    worker = 'export const start = () => new Worker(new URL("job.js", import.meta.url), { type: "module" });'
    write(tmp_path, {"a/main.js": worker, "a/job.js": 'import { x } from "../x.js"; self.x = x;'})
    write(tmp_path, {"x.js": "export const x = 1;"})
    script = bundle(tmp_path, "a/main.js")
    assert '$worker("a/job.js")' in script
    assert script.index('"x.js": () =>') < script.index('"a/job.js": () =>')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\nconst x = await import("./other.js");', 'line 2 can\'t be bundled: import("./other.js");'),
        ('import other from "./other.js";', "line 1 can't be bundled: import other"),
        ('import "./other.js";', 'line 1 can\'t be bundled: import "./other.js"'),
        ("export let x = 1;", "line 1 can't be bundled: export let x"),
        ("export const { x } = window;", "line 1 can't be bundled"),
        ('export * from "./other.js";', "line 1 can't be bundled: export *"),
        ("const here = import.meta.url;", "line 1 can't be bundled: import.meta.url"),
        ('const job = new Worker("job.js");', "line 1 can't be bundled: new Worker"),
        ('import { x } from "x";', "x is no relative path"),
        ('import { x } from "./nowhere.js";', "there is no module nowhere.js"),
        ('import { x } from "./main.js";', "in a circle: main.js"),
        ("\n\nconst x = `never ${1} ends;", "a template that begins in line 3 has no end"),
        ("/* never ends", "what begins with /* in line 1 has no end"),
        ("const x = 'never ends;\n", "what begins with ' in line 1 has no end"),
    ],
)
def test_what_cant_be_bundled_is_said_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, {"main.js": text, "other.js": "export const x = 1;"})
    with pytest.raises(UnknownSyntax) as caught:
        bundle(tmp_path, "main.js")
    assert said in str(caught.value)
    assert "main.js" in str(caught.value) or "nowhere.js" in str(caught.value) or "no relative path" in said


def test_comments_are_left_out_and_nothing_else() -> None:
    text = "// a\nreturn/* b */x; // c\n  /** d\n   * e */\n`// f\n\n/* g */`;\n'/* h */'"
    assert without_comments(text) == "return x;  \n`// f\n\n/* g */`;\n'/* h */'"


def test_what_is_no_code_is_blank_and_everything_stays_in_its_place() -> None:
    text = 'a("b"); // c\n`d ${e} f`; g = h / i / j; k = /l/; /* m\nn */ o'
    code = code_of(text)
    assert len(code) == len(text)
    assert code.split() == ["a(", ");", "e", ";", "g", "=", "h", "/", "i", "/", "j;", "k", "=", ";", "o"]
    assert [at for at, sign in enumerate(code) if sign == "\n"] == [at for at, sign in enumerate(text) if sign == "\n"]
