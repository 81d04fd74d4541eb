"""kill -9 at random moments of copy, verify, repair and protect: the same call again ends as if nothing had happened.

`python -m benchmarks kills`, or `python -m benchmarks.kills [--kills 100] [--seed N] [FOLDER]`.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import bag
from pipeline.copies.history import history_folder, read
from pipeline.copies.register import Register
from pipeline.copies.registering import export
from pipeline.verify import verify_copy

ROOT = Path(__file__).parent.parent
NAME = "Đợt 1"
FILES, FILE_BYTES = 12, 90_000
# Starts a fork for each run, so that the seconds that loading the program takes are paid once.
SERVER = """
import os, signal, sys, time
from pipeline.cli.main import call, sohoa
for line in sys.stdin:
    kill_after, output, *arguments = line.rstrip("\\n").split("\\x1f")
    began = time.monotonic()
    child = os.fork()
    if not child:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number in (1, 2):
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
            output += ".err" if output != os.devnull else ""
        code = call(lambda: sohoa.main(arguments, standalone_mode=False))
        sys.stdout.flush()
        os._exit(code)
    if kill_after:
        time.sleep(float(kill_after))
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(status, time.monotonic() - began, flush=True)
"""


class Program:
    """The program, ready to be started and killed many times."""

    def __init__(self, **environment: str) -> None:
        """Load it, with more in its environment."""
        everything = {**os.environ, "SOHOA_BY": "Lan", "PYTHONPATH": str(ROOT), **environment}
        self._server = subprocess.Popen(
            [sys.executable, "-c", SERVER], env=everything, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            bufsize=1,
        )  # fmt: skip

    def run(self, *arguments: object, kill_after: float | None = None, output: str = os.devnull) -> tuple[int, float]:
        """Run a command; give its exit code and its time in seconds.

        Args:
            arguments: Of the command.
            kill_after: kill -9 after so many seconds; the code is -9 where that hit it.
            output: File for what it writes; errors go to a second one, `.err`.
        """
        assert self._server.stdin
        assert self._server.stdout
        wanted = "" if kill_after is None else str(kill_after)
        self._server.stdin.write("\x1f".join([wanted, output, *map(str, arguments)]) + "\n")
        status, seconds = self._server.stdout.readline().split()
        return int(status), float(seconds)

    def close(self) -> None:
        """End it."""
        self._server.communicate()


@dataclass
class Stage:
    """A set and two media in a folder of their own.

    Attributes:
        program: What is killed.
        chance: Draws the moments.
    """

    folder: Path
    program: Program
    chance: random.Random

    @property
    def register(self) -> Path:
        """The register."""
        return self.folder / "register.sqlite3"

    def disk(self, number: int) -> Path:
        """A medium."""
        return self.folder / f"disk-{number}"

    def copy(self, number: int) -> Path:
        """The copy on a medium."""
        return self.disk(number) / NAME

    def calls(self, what: str) -> tuple[object, ...]:
        """Give the command that is killed."""
        register = ("--register", self.register)
        return {
            "copy": ("copy", self.folder / NAME, "--to", self.disk(1), "--to", self.disk(2), "--force-same-device",
                     *register),
            "verify": ("verify", "--part", "1/2", self.copy(1), *register),
            "repair": ("repair", self.copy(1), "--from", self.copy(2), "--apply", *register),
            "protect": ("protect", self.copy(1), "--redundancy", "20%", *register),
        }[what]  # fmt: skip


def prepare(stage: Stage, what: str) -> None:
    """Bring about the state in which the command is called: the media, and for all but copy the copies."""
    seal_set(stage.folder / NAME)
    for number in (1, 2):
        stage.disk(number).mkdir()
        code, _ = stage.program.run("media", "add", stage.disk(number), "--code", f"HDD-{number}", "--kind", "hdd",
                                    "--place", "Kho", "--register", stage.register)  # fmt: skip
        assert code == 0
    if what != "copy":
        assert stage.program.run(*stage.calls("copy"))[0] == 0
    if what == "repair":
        damage(stage.copy(1))


def seal_set(folder: Path) -> None:
    """Write a sealed set, always the same one."""
    payload = []
    for number in range(FILES):
        path, data = f"data/Hồ sơ {number % 4}/{number:04}.tif", random.Random(number).randbytes(FILE_BYTES)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        payload.append((path, len(data), {"sha256": hashlib.sha256(data).hexdigest()}))
    bag.write_bag_tags(folder, payload, [("Source-Organization", "Phòng Nội vụ")])


def damage(copy: Path) -> None:
    """Damage a copy in every way that a repair knows."""
    files = sorted((copy / "data").rglob("*.tif"))
    for path in files[:3]:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    for path in files[3:5]:
        path.unlink()
    one, other = files[5].read_bytes(), files[6].read_bytes()
    files[5].write_bytes(other)
    files[6].write_bytes(one)
    files[7].rename(files[7].with_name("mới.tif"))
    shutil.move(copy / "data/Hồ sơ 3", copy / "data/Hồ sơ ba")
    (copy / "data/thừa").mkdir()
    (copy / "data/thừa/lạ.txt").write_bytes(b"x")
    (copy / "bag-info.txt").write_bytes(b"?")


def state(stage: Stage) -> dict[str, Any]:
    """Give all that there is on the media, with what differs from run to run taken out, and the register's word."""
    found: dict[str, Any] = {}
    for number in (1, 2):
        for path in sorted(stage.disk(number).rglob("*")):
            name = path.relative_to(stage.folder).as_posix()
            if "/history/" in name and path.is_file():
                found[name] = records_of(path)
            elif path.name == "progress.json":
                found[name] = timeless(path.read_text())
            elif path.is_dir():
                found[name] = "folder"
            elif path.name != "sohoa-medium.json":
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    with Register(stage.register, create=False) as register:
        values = export(register)
    events = [(event["medium_code"], event["number"], event["event"], event["set"]) for event in values["events"]]
    found["register"] = sorted(events), [(copy["medium_code"], copy["state"]) for copy in values["copies"]]
    return found


def records_of(path: Path) -> dict[str, Any]:
    """Give a record without what differs from run to run: times, ids, places, and how much of a check was left."""
    values = json.loads(path.read_text())
    kept = {name: value for name, value in values.items() if name not in {"time", "previous", "medium_id"}}
    details = {name: value for name, value in values["details"].items() if name not in {"source", "covered"}}
    return {**kept, "details": details}


def timeless(text: str) -> str:
    """Give what a kept progress says but for its times: which files were read is what matters."""
    return str(len(json.loads(text)))


def never_falsely_whole(stage: Stage) -> None:
    """What bears a copy's name and has the record that it was made must be whole, whenever the program was killed."""
    for number in (1, 2):
        copy = stage.copy(number)
        if copy.exists() and any(record.event == "created" for record in read(history_folder(copy)).records):
            assert verify_copy(copy).outcome == "whole"


def once(found: dict[str, Any]) -> dict[str, Any]:
    """Take checks that say the same for one: a check killed after its record was finished; the next is another."""
    kept, seen = {}, set()
    for name, value in found.items():
        said = repr({**value, "number": 0}) if "/history/" in name and isinstance(value, dict) else name
        if said not in seen:
            kept[name] = value
        seen.add(said)
    events, states = found["register"]
    kept["register"] = [event for event in events if event[1] <= 2], states
    return kept


def differences(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Give what is not the same."""
    names = sorted({*expected, *found})
    return {name: (expected.get(name), found.get(name)) for name in names if expected.get(name) != found.get(name)}


def killed_and_again(folder: Path, program: Program, what: str, kills: int, chance: random.Random) -> int:
    """Kill a command so often, each time on a fresh stage, run it again, compare; give how many kills hit it alive."""
    plain = Stage(folder / "undisturbed", program, chance)
    plain.folder.mkdir()
    prepare(plain, what)
    code, seconds = program.run(*plain.calls(what))
    assert code == 0, (what, code)
    expected, hit = once(state(plain)) if what == "verify" else state(plain), 0
    for number in range(kills):
        stage = Stage(folder / f"{what}-{number}", program, chance)
        stage.folder.mkdir()
        prepare(stage, what)
        moment = chance.uniform(0, seconds)
        for _ in range(chance.choice((1, 1, 2))):
            hit += program.run(*stage.calls(what), kill_after=moment)[0] == -signal.SIGKILL
            if what == "copy":
                never_falsely_whole(stage)
            moment = chance.uniform(0, seconds)
        assert program.run(*stage.calls(what))[0] == 0, (what, number)
        assert not read(history_folder(stage.copy(1))).breaks
        found = once(state(stage)) if what == "verify" else state(stage)
        assert found == expected, f"{what}, run {number}: {differences(expected, found)}"
        shutil.rmtree(stage.folder)
    return hit


def main() -> None:
    """Kill each command so often and say how many kills hit it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--kills", type=int, default=100, help="in all")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    chance, program = random.Random(given.seed), Program()
    for what, share in {"copy": 0.3, "verify": 0.1, "repair": 0.4, "protect": 0.2}.items():
        began, kills = time.monotonic(), max(1, round(share * given.kills))
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            hit = killed_and_again(Path(folder), program, what, kills, chance)
        print(f"  {what:8} {kills:4} runs, killed alive {hit:4} times, each ended like the undisturbed one; "
              f"{time.monotonic() - began:.1f} s", flush=True)  # fmt: skip
    program.close()


if __name__ == "__main__":
    main()
