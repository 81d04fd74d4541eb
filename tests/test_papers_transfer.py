"""The sender's papers of a transfer: forms word for word, answers out of the values, dots where only the pen knows."""

from collections.abc import Callable

import pytest

from pipeline.papers import receipt_lists, transfer_forms, transfer_lists
from pipeline.papers.listing import Listing, paper, paper_of_all
from pipeline.transfer.values import Attachment, Declaration, Manifest
from tests.papers_made import (
    DATE_LINE,
    DECLARATION,
    HEAD,
    OF_BATCH,
    code,
    document,
    dossier,
    lines,
    manifest,
)

SIGNED = f" | {DATE_LINE} Người lập (Ký và ghi rõ họ và tên, chức vụ)"
NOTHING = Manifest(Declaration(), ())


def test_list_of_dossiers_has_the_eight_columns_of_article_20_3_k():
    """Mục lục hồ sơ nộp: eight columns, codes in words, the number of dossiers in figures and words."""
    assert lines(paper(transfer_lists.dossiers_handed_over(manifest()))) == [
        HEAD,
        "MỤC LỤC HỒ SƠ NỘP",
        *OF_BATCH,
        (
            "STT | Mã hồ sơ | Tiêu đề hồ sơ | Thời gian bắt đầu | Thời gian kết thúc | Số trang | Mức độ tiếp cận | "
            "Ghi chú"
        ),
        "1 | H48.99.1.2001.01.ĐĐ | Hồ sơ giao đất số 1 | 01/07/2001 | 02/07/2001 | 6 | Công khai | Bản gốc ố vàng",
        "2 | H48.99.1.2001.02.ĐĐ | Hồ sơ giao đất số 2 | 2001 | 2001 | 6 | Công khai | ",
        "3 | H48.99.1.2001.03.ĐĐ | Hồ sơ giao đất số 3 | 01/07/2001 | 02/07/2001 | 6 | Sử dụng có điều kiện | ",
        "Mục lục này gồm: 3 hồ sơ (viết bằng chữ: ba hồ sơ).",
        SIGNED,
    ]


def test_list_of_packages_has_the_columns_of_article_20_3_k():
    """Mục lục tài liệu nộp: a row for each package, with its source and the number of its documents."""
    assert lines(paper(transfer_lists.packages_handed_over(manifest())))[4:] == [
        "STT | Mã gói tài liệu | Tiêu đề gói tài liệu | Nguồn gốc | Tổng số tài liệu trong gói | Ghi chú",
        "1 | uuid-1 | Hồ sơ giao đất số 1 (01/07/2001 - 02/07/2001) | Phông UBND xã Suối Mây | 2 | Bản gốc ố vàng",
        "2 | uuid-2 | Hồ sơ giao đất số 2 (2001) | Phông UBND xã Suối Mây | 2 | ",
        "3 | uuid-3 | Hồ sơ giao đất số 3 (01/07/2001 - 02/07/2001) | Phông UBND xã Suối Mây | 2 | ",
        "Mục lục này gồm: 3 gói (viết bằng chữ: ba gói), 6 tài liệu (viết bằng chữ: sáu tài liệu).",
        SIGNED,
    ]


def test_paper_list_is_form_three_of_decree_30():
    """Mục lục hồ sơ, tài liệu nộp lưu: seven columns that are numbered, sheets that are not known left for the pen."""
    assert lines(paper(transfer_lists.paper_dossiers(manifest()))) == [
        HEAD,
        "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU",
        "Phông: SM01 - Phông UBND xã Suối Mây",
        "Năm 1998 - 2006",
        (
            "Số TT | Số, ký hiệu hồ sơ | Tiêu đề hồ sơ | Thời gian tài liệu | Thời hạn bảo quản | Số tờ/ Số trang | "
            "Ghi chú"
        ),
        "(1) | (2) | (3) | (4) | (5) | (6) | (7)",
        (
            "1 | H48.99.1.2001.01.ĐĐ | Hồ sơ giao đất số 1 | 01/07/2001 - 02/07/2001 | Vĩnh viễn | 4/6 | "
            "Hộp/cặp số: 1; Mã hồ sơ giấy: H48.99.8.K1.1; Bản gốc ố vàng"
        ),
        (
            "2 | H48.99.1.2001.02.ĐĐ | Hồ sơ giao đất số 2 | 2001 | Vĩnh viễn | ....../6 | "
            "Hộp/cặp số: 2; Mã hồ sơ giấy: H48.99.8.K1.2"
        ),
        (
            "3 | H48.99.1.2001.03.ĐĐ | Hồ sơ giao đất số 3 | 01/07/2001 - 02/07/2001 | Vĩnh viễn | 4/6 | "
            "Hộp/cặp số: 1; Mã hồ sơ giấy: H48.99.8.K1.3"
        ),
        "Mục lục này gồm: 3 hồ sơ (đơn vị bảo quản).",
        "Viết bằng chữ: Ba hồ sơ (đơn vị bảo quản).",
        SIGNED,
    ]


def test_list_of_documents_is_form_four_of_decree_30():
    """Mục lục văn bản, tài liệu: seven columns; a number that the document does not bear is not made up."""
    made = paper_of_all("Mục lục", [transfer_lists.documents_of(each) for each in manifest().dossiers[:2]])

    headings = [
        (
            "STT | Số, ký hiệu văn bản | Ngày tháng năm văn bản | Tên loại và trích yếu nội dung văn bản | "
            "Tác giả văn bản | Tờ số/ Trang số | Ghi chú"
        ),
        "(1) | (2) | (3) | (4) | (5) | (6) | (7)",
    ]
    first = "1 | 01/QĐ-UB | 01/07/2001 | Quyết định: về việc giao đất | UBND xã | 1-2 | "
    assert lines(made) == [
        "MỤC LỤC VĂN BẢN, TÀI LIỆU",
        "Số, ký hiệu hồ sơ: H48.99.1.2001.01.ĐĐ",
        "Hồ sơ giao đất số 1",
        "Năm 2001",
        *headings,
        first,
        "2 | 02/QĐ-UB | 02/07/2001 | Quyết định: về việc giao đất | UBND xã | 2-3 | ",
        "MỤC LỤC VĂN BẢN, TÀI LIỆU",
        "Số, ký hiệu hồ sơ: H48.99.1.2001.02.ĐĐ",
        "Hồ sơ giao đất số 2",
        "Năm 2001",
        *headings,
        first,
        "2 | /QĐ-UB | 02/07/2001 | Công văn: V/v đo đạc | UBND xã | 2-3 | ",
    ]


def test_conditional_items_are_named_by_article_20_4_b():
    """A conditional dossier has one row; a conditional document of a dossier that is not has its own."""
    found = lines(paper(transfer_lists.conditional_access(manifest())))

    assert found[1] == "DANH SÁCH HỒ SƠ, TÀI LIỆU TIẾP CẬN CÓ ĐIỀU KIỆN"
    assert found[5:8] == [
        f"1 | {code(2)} | {code(2)}.0000002 | Công văn: V/v đo đạc | 02/07/2001 | Sử dụng có điều kiện | ",
        f"2 | {code(3)} |  | Hồ sơ giao đất số 3 | 01/07/2001 - 02/07/2001 | Sử dụng có điều kiện | Hồ sơ",
        "Danh sách này gồm: 2 mục (viết bằng chữ: hai mục).",
    ]


def test_what_is_left_out_stands_in_the_list_of_failed_items():
    """Danh sách hồ sơ, tài liệu không đạt has code, document and every reason."""
    found = lines(paper(receipt_lists.left_out(manifest())))

    assert found[4:6] == [
        "STT | Mã hồ sơ | Mã tài liệu | Tiêu đề hồ sơ/ Trích yếu nội dung tài liệu | Lý do không đạt | Ghi chú",
        f"1 | {code(9)} | {code(9)}.0000003 | Hồ sơ bản đồ | lý do 5; lý do 6 | ",
    ]


@pytest.mark.parametrize(
    "made",
    [
        transfer_lists.dossiers_handed_over,
        transfer_lists.packages_handed_over,
        transfer_lists.paper_dossiers,
        transfer_lists.conditional_access,
        receipt_lists.left_out,
    ],
)
def test_empty_lists_say_so(made: Callable[[Manifest], Listing]):
    """A list without rows says Không có, and none of its lines is made up."""
    found = lines(paper(made(NOTHING)))

    assert [line for line in found if set(line.split(" | ")) == {"Không có"}]
    assert "gồm: 0 " in " ".join(found)
    assert "bằng chữ: không " in " ".join(found).casefold()
    assert any(line.startswith("Phông: ....") for line in found)


def test_hand_over_minutes_are_form_five_of_decree_30():
    """Biên bản giao nhận: both parties, block, time, paper and electronic quantity, condition, list, two originals."""
    found = lines(transfer_forms.hand_over_minutes(manifest()))

    assert found == [
        HEAD,
        f" | {DATE_LINE}",
        "BIÊN BẢN",
        "Giao nhận hồ sơ, tài liệu",
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
        (
            "Căn cứ Thông tư số 05/2025/TT-BNV ngày 14 tháng 5 năm 2025 của Bộ trưởng Bộ Nội vụ quy định nghiệp vụ "
            "lưu trữ tài liệu lưu trữ số;"
        ),
        f"Căn cứ {'.' * 70},",
        "Chúng tôi gồm:",
        "BÊN GIAO: Ủy ban nhân dân xã Suối Mây",
        "Ông (bà): Lê Thị Thí Dụ",
        "Chức vụ công tác: Văn thư",
        "BÊN NHẬN: Trung tâm Lưu trữ lịch sử tỉnh",
        f"Ông (bà): {'.' * 60}",
        f"Chức vụ công tác: {'.' * 60}",
        "Thống nhất lập biên bản giao nhận tài liệu với những nội dung như sau:",
        "1. Tên khối tài liệu giao nộp: Tài liệu về đất đai",
        "2. Thời gian của hồ sơ, tài liệu: 1998 - 2006",
        "3. Số lượng tài liệu:",
        "a) Đối với hồ sơ, tài liệu giấy",
        "- Tổng số hộp (cặp): 2.",
        f"- Tổng số hồ sơ (đơn vị bảo quản): 3. Quy ra mét giá: {'.' * 12} mét.",
        "b) Đối với hồ sơ, tài liệu điện tử",
        "- Tổng số hồ sơ: 3 hồ sơ.",
        "- Tổng số tệp tin trong hồ sơ: 6 tệp tin.",
        f"4. Tình trạng tài liệu giao nộp: {'.' * 60}",
        "5. Mục lục hồ sơ, tài liệu nộp lưu kèm theo.",
        "Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản./.",
        "ĐẠI DIỆN BÊN GIAO (Ký và ghi rõ họ và tên) | ĐẠI DIỆN BÊN NHẬN (Ký và ghi rõ họ và tên)",
    ]


@pytest.mark.parametrize(
    ("said", "box", "expected"),
    [
        ("đã nộp", "1", ["- Tài liệu giấy đã nộp vào lưu trữ trước đợt này."]),
        ("", "1", [f"- Tổng số hộp (cặp): {'.' * 12}",
                   f"- Tổng số hồ sơ (đơn vị bảo quản): {'.' * 12}. Quy ra mét giá: {'.' * 12} mét."]),
        ("chưa nộp", "", [f"- Tổng số hộp (cặp): {'.' * 12}",
                          f"- Tổng số hồ sơ (đơn vị bảo quản): 1. Quy ra mét giá: {'.' * 12} mét."]),
    ],
)  # fmt: skip
def test_paper_is_counted_only_where_it_is_known(said: str, box: str, expected: list[str]):
    """Paper that was handed over before is not counted again, boxes that are not known are left for the pen."""
    batch = Manifest(Declaration(paper_transferred=said), (dossier(1, box=box),))
    found = lines(transfer_forms.hand_over_minutes(batch))

    start = found.index("a) Đối với hồ sơ, tài liệu giấy") + 1
    assert found[start : start + len(expected)] == expected


def test_minutes_of_direct_transfer_have_all_of_article_22_2():
    """Biên bản thu nộp: what Đ22.2.đ names, in its order; what both sides count is left for the pen."""
    found = lines(transfer_forms.direct_transfer_minutes(manifest()))

    assert found[6:20] == [
        "1. Mã đăng ký yêu cầu: 01.NL.UBSM.01.2026",
        "2. Mã cơ quan, tổ chức nộp: H48.99.1",
        "3. Tên cơ quan, tổ chức nộp: Ủy ban nhân dân xã Suối Mây",
        "4. Số lần nộp: 2",
        "5. Tổng số hồ sơ, tài liệu nộp theo đăng ký: 3 hồ sơ; 6 văn bản, tài liệu",
        f"6. Tổng số hồ sơ, tài liệu giao nhận: {'.' * 12} hồ sơ; {'.' * 12} văn bản, tài liệu",
        "7. Tổng số dung lượng: 4,5 MB (4.500.000 byte)",
        f"8. Tổng số thiết bị: {'.' * 60}",
        f"9. Tình trạng thiết bị: {'.' * 60}",
        f"10. Mô tả chi tiết thiết bị: {'.' * 60}",
        f"11. Thời gian giao nhận: {'.' * 60}",
        "12. Người giao: Lê Thị Thí Dụ, Văn thư",
        f"13. Người nhận: {'.' * 60}",
        f"14. Ghi chú khác: {'.' * 60}",
    ]


def test_request_letter_is_an_official_letter():
    """Văn bản đề nghị nộp: V/v under the number, Kính gửi, enclosures by name, Nơi nhận and signature."""
    attached = (Attachment("unit_history", "kem-theo/x.txt", 1, "c" * 64),)
    found = lines(transfer_forms.request_letter(manifest(attachments=attached)))

    assert found[:3] == [
        HEAD,
        f"Số: ........./............. V/v đề nghị nộp hồ sơ, tài liệu vào lưu trữ lịch sử | {DATE_LINE}",
        "Kính gửi: Trung tâm Lưu trữ lịch sử tỉnh",
    ]
    assert "6. Hồ sơ, tài liệu tiếp cận có điều kiện: 1 hồ sơ; 1 văn bản, tài liệu" in found
    assert (
        "Hồ sơ kèm theo: Mục lục hồ sơ, tài liệu nộp; Danh sách hồ sơ, tài liệu tiếp cận có điều kiện; "
        "Lịch sử đơn vị hình thành phông." in found
    )
    assert found[-2].endswith("xem xét, trả lời./.")
    assert found[-1].startswith("Nơi nhận: - Như trên; - ........................; - Lưu: VT, ......... | ....")


def test_registration_has_the_fields_a_to_q_of_article_20_3():
    """Phiếu đăng ký: one line for each letter of the circular, none of them skipped."""
    found = lines(transfer_forms.registration(manifest()))

    assert found[5:-1] == [
        "a) Mã yêu cầu: 01.NL.UBSM.01.2026",
        "b) Tên cơ quan, tổ chức, cá nhân nộp: Ủy ban nhân dân xã Suối Mây",
        "c) Mã cơ quan, tổ chức, cá nhân nộp: H48.99.1",
        "d) Tài liệu giấy đã hoặc chưa nộp vào lưu trữ: chưa nộp",
        "đ) Số lần nộp tài liệu lưu trữ số vào lưu trữ: 2",
        "e) Tóm tắt nội dung và thời gian của khối tài liệu nộp: Tài liệu về đất đai; thời gian: 1998 - 2006",
        "g) Tổng số hồ sơ, tài liệu nộp: 3 hồ sơ; 6 văn bản, tài liệu",
        "h) Tổng số trang: 18 trang",
        "i) Tổng số dung lượng: 4,5 MB (4.500.000 byte)",
        "k) Mục lục hồ sơ, tài liệu nộp: kèm theo (3 hồ sơ; 6 văn bản, tài liệu)",
        "l) Dự kiến thời gian tiến hành nộp: Quý II năm 2026",
        "m) Cách thức nộp: trực tiếp",
        "n) Địa chỉ liên hệ: Lê Thị Thí Dụ, Văn thư; điện thoại: 0255 000 0000; thư điện tử: vt@suoimay.invalid",
        "o) Ghi chú đặc biệt: Không có",
        "p) Phông lưu trữ: SM01 - Phông UBND xã Suối Mây",
        "q) Phương án phân loại: Thời gian - Vấn đề",
    ]


def test_what_is_not_declared_is_left_for_the_pen():
    """A batch of which nothing was declared gives dots, and no names, codes or dates."""
    found = lines(transfer_forms.registration(NOTHING))

    empty = [line for line in found if line.endswith(": " + "." * 60)]
    assert [line[0] for line in empty] == ["a", "b", "c", "d", "đ", "e", "l", "m", "n", "p", "q"]
    assert found[0].startswith("." * 30)


def test_time_span_is_taken_from_the_dossiers_where_none_is_declared():
    """The first and the last date of any precision are found, by their years first."""
    dossiers = (dossier(1, start="05/2001", end="31/12/2003"), dossier(2, start="1999", end="2003"))
    made = Manifest(Declaration(), dossiers)

    assert "2. Thời gian của hồ sơ, tài liệu: 1999 - 2003" in lines(transfer_forms.hand_over_minutes(made))


def test_line_ends_in_titles_do_not_break_the_rows():
    """A title that was typed on two lines stands on one, in lists and in forms."""
    made = Manifest(
        DECLARATION, (dossier(1, (document(1, 1, subject="về việc\ngiao đất"),), title="Hồ sơ\n giao đất"),)
    )

    assert "| Hồ sơ giao đất |" in lines(paper(transfer_lists.dossiers_handed_over(made)))[5]
    assert "Quyết định: về việc giao đất" in lines(paper(transfer_lists.documents_of(made.dossiers[0])))[-1]
