"""The office's papers: forms of the circular word for word, answers out of the records, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from pipeline.copies.medium import Medium
from pipeline.copies.record import Record
from pipeline.papers import forms
from pipeline.papers.from_records import backup_minutes, check_minutes, log_rows, restore_minutes
from pipeline.papers.sheet import Paper
from pipeline.papers.values import Checked, CheckMinutes, Office

OFFICE = Office("Ủy ban nhân dân xã Suối Mây", "Văn phòng")
HEAD = ["ỦY BAN NHÂN DÂN XÃ SUỐI MÂY | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "VĂN PHÒNG | Độc lập - Tự do - Hạnh phúc"]
MEDIA = {"a" * 32: Medium("a" * 32, "HDD-2026-01", "hdd", "Kho A, giá 3", "2031-12", "2026-01-02T08:00:00+07:00")}


def record(event: str, time: str = "2026-11-22T14:05:00+07:00", **details: Any) -> Record:
    return Record(
        1, event, time, "Nguyễn Văn Ạnh", "sohoa", "a" * 32, "HDD-2026-01", "dot-2026-01", "5" * 64, details, ""
    )


def lines(paper: Paper) -> list[str]:
    """Read a paper from top to bottom: paragraphs, and rows of tables with their cells apart; no empty lines."""
    return [line for line in _lines(Document(io.BytesIO(paper.to_bytes()))) if line]


def _lines(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                cells = [" ".join(part.text for part in cell.paragraphs if part.text) for cell in row.cells]
                yield " | ".join(cells)


def test_check_minutes_are_form_one():
    """Mẫu số 01 has its five numbered lines, the table with two columns under Kết quả, and two signatures."""
    findings = [
        {"kind": "damaged", "path": "data/masters/HS01/0003.tif", "detail": "", "repeated": True},
        {"kind": "missing", "path": "data/access/HS01.0000002.pdf", "detail": "", "repeated": None},
    ]
    checked = record("verified", outcome="findings", counts={}, findings=findings, findings_total=3,
                     covered={"full": True, "part": "", "files": 1234, "bytes": 12_345_678})  # fmt: skip

    found = lines(forms.check_minutes(OFFICE, check_minutes([checked], MEDIA)))

    assert found == [
        *HEAD,
        "BIÊN BẢN",
        "KIỂM TRA TÀI LIỆU LƯU TRỮ SỐ",
        "1. Thời gian: ngày 22 tháng 11 năm 2026",
        "2. Người kiểm tra: Nguyễn Văn Ạnh",
        "3. Địa chỉ tra tìm thiết bị lưu trữ: HDD-2026-01, Kho A, giá 3",
        (
            "4. Nội dung kiểm tra: Đối chiếu tên, số lượng, dung lượng và mã băm của từng tệp với danh mục đã niêm "
            "phong: bộ dot-2026-01 trên HDD-2026-01"
        ),
        "TT | Nội dung | Kết quả | Kết quả | Ghi chú",
        "TT | Nội dung | Bình thường | Lỗi | Ghi chú",
        "1 | Bộ dot-2026-01 trên HDD-2026-01 (22/11/2026 14:05) |  | x | có lỗi; đã đọc 1.234 tệp, 12,3 MB",
        "2 | HDD-2026-01: data/masters/HS01/0003.tif |  | x | nội dung khác khi niêm phong; đọc lần hai vẫn vậy",
        "3 | HDD-2026-01: data/access/HS01.0000002.pdf |  | x | thiếu tệp",
        "4 | HDD-2026-01: 1 tệp khác |  | x | xem kết quả kiểm tra dạng JSON",
        "5. Đề xuất phương án khắc phục:",
        "Phục hồi từ bản sao còn tốt trên phương tiện khác (sohoa repair): dot-2026-01 trên HDD-2026-01.",
        "Tệp không còn bản tốt nào thì số hóa lại từ tài liệu gốc.",
        "NGƯỜI KIỂM TRA (Ký và ghi rõ họ tên) | ĐẠI DIỆN ĐƠN VỊ (Ký và ghi rõ họ tên)",
    ]


def test_backup_log_is_form_two():
    """Mẫu số 02 has six columns, a row for each copy written, and the signature of the one who keeps it."""
    written = record("created", read_back="past the page cache", files=23, bytes=4_000)

    found = lines(forms.backup_log(OFFICE, log_rows([written, written])))

    row = ("Sao lưu toàn bộ, đọc lại từng tệp từ phương tiện, không qua bộ nhớ đệm; 23 tệp, 4,0 KB"
           " | 22/11/2026 14:05 | dot-2026-01 | HDD-2026-01 | Nguyễn Văn Ạnh")  # fmt: skip
    assert found == [
        *HEAD,
        "NHẬT KÝ SAO LƯU TÀI LIỆU LƯU TRỮ SỐ",
        "STT | Phương thức nội dung | Thời gian | Tên tệp tin/ Thư mục | Mã phương tiện lưu trữ | Người sao lưu",
        f"1 | {row}",
        f"2 | {row}",
        " | NGƯỜI GHI NHẬT KÝ (Ký và ghi rõ họ tên)",
    ]


def test_backup_minutes_are_form_three():
    """Mẫu số 03 has its ten numbered lines with the codes of the old and the new medium."""
    written = record("created", read_back="past the page cache", files=23, bytes=4_000, old_medium="HDD-2021-07")

    found = lines(forms.backup_minutes(OFFICE, backup_minutes(written, MEDIA)))

    assert found[2:] == [
        "BIÊN BẢN",
        "SAO LƯU TÀI LIỆU LƯU TRỮ SỐ",
        "1. Thời gian: ngày 22 tháng 11 năm 2026",
        "2. Địa điểm: Kho A, giá 3",
        "3. Người sao lưu: Nguyễn Văn Ạnh",
        "4. Mã phương tiện lưu trữ cũ: HDD-2021-07",
        "5. Mã phương tiện lưu trữ mới: HDD-2026-01",
        "6. Phương thức sao lưu: Sao lưu toàn bộ, đọc lại từng tệp từ phương tiện, không qua bộ nhớ đệm",
        "7. Dữ liệu tài liệu lưu trữ sao lưu:",
        "7.1. Tên cơ sở dữ liệu: Bộ bản sao bảo hiểm dot-2026-01",
        f"7.2. Nội dung dữ liệu sao lưu: Tài liệu lưu trữ số kèm dữ liệu đặc tả, mã niêm phong SHA-256 {'5' * 64}",
        "7.3. Dung lượng sao lưu: 4,0 KB (4.000 byte)",
        "8. Lỗi xảy ra trong quá trình sao lưu dữ liệu:",
        "Không có.",
        "9. Giải pháp khắc phục:",
        "Không có.",
        "10. Kết quả:",
        "Đã sao lưu 23 tệp, 4,0 KB. Bản sao nguyên vẹn: đọc lại từng tệp từ phương tiện, không qua bộ nhớ đệm.",
        "NGƯỜI SAO LƯU (Ký và ghi rõ họ tên) | ĐẠI DIỆN ĐƠN VỊ (Ký và ghi rõ họ tên)",
    ]


def test_restore_minutes_are_form_four():
    """Mẫu số 04 has its eight numbered lines, names each file restored and each that is lost."""
    files = [{"path": "data/masters/a.tif", "from": "HDD-2026-02", "bad": "missing", "good": "ab" * 32}]
    repaired = record("repaired", files=files, lost=["data/masters/b.tif"], outcome="findings")

    found = lines(forms.restore_minutes(OFFICE, restore_minutes(repaired, MEDIA)))

    assert found[2:] == [
        "BIÊN BẢN",
        "Xử lý sự cố và phục hồi tài liệu lưu trữ số",
        "1. Thời gian: ngày 22 tháng 11 năm 2026",
        "2. Người phục hồi: Nguyễn Văn Ạnh",
        "3. Lý do phục hồi: Kiểm tra phát hiện 1 tệp thiếu",
        "4. Địa chỉ tra tìm thiết bị lưu trữ: HDD-2026-01, Kho A, giá 3",
        "5. Tên, ngày tháng file phục hồi: 1 tệp của bộ dot-2026-01, 22/11/2026 14:05",
        "6. Nội dung phục hồi:",
        "TT | Nội dung | Kết quả | Kết quả | Ghi chú",
        "TT | Nội dung | Bình thường | Lỗi | Ghi chú",
        "1 | data/masters/a.tif | x |  | từ bản sao trên HDD-2026-02; SHA-256 abababababababab…",
        "2 | data/masters/b.tif |  | x | không còn bản tốt nào",
        "7. Lỗi xảy ra trong quá trình phục hồi:",
        "Không phục hồi được: data/masters/b.tif",
        "8. Kết quả: Chưa phục hồi được toàn bộ.",
        "NGƯỜI PHỤC HỒI (Ký và ghi rõ họ tên) | ĐẠI DIỆN ĐƠN VỊ (Ký và ghi rõ họ tên)",
    ]


def test_copy_that_was_not_read_back_is_not_called_whole():
    """The minutes of a copy without a reading back do not say that it is whole."""
    found = backup_minutes(record("created", read_back="perhaps from memory", files=1, bytes=1), MEDIA)

    assert "nguyên vẹn" not in " ".join(found.result)
    assert "chưa được đọc lại" in " ".join(found.result)


@pytest.mark.parametrize("outcome", ["findings", "no-verdict"])
def test_check_without_a_good_verdict_is_never_marked_good(outcome: str):
    """A check that found faults or could not judge is marked under Lỗi."""
    rows = check_minutes([record("verified", outcome=outcome)], MEDIA).rows

    assert not any(row.good for row in rows)


def test_what_is_not_known_is_left_for_the_pen():
    """Empty answers become dotted lines, in the head too."""
    found = lines(forms.check_minutes(Office(), CheckMinutes("", "", "", "", (Checked("x", True),))))

    assert found[0].startswith("....")
    assert "2. Người kiểm tra: ...." in found[5]
    assert sum(not line.strip(".") for line in found) == 4


def test_same_values_give_the_same_bytes():
    """A paper carries no clock: made twice it is the same file, with one fixed date inside."""
    papers = [forms.backup_log(OFFICE, log_rows([record("created", files=1, bytes=1)])).to_bytes() for _ in range(2)]

    assert papers[0] == papers[1]
    with zipfile.ZipFile(io.BytesIO(papers[0])) as file:
        assert {item.date_time for item in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_several_checks_name_their_period_and_people_once():
    """Minutes over several checks give the first and the last day, and each person and address once."""
    first = record("verified", "2026-01-05T09:00:00+07:00", outcome="whole", covered={"files": 1, "bytes": 1})
    minutes = check_minutes([record("verified", outcome="whole"), first], MEDIA)

    assert minutes.time == "từ ngày 05 tháng 01 năm 2026 đến ngày 22 tháng 11 năm 2026"
    assert minutes.checker == "Nguyễn Văn Ạnh"
    assert minutes.address == "HDD-2026-01, Kho A, giá 3"
    assert minutes.remedy == ("Không có lỗi; tiếp tục bảo quản và kiểm tra theo định kỳ.",)


def test_names_that_no_file_of_word_can_hold_are_cleaned():
    """A path with control characters or half a code point gives a paper all the same."""
    found = lines(forms.check_minutes(OFFICE, CheckMinutes("", "", "", "", (Checked("a\x01b\udcffc", False),))))

    assert any("abc" in line for line in found)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"outcome": "contents-not-read", "read": "past the page cache"}, "chưa đọc nội dung"),
        ({"outcome": "whole", "read": "perhaps from memory", "covered": {"files": 3}}, "bộ nhớ đệm"),
    ],
)
def test_check_that_proves_nothing_is_marked_nowhere(details: dict[str, Any], said: str):
    """A quick check, or one answered from memory, is neither Bình thường nor Lỗi, and asks for a full one."""
    minutes = check_minutes([record("verified", **details)], MEDIA)

    assert [row.good for row in minutes.rows] == [None]
    assert said in minutes.rows[0].note
    assert "kiểm tra đầy đủ" in minutes.remedy[0]


def test_what_a_repair_set_aside_stands_in_the_minutes():
    """A strange file that a repair took out of the copy has its row."""
    repaired = record("repaired", files=[], lost=[], outcome="whole", set_aside={"data/lạ.txt": "x"})

    assert [row.content for row in restore_minutes(repaired, MEDIA).rows] == ["data/lạ.txt"]
