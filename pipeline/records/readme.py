"""`README.txt` of a set: how anyone can check it in twenty years, in Vietnamese and English."""

from pipeline.model import Batch

_TEXT = """\
BẢN SAO BẢO HIỂM TÀI LIỆU LƯU TRỮ: {name}
=========================================

Thư mục này là một bộ bản sao bảo hiểm (tài liệu lưu trữ dự phòng), đóng gói theo chuẩn BagIt 1.0 (RFC 8493).
Không được sửa, đổi tên, thêm hay bớt tệp nào ở đây.

Kiểm tra không cần phần mềm riêng
---------------------------------
Linux, macOS: mở cửa sổ lệnh trong thư mục này rồi gõ:

    {program} -c manifest-{algorithm}.txt
    {program} -c tagmanifest-{algorithm}.txt

Mỗi dòng phải kết thúc bằng "OK". (macOS: shasum -a {bits} -c ...)

Windows (PowerShell), so sánh từng tệp với dòng của nó trong manifest-{algorithm}.txt:

    Get-FileHash -Algorithm {upper} data\\batch.json

Tệp có trong danh sách mà không có trong thư mục: bị thiếu. Mã khác: tệp bị hỏng hoặc bị sửa; lấy lại từ bộ khác.

Nội dung
--------
    data/danh-muc.xlsx      danh mục để đọc: hồ sơ, văn bản, trang, tệp cách ly
    data/batch.json         toàn bộ thông tin, để máy đọc; mô tả trong batch.schema.json
    data/masters/           tệp quét nguyên bản, từng bit
    data/access/            mỗi văn bản một tệp PDF/A hai lớp (ảnh và chữ tìm được)
{packages_vi}    data/ocr/               chữ của từng trang: ALTO 4 (.alto.xml) và văn bản thuần (.txt)
    data/quarantine/        tệp quét không dùng được, giữ nguyên từng bit (nếu có)
    manifest-{algorithm}.txt     mã {upper} của mọi tệp trong data/


INSURANCE COPY OF ARCHIVAL RECORDS: {name}
=========================================

This folder is one set of insurance copies, packed as BagIt 1.0 (RFC 8493). Do not edit, rename, add or remove
anything in it.

To check it without any special software
----------------------------------------
Linux, macOS: open a terminal in this folder and type:

    {program} -c manifest-{algorithm}.txt
    {program} -c tagmanifest-{algorithm}.txt

Every line must end in "OK". (macOS: shasum -a {bits} -c ...)

Windows (PowerShell): compare each file with its line in manifest-{algorithm}.txt:

    Get-FileHash -Algorithm {upper} data\\batch.json

A file that is listed and not here is missing. Another digest means that the file is damaged or was changed: take it
from another copy of the set.

What is here
------------
    data/danh-muc.xlsx      the lists to read: dossiers, documents, pages, quarantine
    data/batch.json         everything, for machines; described by batch.schema.json
    data/masters/           the scans as they came, bit for bit
    data/access/            one PDF/A for each document: picture and searchable text
{packages_en}    data/ocr/               the text of each page: ALTO 4 (.alto.xml) and plain text (.txt)
    data/quarantine/        scans that cannot be used, kept bit for bit (if any)
    manifest-{algorithm}.txt     the {upper} digest of every file in data/
"""


_PACKAGES_VI = (
    "    data/aip/               mỗi hồ sơ một gói AIP_hoso (Thông tư 05/2025/TT-BNV, Phụ lục I): METS, EAD, PREMIS\n"
)
_PACKAGES_EN = (
    "    data/aip/               one package AIP_hoso for each dossier (E-ARK CSIP 2.0.4: METS, EAD, PREMIS)\n"
)


def readme(batch: Batch, algorithm: str, *, packages: bool = False) -> str:
    """Write the set's README.txt for its checksum algorithm; `packages` tells whether it holds any."""
    bits = algorithm.removeprefix("sha")
    program = f"{algorithm}sum"
    said = {"packages_vi": _PACKAGES_VI if packages else "", "packages_en": _PACKAGES_EN if packages else ""}
    upper = algorithm.upper()
    return _TEXT.format(name=batch.name, algorithm=algorithm, upper=upper, bits=bits, program=program, **said)
