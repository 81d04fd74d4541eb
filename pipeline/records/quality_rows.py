"""The batch's quality list: one row for each page, figures and flags, for the workbook."""

from collections.abc import Mapping
from typing import Any

from pipeline.records.account import DocumentAccount, PageAccount
from pipeline.records.quality import is_below, vietnamese_text
from pipeline.records.sheet_rows import Column

_TONES = {"bilevel": "đen trắng / 1 bit", "grey": "xám / grey", "colour": "màu / colour"}
_VERDICTS = {
    "below": "dưới mức / BELOW",
    "look": "cần xem / look",
    "": "đạt / ok",
    "not shown": "không có trong PDF / not shown",
    "not measured": "chưa đo / not measured",
}
QUALITY = (
    Column("Mã văn bản / Document", 20, wraps=True),
    Column("Trang / Page", 7),
    Column("Tệp quét / Scan", 20, wraps=True),
    Column("Kết quả / Result", 12, wraps=True),
    Column("Lưu ý", 40, wraps=True),
    Column("dpi", 7),
    Column("dpi lớp màu / colour layer", 9),
    Column("Bit", 5),
    Column("Khổ / Sheet mm", 14),
    Column("Tỷ lệ / Scale %", 8),
    Column("Độ nhòe / Blur µm", 8),
    Column("Tương phản / Contrast %", 10),
    Column("Nghiêng / Skew °", 9),
    Column("Số từ / Words", 8),
    Column("Độ tin cậy / Confidence", 10),
    Column("Từ lạ / Outside %", 8),
    Column("Dấu sai / Odd marks", 8),
    # Only on the screen: more columns would make the print too small.
    Column("Từ dưới 60 / Low words %", 10, printed=False),
    Column("Nội dung điểm ảnh / Tones", 12, wraps=True, printed=False),
    Column("Cháy trắng / Burnt out %", 10, printed=False),
    Column("Bết đen / Blocked %", 10, printed=False),
    Column("Flags", 60, wraps=True, printed=False),
)


def quality_row(document: DocumentAccount, page: PageAccount) -> list[Any]:
    """Give the row of a page; a cell stays empty where nothing was measured."""
    facts = page.quality
    named = [document.code, page.page.number, page.page.path]
    if facts is None:
        verdict = _VERDICTS["not measured" if page.is_shown else "not shown"]
        return [*named, verdict, *[""] * (len(QUALITY) - len(named) - 1)]
    flags = facts["flags"]
    verdict = _VERDICTS["below" if is_below(facts) else "look" if flags else ""]
    said = [verdict, "; ".join(vietnamese_text(flag) for flag in flags)]
    return [*named, *said, *_figures(facts), "; ".join(flag["text"] for flag in flags)]


def _figures(facts: Mapping[str, Any]) -> list[Any]:
    sheet = " ".join(filter(None, (facts["sheet"], f"{facts['width_mm']:.0f} x {facts['height_mm']:.0f}")))
    scan = [facts["dpi"], facts["colour_dpi"], facts["bits"], sheet, facts["scale_percent"]]
    look = [facts["edge_um"], _percent(facts["contrast"]), facts["skew_degrees"]]
    text = [facts["words"], facts["confidence"], _percent(facts["outside_share"]), facts["oddities"]]
    clipped = [_percent(facts[name]) for name in ("burnt_out", "blocked")]
    figures = [*scan, *look, *text, _percent(facts["low_share"]), _TONES.get(facts["tones"]), *clipped]
    return ["" if figure is None else figure for figure in figures]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
