"""The four forms of Thông tư 05/2025/TT-BNV, Phụ lục VII, with their headings, numbers and columns as printed there."""

from collections.abc import Iterable

from pipeline.papers.sheet import Paper
from pipeline.papers.values import BackupMinutes, Checked, CheckMinutes, LogRow, Office, RestoreMinutes

_CHECK_HEADINGS = (("TT", "Nội dung", "Kết quả", "Kết quả", "Ghi chú"), ("", "", "Bình thường", "Lỗi", ""))
_CHECK_WIDTHS_CM = (1.1, 6.6, 2.2, 1.6, 5.0)
_LOG_HEADINGS = (
    ("STT", "Phương thức nội dung", "Thời gian", "Tên tệp tin/ Thư mục", "Mã phương tiện lưu trữ", "Người sao lưu"),
)
_LOG_WIDTHS_CM = (1.2, 7.0, 3.6, 5.4, 3.6, 4.2)
_MARK = "x"


def check_minutes(office: Office, minutes: CheckMinutes) -> Paper:
    """Make Biên bản kiểm tra (Mẫu số 01)."""
    paper = Paper("Biên bản kiểm tra tài liệu lưu trữ số", office)
    paper.title("BIÊN BẢN", "KIỂM TRA TÀI LIỆU LƯU TRỮ SỐ")
    paper.line("1. Thời gian:", minutes.time)
    paper.line("2. Người kiểm tra:", minutes.checker)
    paper.line("3. Địa chỉ tra tìm thiết bị lưu trữ:", minutes.address)
    paper.line("4. Nội dung kiểm tra:", minutes.content)
    paper.table(_CHECK_HEADINGS, _check_rows(minutes.rows), _CHECK_WIDTHS_CM)
    paper.heading("5. Đề xuất phương án khắc phục:")
    paper.answer(minutes.remedy, empty_lines=4)
    paper.signatures("NGƯỜI KIỂM TRA", "ĐẠI DIỆN ĐƠN VỊ")
    return paper


def backup_log(office: Office, rows: Iterable[LogRow]) -> Paper:
    """Make Nhật ký sao lưu (Mẫu số 02), on its side since its columns are many."""
    paper = Paper("Nhật ký sao lưu tài liệu lưu trữ số", office, landscape=True)
    paper.title("NHẬT KÝ SAO LƯU TÀI LIỆU LƯU TRỮ SỐ")
    texts = (
        (str(number), row.content, row.time, row.name, row.medium_code, row.person)
        for number, row in enumerate(rows, 1)
    )
    paper.table(_LOG_HEADINGS, texts, _LOG_WIDTHS_CM)
    paper.signatures("", "NGƯỜI GHI NHẬT KÝ")
    return paper


def backup_minutes(office: Office, minutes: BackupMinutes) -> Paper:
    """Make Biên bản sao lưu (Mẫu số 03)."""
    paper = Paper("Biên bản sao lưu tài liệu lưu trữ số", office)
    paper.title("BIÊN BẢN", "SAO LƯU TÀI LIỆU LƯU TRỮ SỐ")
    paper.line("1. Thời gian:", minutes.time)
    paper.line("2. Địa điểm:", minutes.place)
    paper.line("3. Người sao lưu:", minutes.person)
    paper.line("4. Mã phương tiện lưu trữ cũ:", minutes.old_medium)
    paper.line("5. Mã phương tiện lưu trữ mới:", minutes.new_medium)
    paper.line("6. Phương thức sao lưu:", minutes.method)
    paper.heading("7. Dữ liệu tài liệu lưu trữ sao lưu:")
    paper.line("7.1. Tên cơ sở dữ liệu:", minutes.database)
    paper.line("7.2. Nội dung dữ liệu sao lưu:", minutes.content)
    paper.line("7.3. Dung lượng sao lưu:", minutes.size)
    paper.heading("8. Lỗi xảy ra trong quá trình sao lưu dữ liệu:")
    paper.answer(minutes.errors)
    paper.heading("9. Giải pháp khắc phục:")
    paper.answer(minutes.remedy)
    paper.heading("10. Kết quả:")
    paper.answer(minutes.result)
    paper.signatures("NGƯỜI SAO LƯU", "ĐẠI DIỆN ĐƠN VỊ")
    return paper


def restore_minutes(office: Office, minutes: RestoreMinutes) -> Paper:
    """Make Biên bản xử lý sự cố và phục hồi (Mẫu số 04; the annex misprints its heading as that of Mẫu số 01)."""
    paper = Paper("Biên bản xử lý sự cố và phục hồi tài liệu lưu trữ số", office)
    paper.title("BIÊN BẢN", "Xử lý sự cố và phục hồi tài liệu lưu trữ số")
    paper.line("1. Thời gian:", minutes.time)
    paper.line("2. Người phục hồi:", minutes.person)
    paper.line("3. Lý do phục hồi:", minutes.reason)
    paper.line("4. Địa chỉ tra tìm thiết bị lưu trữ:", minutes.address)
    paper.line("5. Tên, ngày tháng file phục hồi:", minutes.files)
    paper.heading("6. Nội dung phục hồi:")
    paper.table(_CHECK_HEADINGS, _check_rows(minutes.rows), _CHECK_WIDTHS_CM)
    paper.heading("7. Lỗi xảy ra trong quá trình phục hồi:")
    paper.answer(minutes.errors)
    paper.line("8. Kết quả:", minutes.result)
    paper.signatures("NGƯỜI PHỤC HỒI", "ĐẠI DIỆN ĐƠN VỊ")
    return paper


def _check_rows(rows: Iterable[Checked]) -> Iterable[tuple[str, ...]]:
    for number, row in enumerate(rows, 1):
        yield str(number), row.content, _MARK if row.good else "", _MARK if row.good is False else "", row.note
