"""The receiving archive's papers: counts of the check, reasons, doubles; approval stays for the pen."""

import pytest

from pipeline.messages import sentence, translate
from pipeline.papers import receipt_forms, receipt_lists, transfer_forms
from pipeline.papers.listing import paper
from pipeline.papers.receipt_amounts import NO_DOCUMENT, NO_PACKAGE, counted
from pipeline.papers.transfer_amounts import Amount
from pipeline.transfer.values import CheckedRow, Doubled, Received
from tests.papers_made import ARCHIVE_HEAD, DATE_LINE, OF_BATCH, code, document, lines, manifest, received

PEN = "............ hồ sơ; ............ văn bản, tài liệu"
BOTH = "(Ký và ghi rõ họ và tên)"


def test_items_are_counted_once():
    """Registered, handed over, đạt and không đạt add up: what is missing has not passed."""
    found = counted(received())

    assert found.registered == Amount(3, 6)
    assert found.delivered == Amount(2, 4)
    assert found.passed == Amount(1, 3)
    assert found.failed == Amount(2, 3)
    assert found.open == Amount()


def test_missing_items_without_a_row_are_failed_all_the_same():
    """A dossier and a document that are only told to be missing stand in the list with that reason."""
    rows = tuple(row for row in received().rows if row.code == code(1))
    made = received(rows=rows, missing_documents=(f"{code(3)}.0000002",))

    found = lines(paper(receipt_lists.not_passed(made)))

    assert counted(made).failed == Amount(2, 3)
    assert f"1 | {code(2)} |  | Hồ sơ giao đất số 2 | {NO_PACKAGE} | " in found
    assert f"2 | {code(3)} | {code(3)}.0000002 | về việc giao đất | {NO_DOCUMENT} | " in found


def test_what_has_no_result_is_open_and_not_passed():
    """A batch that nothing could be said of passes nothing."""
    found = counted(Received(manifest(), (), ()))

    assert (found.passed, found.failed, found.open) == (Amount(), Amount(), Amount(3, 6))


def test_failed_items_are_in_the_order_of_the_list():
    """Danh sách không đạt of the archive (Đ25.1.a): each item once, with its reasons."""
    assert lines(paper(receipt_lists.not_passed(received()))) == [
        ARCHIVE_HEAD,
        "DANH SÁCH HỒ SƠ, TÀI LIỆU KHÔNG ĐẠT",
        *OF_BATCH,
        "STT | Mã hồ sơ | Mã tài liệu | Tiêu đề hồ sơ/ Trích yếu nội dung tài liệu | Lý do không đạt | Ghi chú",
        f"1 | {code(2)} |  | Hồ sơ giao đất số 2 | lý do 1 | ",
        f"2 | {code(2)} | {code(2)}.0000001 | về việc giao đất | lý do 2 | ",
        f"3 | {code(2)} | {code(2)}.0000002 | V/v đo đạc | lý do 2 | ",
        f"4 | {code(3)} |  | Hồ sơ giao đất số 3 | lý do 3 | ",
        f"5 | {code(3)} | {code(3)}.0000001 | về việc giao đất | lý do 4 | ",
        "Danh sách này gồm: 5 mục (viết bằng chữ: năm mục).",
        f" | {DATE_LINE} Người lập (Ký và ghi rõ họ và tên, chức vụ)",
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Missing command.", "Thiếu lệnh."),
        (sentence("{what} ({source})", what=sentence("The file is empty (0 bytes)."), source="Điều 9"),
         "Tệp rỗng (0 byte). (Điều 9)"),
    ],
)  # fmt: skip
def test_reasons_are_said_in_vietnamese(reason: str, said: str):
    """A reason that the catalogue knows, or that remembers its template, is not left in English; the terminal is."""
    row = CheckedRow(code(1), "x", "", passed=False, reasons=(reason,))

    listing = receipt_lists.not_passed(received(rows=(row,), missing=()))

    assert listing.rows[0][4] == said
    assert translate("The file is empty (0 bytes).") == "The file is empty (0 bytes)."


def test_minutes_after_approval_have_all_of_article_25_2():
    """Biên bản thu nộp: what is approved and returned is a decision, the check only stands beside it.

    Approved and returned add up to what came: what is missing cannot be given back.
    """
    found = lines(receipt_forms.minutes_after_approval(received()))

    assert found[:5] == [
        ARCHIVE_HEAD,
        f" | {DATE_LINE}",
        "BIÊN BẢN",
        "Thu nộp hồ sơ, tài liệu vào lưu trữ lịch sử",
        "(Sau khi phê duyệt hồ sơ, tài liệu nộp)",
    ]
    assert found[6:-2] == [
        "1. Mã đăng ký yêu cầu: 01.NL.UBSM.01.2026",
        "2. Mã cơ quan, tổ chức nộp: H48.99.1",
        "3. Tên cơ quan, tổ chức nộp: Ủy ban nhân dân xã Suối Mây",
        "4. Số lần nộp: 2",
        "5. Tổng số hồ sơ, tài liệu theo đăng ký: 3 hồ sơ; 6 văn bản, tài liệu",
        "6. Tổng số hồ sơ, tài liệu thu nộp theo đăng ký: 2 hồ sơ; 4 văn bản, tài liệu",
        f"7. Tổng số hồ sơ, tài liệu được duyệt: {PEN} (kết quả kiểm tra đạt: 1 hồ sơ; 3 văn bản, tài liệu)",
        f"8. Tổng số hồ sơ, tài liệu trả lại: {PEN} (kết quả kiểm tra không đạt: 1 hồ sơ; 1 văn bản, tài liệu)",
        f"9. Thời gian thu nộp: {'.' * 60}",
        f"10. Người thu nộp: {'.' * 60}",
        f"11. Ghi chú khác: {'.' * 60}",
    ]


def test_processing_report_has_all_of_article_24_4():
    """Báo cáo xử lý nghiệp vụ: totals proposed, đạt, không đạt with reasons, proposals for two, two signatures."""
    found = lines(receipt_forms.processing_report(received(problems=("a.txt is strange",), virus="none found")))

    for line in (
        (
            "7. Kiểm tra tổng thể gói tin, đối chiếu với Mục lục: "
            "chưa đủ, số lượng còn thiếu: 1 hồ sơ; 2 văn bản, tài liệu"
        ),
        "8. Kiểm tra virus: không phát hiện virus",
        "1. Tổng số hồ sơ, tài liệu đề xuất thu nộp: 3 hồ sơ; 6 văn bản, tài liệu",
        "2. Tổng số hồ sơ, tài liệu có kết quả đạt: 1 hồ sơ; 3 văn bản, tài liệu",
        "3. Tổng số hồ sơ, tài liệu không đạt: 2 hồ sơ; 3 văn bản, tài liệu",
        "STT | Lý do không đạt | Số lần",
        "1 | lý do 2 | 2",
        "4. Hồ sơ, tài liệu trùng lặp với hồ sơ, tài liệu đã có trong lưu trữ: Không có",
        "- a.txt is strange",
        "1. Đối với cơ quan, tổ chức nộp:",
        "2. Đối với người phê duyệt:",
        f"NGƯỜI PHÊ DUYỆT {BOTH} | VIÊN CHỨC XỬ LÝ NGHIỆP VỤ {BOTH}",
    ):
        assert line in found


def test_virus_search_that_did_not_happen_is_not_called_clean():
    """What was not searched is said to be not searched."""
    found = " ".join(lines(receipt_forms.processing_report(received())))

    assert "chưa kiểm tra virus" in found
    assert "không phát hiện" not in found


def test_returned_items_have_minutes_of_article_25_5():
    """Biên bản hồ sơ trả lại: the archive gives, the agency takes back, item by item with its reason."""
    found = lines(receipt_forms.returned_minutes(received()))

    assert found.index("BÊN GIAO: Trung tâm Lưu trữ lịch sử tỉnh") < found.index(
        "BÊN NHẬN: Ủy ban nhân dân xã Suối Mây"
    )
    assert "STT | Mã hồ sơ/ Mã tài liệu | Tiêu đề/ Trích yếu | Lý do không được phê duyệt" in found
    assert [line for line in found if "| lý do" in line] == [
        f"1 | {code(3)} | Hồ sơ giao đất số 3 | lý do 3",
        f"2 | {code(3)}.0000001 | về việc giao đất | lý do 4",
    ]


def test_size_is_that_of_what_came():
    """The package that is missing has no part in the size that was handed over (Đ22.2.đ)."""
    made = received()
    minutes = transfer_forms.direct_transfer_minutes(made.manifest, counted(made).delivered, counted(made).size_bytes)

    assert "7. Tổng số dung lượng: 3,0 MB (3.000.000 byte)" in lines(minutes)
    assert "6. Tổng số dung lượng: 3,0 MB (3.000.000 byte)" in lines(receipt_forms.processing_report(made))


def test_hand_over_minutes_say_what_was_counted():
    """Biên bản giao nhận of the archive has what came, not what the list promised."""
    found = lines(receipt_forms.hand_over(received()))

    assert "- Tổng số hồ sơ: 2 hồ sơ." in found
    assert "- Tổng số tệp tin trong hồ sơ: 4 tệp tin." in found
    assert "4. Tình trạng tài liệu giao nộp: chưa đủ, số lượng còn thiếu: 1 hồ sơ; 2 văn bản, tài liệu" in found


def test_doubled_records_stand_side_by_side_for_a_decision():
    """Danh sách trùng lặp (Đ24.1.b): each row has an empty decision; the documents of both stand next to each other."""
    twice = Doubled(code(1), "Hồ sơ giao đất", "Giao đất", "dot-2025-03", same_content=False, held_code="H48.1",
                    documents=(document(1, 1), document(1, 2)), held_documents=(document(1, 1),))  # fmt: skip
    made = received(doubled=(twice,))
    listing = receipt_lists.doubled(made)
    sheet = paper(listing)
    receipt_lists.side_by_side(sheet, made.doubled)

    found = lines(sheet)

    assert f"1 | {code(1)} | Hồ sơ giao đất | H48.1 - Giao đất | dot-2025-03 | Khác |  | trùng mã hồ sơ" in found
    start = found.index(f"Mục lục văn bản, tài liệu: {code(1)} - H48.1 (dot-2025-03)")
    assert found[start + 1 :] == [
        "STT | Hồ sơ nộp | Hồ sơ nộp | Hồ sơ nộp | " + " | ".join(["Hồ sơ đã có trong lưu trữ"] * 3),
        "STT | " + " | ".join(["Số, ký hiệu | Ngày tháng năm | Tên loại và trích yếu"] * 2),
        "1 | " + " | ".join(["01/QĐ-UB | 01/07/2001 | Quyết định: về việc giao đất"] * 2),
        "2 | 02/QĐ-UB | 02/07/2001 | Quyết định: về việc giao đất |  |  | ",
    ]


def test_completeness_is_not_claimed_without_a_list():
    """A batch without a list that can be used is neither "đủ" nor "chưa đủ" in the report."""
    found = lines(receipt_forms.processing_report(Received(manifest(), (), (), has_list=False)))

    said = "chưa xác định được: đợt nộp không có mục lục dùng được (transfer.json)"
    assert f"7. Kiểm tra tổng thể gói tin, đối chiếu với Mục lục: {said}" in found
