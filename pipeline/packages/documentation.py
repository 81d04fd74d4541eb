"""`documentation/README.txt` of a package: what a stranger finds in it (CSIPSTR16 asks for some documentation)."""

from pipeline.packages.values import PackageType

_TEXT = """\
GÓI {kind}_hoso (Thông tư 05/2025/TT-BNV, Phụ lục {annex}; E-ARK CSIP 2.0.4)

METS.xml                                   cấu trúc gói, mã SHA-256 của mọi tệp
metadata/descriptive/EAD.xml               dữ liệu đặc tả hồ sơ
{premis}representations/rep1/METS.xml              cấu trúc bản đại diện, liên kết văn bản với dữ liệu đặc tả
representations/rep1/metadata/descriptive/ dữ liệu đặc tả từng văn bản
representations/rep1/data/                 văn bản (PDF/A hai lớp)
schemas/                                   lược đồ của các tệp XML

{kind}_hoso PACKAGE (Circular 05/2025/TT-BNV, Annex {annex}; E-ARK CSIP 2.0.4)

METS.xml holds the structure of the package and the size and SHA-256 of every file; EAD.xml describes the dossier,
EAD_doc_*.xml each document, which lies in representations/rep1/data/; schemas/ has the schemas of all XML files.
"""
_PREMIS = "metadata/preservation/PREMIS.xml           dữ liệu đặc tả bảo quản\n"


def documentation(kind: PackageType) -> bytes:
    """Write the text for a kind of package."""
    is_aip = kind is PackageType.AIP
    return _TEXT.format(kind=kind.value, annex="I" if is_aip else "III", premis=_PREMIS if is_aip else "").encode()
