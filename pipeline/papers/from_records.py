"""What the papers say, out of the records of copies: nothing is typed that a record knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.copies.clock import parse
from pipeline.copies.medium import Medium
from pipeline.copies.record import Event, Record
from pipeline.messages import known_in_vietnamese
from pipeline.papers.numbers_in_words import grouped, size_text
from pipeline.papers.values import BackupMinutes, Checked, CheckMinutes, LogRow, RestoreMinutes

Media = Mapping[str, Medium]  # by id

# Findings of a check in the office's words.
_KINDS = {
    "damaged": "nội dung khác khi niêm phong",
    "missing": "thiếu tệp",
    "moved": "nằm sai chỗ",
    "unexpected": "tệp không có trong danh mục",
    "unreadable": "không đọc được",
    "medium-absent": "không có phương tiện",
    "wrong-medium": "không đúng phương tiện",
}
_OUTCOMES = {
    "whole": "nguyên vẹn, mọi tệp đúng như khi niêm phong",
    "contents-not-read": "chỉ kiểm tra tên và dung lượng, chưa đọc nội dung",
    "part-read": "phần đã đọc đúng như khi niêm phong",
    "findings": "có lỗi",
    "no-verdict": "chưa kết luận được",
}
_FROM_MEMORY = "đúng như khi niêm phong theo bộ nhớ đệm của máy; chưa chứng minh được phương tiện"
_WAYS = {
    "past the page cache": "đọc lại từng tệp từ phương tiện, không qua bộ nhớ đệm",
    "from the medium after re-plugging": "đọc lại từ phương tiện sau khi tháo và cắm lại",
}
_BAD = frozenset({"findings", "no-verdict"})


def check_minutes(records: Sequence[Record], media: Media) -> CheckMinutes:
    """Give the minutes of one or more checks: a row for what is whole, one for each fault with its address.

    Thông tư 05/2025/TT-BNV Đ29.4: faults are listed with file name and storage address.

    Args:
        records: Of the event "verified", at least one.
        media: The media that the register knows.
    """
    return CheckMinutes(
        time=_period(records),
        checker=_people(records),
        address="; ".join(dict.fromkeys(_address(record, media) for record in records)),
        content=_looked_at(records)
        + "; ".join(dict.fromkeys(f"bộ {record.set} trên {record.medium_code}" for record in records)),
        rows=tuple(row for record in records for row in _check_rows(record)),
        remedy=_remedies(records),
    )


def _looked_at(records: Sequence[Record]) -> str:
    if any(_number(record.details.get("covered", {}), "files") for record in records):
        return "Đối chiếu tên, số lượng, dung lượng và mã băm của từng tệp với danh mục đã niêm phong: "
    return "Đối chiếu tên, số lượng và tổng dung lượng với danh mục đã niêm phong, chưa đọc nội dung: "


def log_rows(records: Sequence[Record]) -> tuple[LogRow, ...]:
    """Give a row of the backup log for each copy that was written."""
    return tuple(
        LogRow(
            content=f"{_method(record)}; {_contents(record)}",
            time=_moment(record.time),
            name=record.set,
            medium_code=record.medium_code,
            person=record.by,
        )
        for record in sorted(records, key=lambda record: (parse(record.time), record.medium_code, record.set))
    )


def backup_minutes(record: Record, media: Media) -> BackupMinutes:
    """Give the minutes of one copy that was written."""
    details = record.details
    medium = media.get(record.medium_id)
    size_bytes = _number(details, "bytes")
    read_back = _WAYS.get(str(details.get("read_back", "")), "")
    result = f"Đã sao lưu {_contents(record)}. "
    result += f"Bản sao nguyên vẹn: {read_back}." if read_back else "Bản sao chưa được đọc lại từ phương tiện."
    return BackupMinutes(
        time=_day(record.time),
        place=medium.place if medium else "",
        person=record.by,
        old_medium=str(details.get("old_medium", "")),
        new_medium=record.medium_code,
        method=_method(record),
        database=f"Bộ bản sao bảo hiểm {record.set}",
        content=f"Tài liệu lưu trữ số kèm dữ liệu đặc tả, mã niêm phong SHA-256 {record.seal}",
        size=f"{size_text(size_bytes)} ({grouped(size_bytes)} byte)",
        errors=("Không có.",),
        remedy=("Không có.",),
        result=(result,),
    )


def restore_minutes(record: Record, media: Media) -> RestoreMinutes:
    """Give the minutes of one repair of a copy, or of one restoring from it."""
    files = [row for row in record.details.get("files", ()) if isinstance(row, Mapping)]
    lost = [str(path) for path in record.details.get("lost", ())]
    rows = [Checked(str(row.get("path", "")), True, _restored_from(row)) for row in files]
    rows += [Checked(path, False, "không còn bản tốt nào") for path in lost]
    put_right = {str(row.get("path", "")) for row in files}
    strange = [str(path) for path in record.details.get("set_aside", ()) if path not in put_right]
    rows += [Checked(path, True, "không có trong danh mục; đã đưa vào khu cách ly") for path in strange]
    named = f"{len(files)} tệp của bộ {record.set}" if files else f"bộ {record.set}"
    whole = not lost and record.details.get("outcome") in {"whole", "repaired", "restored"}
    return RestoreMinutes(
        time=_day(record.time),
        person=record.by,
        reason=_reason(record, files),
        address=_address(record, media),
        files=f"{named}, {_moment(record.time)}",
        rows=tuple(rows) or (Checked(f"Bộ {record.set}", whole, ""),),
        errors=tuple(f"Không phục hồi được: {path}" for path in lost) or ("Không có.",),
        result="Bản sao nguyên vẹn, đã kiểm tra lại từng tệp." if whole else "Chưa phục hồi được toàn bộ.",
    )


def _check_rows(record: Record) -> list[Checked]:
    covered = record.details.get("covered", {})
    outcome = str(record.details.get("outcome", ""))
    read = f"đã đọc {grouped(_number(covered, 'files'))} tệp, {size_text(_number(covered, 'bytes'))}"
    part = f", phần {covered['part']}" if covered.get("part") else ""
    summary = f"Bộ {record.set} trên {record.medium_code} ({_moment(record.time)}){part}"
    proved = outcome != "contents-not-read" and str(record.details.get("read", "")) != "perhaps from memory"
    good = False if outcome in _BAD else True if proved else None
    said = _OUTCOMES.get(outcome, outcome) if proved or outcome != "whole" else _FROM_MEMORY
    rows = [Checked(summary, good, f"{said}; {read}")]
    findings = [finding for finding in record.details.get("findings", ()) if isinstance(finding, Mapping)]
    rows += [
        Checked(f"{record.medium_code}: {finding.get('path', '')}", False, _fault(finding)) for finding in findings
    ]
    more = _number(record.details, "findings_total") - len(findings)
    if more > 0:
        rows.append(Checked(f"{record.medium_code}: {grouped(more)} tệp khác", False, "xem kết quả kiểm tra dạng JSON"))
    return rows


def _fault(finding: Mapping[str, Any]) -> str:
    kind = str(finding.get("kind", ""))
    detail = known_in_vietnamese(str(finding.get("detail", "")))
    again = {True: "đọc lần hai vẫn vậy", False: "đọc lần hai lại đúng"}.get(finding.get("repeated"), "")  # type: ignore[arg-type]
    return "; ".join(part for part in (_KINDS.get(kind, kind), again or detail) if part)


def _remedies(records: Sequence[Record]) -> tuple[str, ...]:
    bad = dict.fromkeys(f"{record.set} trên {record.medium_code}" for record in records
                        if record.details.get("outcome") in _BAD)  # fmt: skip
    if not bad and all(row.good is None for record in records for row in _check_rows(record)):
        return ("Chưa kết luận được về nội dung; cần kiểm tra đầy đủ từ phương tiện (sohoa verify).",)
    if not bad:
        return ("Không có lỗi; tiếp tục bảo quản và kiểm tra theo định kỳ.",)
    return (
        f"Phục hồi từ bản sao còn tốt trên phương tiện khác (sohoa repair): {'; '.join(bad)}.",
        "Tệp không còn bản tốt nào thì số hóa lại từ tài liệu gốc.",
    )


def _reason(record: Record, files: Sequence[Mapping[str, Any]]) -> str:
    if record.event == Event.RESTORED:
        return str(record.details.get("reason", "")) or "Lấy lại dữ liệu từ bản sao"
    missing = sum(row.get("bad") == "missing" for row in files)
    damaged = len(files) - missing
    parts = [f"{count} tệp {what}" for count, what in ((damaged, "hỏng"), (missing, "thiếu")) if count]
    return f"Kiểm tra phát hiện {', '.join(parts)}" if parts else "Kiểm tra phát hiện lỗi"


def _restored_from(row: Mapping[str, Any]) -> str:
    source = "dữ liệu phục hồi (par2)" if row.get("from") == "par2" else f"bản sao trên {row.get('from', '')}"
    good = str(row.get("good", ""))
    return f"từ {source}; SHA-256 {good[:16]}…" if good else f"từ {source}"


def _method(record: Record) -> str:
    way = _WAYS.get(str(record.details.get("read_back", "")))
    return f"Sao lưu toàn bộ, {way}" if way else "Sao lưu toàn bộ"


def _contents(record: Record) -> str:
    return f"{grouped(_number(record.details, 'files'))} tệp, {size_text(_number(record.details, 'bytes'))}"


def _address(record: Record, media: Media) -> str:
    medium = media.get(record.medium_id)
    return f"{record.medium_code}, {medium.place}" if medium and medium.place else record.medium_code


def _people(records: Sequence[Record]) -> str:
    return ", ".join(dict.fromkeys(record.by for record in records if record.by))


def _period(records: Sequence[Record]) -> str:
    times = sorted((record.time for record in records), key=parse)
    first, last = _day(times[0]), _day(times[-1])
    return first if first == last else f"từ {first} đến {last}"


def _day(time: str) -> str:
    moment = parse(time)
    return f"ngày {moment.day:02} tháng {moment.month:02} năm {moment.year}"


def _moment(time: str) -> str:
    return f"{parse(time):%d/%m/%Y %H:%M}"


def _number(values: Mapping[str, Any], name: str) -> int:
    value = values.get(name, 0)
    return value if isinstance(value, int) else 0
