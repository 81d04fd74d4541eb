"""`DOC-TRUOC.txt`: what lies in the folder of a batch, and how it is checked, with this program or without."""

from pipeline.transfer.manifest import totals
from pipeline.transfer.values import Manifest

_TEXT = """\
{title}
{rule}

Cơ quan, tổ chức nộp: {agency_name} ({agency_code})
Mã yêu cầu: {request_code}        Lần nộp thứ: {transfer_number}
Phông: {fonds_name} ({fonds_code})
{dossiers} hồ sơ, {documents} tài liệu, {pages} trang, {size_bytes} byte; gói {package_type}

goi-tin/               các gói tin, tên = số thứ tự trong Mục lục + mã định danh gói (OBJID)
giay-to/               mục lục hồ sơ, mục lục văn bản, biên bản và các danh sách, để in và ký
kem-theo/              lịch sử đơn vị hình thành phông, lịch sử phông, phương án phân loại, hướng dẫn (nếu có)
transfer.json          thông tin khai báo và danh sách, cho máy đọc; cấu trúc ở transfer.schema.json
manifest-sha256.txt    mã băm SHA-256 của mọi tệp khác trong thư mục này

Kiểm tra khi nhận
  bằng chương trình này:   sohoa transfer check THƯ-MỤC-NÀY
  không cần chương trình:  sha256sum -c manifest-sha256.txt     (Linux, macOS: shasum -a 256 -c)
  trên Windows:            Get-FileHash -Algorithm SHA256 TỆP   (PowerShell), rồi đối chiếu với danh sách
Tệp có trong danh sách mà không có ở đây là thiếu; mã băm khác là tệp hỏng hoặc đã bị sửa: yêu cầu nộp lại.

----

A transfer batch of archival records (Circular 05/2025/TT-BNV, articles 17 to 25).
{dossiers} dossiers, {documents} documents, {pages} pages, {size_bytes} bytes; {package_type} packages.

goi-tin/               the packages, named by their place in the list and their OBJID
giay-to/               the lists and minutes, to be printed and signed
kem-theo/              histories, classification scheme and guide that go with the batch, where there are any
transfer.json          what is declared, and the lists, for programs; described by transfer.schema.json
manifest-sha256.txt    SHA-256 of every other file in this folder

Check it with  sohoa transfer check THIS-FOLDER,  or without this program with  sha256sum -c manifest-sha256.txt
"""


def readme(manifest: Manifest) -> str:
    """Write the text."""
    declared = manifest.declaration
    title = declared.title or "Đợt nộp hồ sơ, tài liệu lưu trữ số"
    values = {name: " ".join(str(getattr(declared, name)).split()) for name in declared.__dataclass_fields__}
    return _TEXT.format(**{**values, "title": title, "rule": "=" * len(title), **totals(manifest),
                           "package_type": manifest.package_type})  # fmt: skip
