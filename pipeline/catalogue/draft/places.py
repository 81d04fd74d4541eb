"""Names of provinces and cities, past and present: what a machine misreads in their marks is put right by them.

Without marks no two of them are alike, so that the letters alone tell which one stands there.
"""

from pipeline.catalogue.folding import folded

NAMES = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bắc Giang", "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bến Tre", "Bình Định",
    "Bình Dương", "Bình Phước", "Bình Thuận", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Đắk Nông",
    "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương",
    "Hải Phòng", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum", "Lai Châu",
    "Lâm Đồng", "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận", "Phú Thọ",
    "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh",
    "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long",
    "Vĩnh Phúc", "Yên Bái", "Huế",
    "Bắc Thái", "Bình Trị Thiên", "Cao Lạng", "Cửu Long", "Gia Lai - Kon Tum", "Hà Bắc", "Hà Đông", "Hà Nam Ninh",
    "Hà Sơn Bình", "Hà Tây", "Hà Tuyên", "Hải Hưng", "Hải Ninh", "Hoàng Liên Sơn", "Kiến An", "Lai Châu", "Minh Hải",
    "Nam Hà", "Nghệ Tĩnh", "Nghĩa Bình", "Nghĩa Lộ", "Phú Khánh", "Phước Tuy", "Quảng Đà", "Quảng Nam - Đà Nẵng",
    "Sông Bé", "Sơn Tây", "Thuận Hải", "Vĩnh Phú", "Vĩnh Yên",
)  # fmt: skip
_BY_LETTERS = {folded(name): name for name in NAMES}
_BY_LETTERS["bac can"] = "Bắc Kạn"


def province(text: str) -> str:
    """Give the name of the province that text without regard to marks is; nothing where it is none."""
    return _BY_LETTERS.get(folded(text), "")
