"""The receiving archive's papers: minutes after approval, processing report, minutes of what goes back.

Thông tư 05/2025/TT-BNV Đ24.4, Đ25.2, Đ25.5.a. What passed the check is told as the check's result: what is approved is
a person's decision, and stays for the pen.
"""

from pipeline.papers.listing import Column, table
from pipeline.papers.numbers_in_words import grouped
from pipeline.papers.receipt_amounts import Counted, counted, failed_rows, reasons_counted, returned_rows
from pipeline.papers.saying import in_vietnamese
from pipeline.papers.sheet import SHORT_DOTS, Paper
from pipeline.papers.transfer_amounts import Amount, one_line
from pipeline.papers.transfer_forms import (
    CIRCULAR_5,
    FEW_DOTS,
    SIGNED_FULL_NAME,
    end_of_minutes,
    hand_over_minutes,
    numbered,
    party,
    said_of_transfer,
    size_in_full,
    transfer_minutes_head,
)
from pipeline.papers.values import Letterhead
from pipeline.transfer.values import Received

_FOR_PEN = f"{FEW_DOTS} hồ sơ; {FEW_DOTS} văn bản, tài liệu"
_VIRUS = {"none found": "không phát hiện virus", "found": "phát hiện virus", "not searched": "chưa kiểm tra virus"}
_REASONS = (Column("STT", 1.2, centred=True), Column("Lý do không đạt", 12.0), Column("Số lần", 3.3, centred=True))
_RETURNED = (
    Column("STT", 1.2, centred=True), Column("Mã hồ sơ/ Mã tài liệu", 4.6), Column("Tiêu đề/ Trích yếu", 5.0),
    Column("Lý do không được phê duyệt", 5.7),
)  # fmt: skip
_MOST_REASONS = 30  # the report sums up; the list of failed items has every one


def hand_over(received: Received) -> Paper:
    """Make Biên bản giao nhận with what the receiving side counted."""
    count = counted(received)
    absent = set(received.missing) | set(received.missing_documents)
    held = sum(
        bool(document.file) and document.code not in absent
        for dossier in received.manifest.dossiers
        if dossier.code not in absent
        for document in dossier.documents
    )
    return hand_over_minutes(received.manifest, count.delivered, held, _completeness(received, count))


def minutes_after_approval(received: Received) -> Paper:
    """Make Biên bản thu nộp hồ sơ, tài liệu after the approval, with what Đ25.2 names."""
    said, count = received.manifest.declaration, counted(received)
    paper = transfer_minutes_head(said, "(Sau khi phê duyệt hồ sơ, tài liệu nộp)")
    lines = (
        *said_of_transfer(said),
        ("Tổng số hồ sơ, tài liệu theo đăng ký", str(count.registered)),
        ("Tổng số hồ sơ, tài liệu thu nộp theo đăng ký", str(count.delivered)),
        ("Tổng số hồ sơ, tài liệu được duyệt", f"{_FOR_PEN} (kết quả kiểm tra đạt: {count.passed})"),
        ("Tổng số hồ sơ, tài liệu trả lại", f"{_FOR_PEN} (kết quả kiểm tra không đạt: {count.returned})"),
        ("Thời gian thu nộp", ""),
        ("Người thu nộp", ""),
        ("Ghi chú khác", said.note),
    )
    numbered(paper, lines)
    end_of_minutes(paper)
    return paper


def processing_report(received: Received) -> Paper:
    """Make Báo cáo xử lý nghiệp vụ (Đ24.4)."""
    said, count = received.manifest.declaration, counted(received)
    head = Letterhead(said.archive_name, number="Số: ........./BC-..........", dated=True)
    paper = Paper("Báo cáo xử lý nghiệp vụ", head)
    paper.title("BÁO CÁO")
    paper.abstract("Xử lý nghiệp vụ đối với hồ sơ, tài liệu nộp vào lưu trữ lịch sử")
    paper.addressed()
    paper.bases(f"Căn cứ {CIRCULAR_5};")
    paper.text("I. THÔNG TIN ĐỢT NỘP", bold=True)
    numbered(paper, (*said_of_transfer(said), *_of_the_batch(received, count)))
    paper.text("II. KẾT QUẢ XỬ LÝ NGHIỆP VỤ", bold=True)
    paper.text("1. Tổng số hồ sơ, tài liệu đề xuất thu nộp:", str(count.registered))
    paper.text("2. Tổng số hồ sơ, tài liệu có kết quả đạt:", str(count.passed))
    paper.text("3. Tổng số hồ sơ, tài liệu không đạt:", str(count.failed))
    if count.open != Amount():
        paper.text("Chưa có kết quả:", str(count.open))
    _reasons(paper, received)
    paper.text("4. Hồ sơ, tài liệu trùng lặp với hồ sơ, tài liệu đã có trong lưu trữ:", _doubled(received))
    paper.text("5. Những điểm khác của đợt nộp:")
    paper.answer([f"- {each}" for each in _vietnamese((*received.problems, *received.notes))] or ["- Không có"])
    paper.text("III. ĐỀ XUẤT", bold=True)
    paper.text("1. Đối với cơ quan, tổ chức nộp:")
    paper.answer(())
    paper.text("2. Đối với người phê duyệt:")
    paper.answer(())
    paper.signatures("NGƯỜI PHÊ DUYỆT", "VIÊN CHỨC XỬ LÝ NGHIỆP VỤ", how=SIGNED_FULL_NAME)
    return paper


def returned_minutes(received: Received) -> Paper:
    """Make Biên bản hồ sơ, tài liệu trả lại (Đ25.5.a); the archive gives back what did not pass."""
    said, rows = received.manifest.declaration, returned_rows(received)
    paper = Paper("Biên bản hồ sơ, tài liệu trả lại", Letterhead(said.archive_name, dated=True))
    paper.title("BIÊN BẢN")
    paper.abstract("Hồ sơ, tài liệu trả lại")
    paper.centred("(theo Danh sách hồ sơ, tài liệu không được phê duyệt vào lưu trữ lịch sử)", italic=True)
    paper.bases(f"Căn cứ {CIRCULAR_5};", f"Căn cứ Quyết định phê duyệt hồ sơ, tài liệu nộp số {'.' * 40};")
    paper.text("Chúng tôi gồm:")
    party(paper, "BÊN GIAO", said.archive_name)
    party(paper, "BÊN NHẬN", said.agency_name, said.contact_name, said.contact_position)
    paper.text("Thống nhất giao, nhận lại hồ sơ, tài liệu không được phê duyệt như sau:")
    paper.text("1. Mã đăng ký yêu cầu:", said.request_code or SHORT_DOTS)
    paper.text("2. Số lần nộp:", said.transfer_number or SHORT_DOTS)
    paper.text(
        "3. Tổng số hồ sơ, tài liệu trả lại:", f"{_FOR_PEN} (kết quả kiểm tra không đạt: {counted(received).returned})"
    )
    paper.text("4. Danh sách hồ sơ, tài liệu có kết quả kiểm tra không đạt:")
    cells = ((number, row.document or row.code, one_line(row.title), "; ".join(map(one_line, row.reasons)))
             for number, row in enumerate(rows, 1))  # fmt: skip
    table(paper, _RETURNED, tuple(cells))
    paper.text("5. Phương tiện, cách thức trả lại:", SHORT_DOTS)
    paper.text("Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản./.")
    paper.signatures("ĐẠI DIỆN BÊN GIAO", "ĐẠI DIỆN BÊN NHẬN", how=SIGNED_FULL_NAME)
    return paper


def _of_the_batch(received: Received, count: Counted) -> tuple[tuple[str, str], ...]:
    return (
        ("Tổng số gói tin", grouped(len(received.manifest.dossiers) - count.missing.dossiers)),
        ("Tổng số dung lượng", size_in_full(count.size_bytes)),
        ("Kiểm tra tổng thể gói tin, đối chiếu với Mục lục", _completeness(received, count)),
        ("Kiểm tra virus", _VIRUS.get(received.virus, received.virus)),
        ("Mã SHA-256 của danh sách tệp trong đợt nộp", received.seal),
    )


def _completeness(received: Received, count: Counted) -> str:
    if not received.has_list:
        return "chưa xác định được: đợt nộp không có mục lục dùng được (transfer.json)"
    if received.is_complete:
        return "đủ"
    return f"chưa đủ, số lượng còn thiếu: {count.missing}"


def _reasons(paper: Paper, received: Received) -> None:
    """Write the table of reasons, the commonest first; each item with its reason stands in the list."""
    counts = sorted(reasons_counted(failed_rows(received)).items(), key=lambda item: (-item[1], item[0]))
    cells = [(number, one_line(reason), count) for number, (reason, count) in enumerate(counts[:_MOST_REASONS], 1)]
    more = sum(count for _, count in counts[_MOST_REASONS:])
    if more:
        cells.append((len(cells) + 1, "Lý do khác (xem Danh sách hồ sơ, tài liệu không đạt)", more))
    table(paper, _REASONS, tuple(cells))


def _doubled(received: Received) -> str:
    return f"{grouped(len(received.doubled))} trường hợp, có danh sách kèm theo" if received.doubled else "Không có"


def _vietnamese(sentences: tuple[str, ...]) -> list[str]:
    return [one_line(in_vietnamese(each)) for each in sentences]
