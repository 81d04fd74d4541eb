"""What stands in the papers: values without any layout, in the order of the forms."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """Whose paper it is [cơ quan, tổ chức; đơn vị]; what is empty is left for the pen."""

    agency: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Head of a paper that an agency issues (Nghị định 30/2020/NĐ-CP, Phụ lục I); what is empty is left for the pen.

    Attributes:
        agency: Cơ quan, tổ chức ban hành.
        superior: Cơ quan, tổ chức chủ quản trực tiếp; left out where there is none.
        number: Its line of number and symbol, such as "Số: ....../BC-......"; left out where it bears none.
        about: Trích yếu of an official letter, after "V/v".
        dated: Whether place and date stand under the motto.
        place: Địa danh.
    """

    agency: str = ""
    superior: str = ""
    number: str = ""
    about: str = ""
    dated: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A row of the tables of Mẫu số 01 and 04: what was looked at, whether it is as it should be, a remark.

    Attributes:
        good: None where the look says nothing, such as one that read no contents.
    """

    content: str
    good: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckMinutes:
    """Biên bản kiểm tra tài liệu lưu trữ số: Mẫu số 01, Phụ lục VII, Thông tư 05/2025/TT-BNV."""

    time: str
    checker: str
    address: str
    content: str
    rows: tuple[Checked, ...]
    remedy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of Mẫu số 02."""

    content: str
    time: str
    name: str
    medium_code: str
    person: str


@dataclass(frozen=True, slots=True)
class BackupMinutes:
    """Biên bản sao lưu tài liệu lưu trữ số: Mẫu số 03, Phụ lục VII, Thông tư 05/2025/TT-BNV."""

    time: str
    place: str
    person: str
    old_medium: str
    new_medium: str
    method: str
    database: str
    content: str
    size: str
    errors: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    result: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreMinutes:
    """Biên bản xử lý sự cố và phục hồi tài liệu lưu trữ số: Mẫu số 04, Phụ lục VII, Thông tư 05/2025/TT-BNV."""

    time: str
    person: str
    reason: str
    address: str
    files: str
    rows: tuple[Checked, ...]
    errors: tuple[str, ...] = ()
    result: str = ""
