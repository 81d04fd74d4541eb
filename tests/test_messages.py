"""What people read: every sentence of the code has a Vietnamese one, and the chosen language changes nothing else."""

import ast
import errno
import io
import json
import os
import pickle
import re
import string
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import click
import polib
import pytest

from pipeline import errors, messages
from pipeline.cli.help import unwrapped
from pipeline.cli.main import Program, call, sohoa
from pipeline.cli.run_progress import STAGES as STAGE_WORDS
from pipeline.cli.run_progress import STATES as STATE_WORDS
from pipeline.errors import BadScan, ExitCode, NoVerdict, UsageError
from pipeline.messages import RECORDED, recorded, sentence, translate, translated, vietnamese
from pipeline.model import FAULTS, State
from pipeline.stages import STAGES
from pipeline.verify import Finding, Kind, Verdict

PACKAGE = Path(__file__).parent.parent / "pipeline"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
ENTRIES = polib.pofile((files("pipeline") / "locale" / "vi.po").read_text(encoding="utf-8"))
PLAIN = {entry.msgid: entry.msgstr for entry in ENTRIES if not entry.msgctxt}
KNOWN_AGAIN = {entry.msgid: entry.msgstr for entry in ENTRIES if entry.msgctxt == RECORDED}

# A call of these has a template as its first argument; the other arguments are named values.
RAISED = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.SohoaError) and kind is not BadScan
}
SAYING = {"tell", "translate", "sentence", "marked", "vietnamese", *RAISED}
# These say something of a copy in English, as their second argument or as `detail`.
FINDING = {"find", "remark", "cannot_judge"}


def callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def calls(names: set[str], within: str) -> Iterator[ast.Call]:
    for path, tree in TREES.items():
        if path.relative_to(PACKAGE).as_posix().startswith(within):
            yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call) and callee(node) in names)


def constant(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def said_in_code() -> Iterator[tuple[str, ast.Call]]:
    for place, names, within in ((0, SAYING, ""), (1, {"_said"}, "cli/main.py")):
        for node in calls(names, within):
            if node.args[place:] and constant(node.args[place]):
                yield constant(node.args[place]), node


def commands(group: click.Group) -> Iterator[click.Command]:
    yield group
    below = group.all_commands() if isinstance(group, Program) else group.commands
    for command in below.values():
        yield from commands(command) if isinstance(command, click.Group) else (command,)


def help_texts() -> Iterator[str]:
    for command in commands(sohoa):
        yield unwrapped(command.help)
        for option in command.get_params(click.Context(command, **sohoa.context_settings)):
            if isinstance(option, click.Option):
                yield option.help


def templates() -> set[str]:
    """Give every template that the code can say."""
    return {template for template, _ in said_in_code()} | set(help_texts()) | set(FAULTS.values())


def placeholders(template: str) -> list[tuple[str, str | None, str | None]]:
    return sorted(
        (name, spec or "", conversion or "")
        for _, name, spec, conversion in string.Formatter().parse(template)
        if name is not None
    )


def texts(tree: ast.AST) -> str:
    return "\n".join(constant(node) or "" for node in ast.walk(tree))


def shape(node: ast.AST) -> Iterator[str]:
    """Give a text of the code with {} for what is put in; two where a condition chooses."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(constant(part) or "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*shape(node.body), *shape(node.orelse))
    elif isinstance(node, ast.Tuple):
        yield from (text for item in node.elts for text in shape(item))
    elif constant(node):
        yield constant(node)


def recorded_in_code() -> Iterator[str]:
    """Give the English sentences that the code writes down: details of faults, notes of stages, what a check finds."""
    places = {"BadScan": 1, "Fault": 3, "find": 2, "Finding": 5, "remark": 1, "cannot_judge": 1}
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            wanted, place = "detail", places.get(callee(node))
            if place is None or (callee(node) in FINDING and path.parent.name != "verify"):
                wanted, place = "notes", len(node.args)
            found = [keyword.value for keyword in node.keywords if keyword.arg == wanted] + node.args[place : place + 1]
            yield from (text for item in found for text in shape(item) if re.search("[a-z]{2}", text))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub("{.*?}", " ", text)))


def sohoa_said(*arguments: object) -> SimpleNamespace:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = call(lambda: sohoa.main([*map(str, arguments)], prog_name="sohoa", standalone_mode=False))
    return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())


def english_words(shown: str) -> list[str]:
    """Find words of our own that stayed English; paths and what the decoder says are not ours."""
    ours = re.sub(r"Premature end of JPEG file|/\S*", "", shown)
    return re.findall(r"\b(?:the|of|is|not|pages?|dossiers?|documents?|kept|files?|picture|done|damaged|bytes)\b", ours)


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    messages.use("en")


# The catalogue


def test_every_sentence_has_a_vietnamese_one():
    """What the code can say, options, exit codes and faults included, stands in the catalogue."""
    assert sorted(templates() - set(PLAIN)) == []
    assert all(entry.msgstr for entry in ENTRIES)


def test_every_recorded_sentence_is_known_again():
    """What the code writes down in English is shown in Vietnamese: new details, notes and findings need an entry."""
    lacking = [
        text
        for text in recorded_in_code()
        if not any(
            re.fullmatch(".*".join(map(re.escape, text.rstrip(".").split("{}"))) + r"\.?", known)
            for known in KNOWN_AGAIN
        )
    ]
    assert lacking == []


def test_no_entry_is_unused():
    """The catalogue holds nothing that the code, or click, does not say any more."""
    of_click = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(click.__file__).parent.glob("*.py")]
    said = [words(texts(tree)) for tree in (*TREES.values(), *of_click)]
    said += [words(os.strerror(number)) for number in errno.errorcode]

    assert sorted(set(PLAIN) - templates()) == []
    assert [known for known in KNOWN_AGAIN if not any(words(known) <= module for module in said)] == []
    assert len({(entry.msgctxt, entry.msgid) for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.msgid[:40])
def test_translations_have_the_same_placeholders(entry: polib.POEntry):
    """A name or number that the English sentence gives is given by the Vietnamese one, written the same way."""
    assert placeholders(entry.msgstr) == placeholders(entry.msgid)


def test_every_call_gives_what_its_sentence_needs():
    """Wherever a sentence is said, the values by name are those of its placeholders."""
    for template, saying in said_in_code():
        given = {keyword.arg for keyword in saying.keywords} - {"err"}
        if callee(saying) not in {"marked", "vietnamese"}:
            assert given == {name for name, _, _ in placeholders(template)}, template


def test_stages_and_states_have_words():
    """Every stage and state that `status` lists has its word."""
    assert set(STAGE_WORDS) == {stage.name for stage in STAGES}
    assert set(STATE_WORDS) == {state.value for state in State}


@pytest.mark.parametrize("template", KNOWN_AGAIN)
def test_recorded_sentence_is_not_taken_for_another(template: str):
    """Each recorded sentence, with any values, leads to its own translation."""
    names = [name for name, _, _ in placeholders(template)]
    values = {name: f"{place}7" for place, name in enumerate(names, 1)}
    messages.use("vi")

    assert translated(recorded(template.format(**values))) == KNOWN_AGAIN[template].format(**values)


# Sentences


def test_sentence_is_english_text_that_can_be_translated():
    """A sentence is its English text for JSON and the journal, and itself again after a trip to another process."""
    reason = sentence(FAULTS["empty"])
    made = pickle.loads(pickle.dumps(sentence("{path}: {reason}", path="{0001}.tif", reason=reason)))

    assert json.dumps(made) == '"{0001}.tif: The file is empty (0 bytes)."'
    assert translated(made) == made
    messages.use("vi")
    assert translated(made) == "{0001}.tif: Tệp rỗng (0 byte)."


def test_error_keeps_template_and_values_apart():
    """An error says its English sentence, and can be said in Vietnamese, also after a trip to another process."""
    made = UsageError("{path} could not be read: {reason}", path=Path("a.toml"), reason="x")
    error = pickle.loads(pickle.dumps(made))

    assert str(error) == "a.toml could not be read: x"
    messages.use("vi")
    assert translate(error.template, **error.values) == "không đọc được a.toml: x"
    assert str(NoVerdict("100 {%}")) == "100 {%}"
    assert str(pickle.loads(pickle.dumps(BadScan("empty", "{}")))) == "empty: {}"


def test_what_is_not_known_stays_english():
    """A sentence that the catalogue lacks is shown in English rather than not at all."""
    messages.use("vi")

    assert translate("{path} could not be read: {reason}", path="a", reason="Permission denied").endswith(
        "không có quyền"
    )
    assert translate("Nobody wrote this of {name}.", name="x") == "Nobody wrote this of x."
    assert translated(recorded("first; rename the file; third")) == "first; hãy đổi tên tệp; third"
    assert translated("Đợt 1") == "Đợt 1"


def test_joined_sentences_are_told_apart():
    """Details that a check joined are translated one by one, the full stop kept or left as it was."""
    again = "a second read (past the page cache) gave the same; sha512 agrees"
    messages.use("vi")

    assert translated(recorded(again)) == "đọc lần thứ hai (không qua bộ nhớ đệm) cũng cho kết quả đó; sha512 thì đúng"
    assert translated(recorded("The file has only 3 bytes")) == "Tệp chỉ có 3 byte"
    assert translated(recorded("The file has only 3 bytes.")) == "Tệp chỉ có 3 byte."


@pytest.mark.parametrize("text", ["line 3: " * 9000, "line 3: " * 500, "word and " * 9000, "x; " * 9000])
def test_text_of_a_stranger_ends_in_time(text: str):
    """What a copy says of itself may be long or nested without end: it is shown, as far as it is known."""
    messages.use("vi")

    assert len(translated(recorded(text))) >= len(text) // 2


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict("x", quick=False, findings=(), contents_read=True, payload_files=2, files_read=2),
        Verdict("x", quick=True, findings=(), payload_files=2, files_read=2),
        Verdict("x", quick=True, findings=(), payload_files=2, files_read=2, sizes_compared=True),
        Verdict("x", quick=False, findings=(), payload_files=2, files_read=1),
        Verdict("x", quick=False, findings=(Finding(Kind.MEDIUM_ABSENT, "."),)),
    ],
)
def test_what_a_check_covered_is_known_again(verdict: Verdict):
    """Whatever a check covered is said in Vietnamese."""
    messages.use("vi")

    assert translated(recorded(verdict.covered)) != verdict.covered


# The language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "C", "LC_ALL": "vi_VN"}, "vi"),
        ({"LC_ALL": "", "LANG": "vi"}, "vi"),
        ({"LC_ALL": "vi_VN.UTF-8", "SOHOA_LANG": "en"}, "en"),
        ({"LC_ALL": "de_DE.UTF-8", "SOHOA_LANG": "vi"}, "vi"),
    ],
)
def test_language_follows_the_environment(environment: dict[str, str], language: str):
    """SOHOA_LANG rules, then LC_ALL, LC_MESSAGES and LANG; what is not Vietnamese is English."""
    assert messages.language_of(environment) == language


def test_option_rules_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """`--lang` decides for its call; the next call without it follows the environment again."""
    monkeypatch.setenv("SOHOA_LANG", "vi")
    asked, unasked = (sohoa_said(*lang, "check", tmp_path / "nowhere") for lang in (("--lang", "en"), ()))

    assert asked.code == unasked.code == ExitCode.USAGE
    assert "is not a folder" in asked.err
    assert "không phải là thư mục" in unasked.err


def test_other_language_is_refused():
    """A language that there is no catalogue for is a wrong call."""
    assert sohoa_said("--lang", "fr", "check", ".").code == ExitCode.USAGE


# The commands


def test_check_speaks_vietnamese(drawn_batch: Path):
    """`sohoa --lang vi check` says in Vietnamese what is there and what cannot be used, details included."""
    shown = sohoa_said("--lang", "vi", "check", drawn_batch, "--jobs", "0")

    assert shown.code == ExitCode.FINDINGS
    assert "Đợt Đợt 1: 2 hồ sơ, 3 văn bản, 7 trang" in shown.out
    assert "trang 10.jpg: Tệp bị cắt ngắn: dữ liệu ảnh không đủ. (Dữ liệu JPEG dừng trước dấu kết thúc (" in shown.out
    assert "trang: 7/7 trang" in shown.err
    assert english_words(shown.out + shown.err) == []


def test_run_status_and_verify_speak_vietnamese(drawn_batch: Path, tmp_path: Path):
    """The other commands do so too."""
    settings, out = tmp_path / "quick.toml", tmp_path / "out"
    settings.write_text('[validate]\nverapdf = "off"\n', encoding="utf-8")
    ran = sohoa_said("--lang", "vi", "run", drawn_batch, "--out", out, "--config", settings, "--jobs", "0")
    status = sohoa_said("--lang", "vi", "status", out / "Đợt 1.work")
    english = sohoa_said("status", out / "Đợt 1.work")
    whole = sohoa_said("--lang", "vi", "verify", out / "Đợt 1")
    (out / "Đợt 1" / "data" / "batch.json").write_bytes(b"{}")
    damaged = sohoa_said("--lang", "vi", "verify", out / "Đợt 1")

    assert "! trang cách ly: 1" in ran.out
    assert "Lưu ý: chưa hỏi veraPDF" in ran.out
    assert "đang niêm phong bộ" in ran.err
    assert "  xem ảnh       6 xong, 1 cách ly" in status.out
    assert "  examine   6 done, 1 quarantined" in english.out
    assert "Nguyên vẹn:" in whole.out
    assert "hỏng (" in damaged.out
    assert "đọc lần thứ hai (" in damaged.out
    assert "Không còn như lúc niêm phong: " in damaged.out
    for shown in (ran, status, whole, damaged):
        assert english_words(shown.out) == []


def test_json_is_the_same_in_both_languages(drawn_batch: Path):
    """What is meant for other programs does not depend on the language."""
    english, in_vietnamese = (
        sohoa_said("--lang", language, "check", drawn_batch, "--jobs", "0", "--json") for language in ("en", "vi")
    )

    assert json.loads(english.out) == json.loads(in_vietnamese.out)
    assert english.out == in_vietnamese.out


@pytest.mark.parametrize("name", ["", *sohoa.all_commands()])
def test_help_is_vietnamese(name: str):
    """Help, option helps, examples and exit codes are shown in the language asked for."""
    shown = sohoa_said("--lang", "vi", *([name] if name else []), "--help").out

    assert all(heading in shown for heading in ("Cách gõ: sohoa", "Tùy chọn:", "Ví dụ:", "Mã kết thúc:"))
    assert "lỗi của chương trình" in shown
    assert not re.search(r"\b(the|and|is|of|required|default:)\b", shown)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "."], "Lỗi: Thiếu tùy chọn '--out'."),
        (["check"], "Lỗi: Thiếu tham số 'SCANS'."),
        (["runn"], "Lỗi: Không có lệnh 'runn'."),
        (["check", ".", "--xyz"], "Lỗi: Không có tùy chọn '--xyz'."),
        (["check", ".", "--jobs", "x"], "Lỗi: Giá trị của '--jobs' không dùng được: 'x' không phải là "),
        (["check", ".", "--jobs", "-1"], "Lỗi: Giá trị của '--jobs' không dùng được: -1 không nằm trong khoảng x>=0."),
        (["check", ".", "more"], "Lỗi: Thừa tham số (more)"),
        (["check", ".", "--config", "nowhere.toml"], "sohoa: không đọc được nowhere.toml: "),
    ],
)
def test_wrong_calls_are_answered_in_vietnamese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
):
    """What is wrong with a call is said in the language asked for."""
    monkeypatch.chdir(tmp_path)
    shown = sohoa_said("--lang", "vi", *arguments)

    assert shown.code == ExitCode.USAGE
    assert said in shown.err


def test_bug_is_told_in_vietnamese(monkeypatch: pytest.MonkeyPatch):
    """The sentence under a traceback is translated; the traceback is not."""
    monkeypatch.setenv("SOHOA_LANG", "vi")
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    err = io.StringIO()
    with redirect_stderr(err):
        code = call(lambda: 1 // 0)

    assert code == ExitCode.BUG
    assert "đây là lỗi của chương trình sohoa" in err.getvalue()


def test_office_papers_take_faults_from_the_same_source():
    """The Vietnamese sentence of each fault is one, whatever language the screen shows."""
    messages.use("en")

    assert all(vietnamese(text) == PLAIN[text] and not PLAIN[text].isascii() for text in FAULTS.values())
