"""The words on the sample pages: Vietnamese office prose and a French letter, all invented."""

from collections.abc import Iterator
from itertools import islice
from random import Random

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
OLD_MOTTO = ("VIỆT NAM DÂN CHỦ CỘNG HÒA", "Độc lập - Tự do - Hạnh phúc")
AGENCY = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI MÂY")

GROUNDS = (
    "Căn cứ Luật Tổ chức Hội đồng nhân dân và Ủy ban nhân dân ngày 21 tháng 6 năm 1994;",
    (
        "Căn cứ Nghị quyết số 04/NQ-HĐND ngày 08 tháng 01 năm 1998 của Hội đồng nhân dân xã Suối Mây khóa VII, kỳ họp "
        "thứ tám về nhiệm vụ phát triển kinh tế - xã hội năm 1998;"
    ),
    "Xét đề nghị của Trưởng Ban Tài chính xã tại Tờ trình số 05/TTr-TC ngày 20 tháng 02 năm 1998.",
)
ARTICLES = (
    (
        "Điều 1. Thành lập Ban quản lý chợ Suối Mây trực thuộc Ủy ban nhân dân xã, gồm năm thành viên có tên trong "
        "danh sách kèm theo Quyết định này."
    ),
    (
        "Điều 2. Ban quản lý chợ có nhiệm vụ sắp xếp chỗ ngồi, giữ gìn trật tự, vệ sinh, phòng cháy và thu lệ phí "
        "theo đúng mức giá đã được niêm yết."
    ),
    (
        "Mỗi khoản thu đều phải có biên lai; cuối tuần nộp đủ vào quỹ của xã và báo cáo số liệu bằng văn bản cho Ban "
        "Tài chính trước 16 giờ ngày thứ Sáu."
    ),
    (
        "Điều 3. Kinh phí hoạt động của Ban quản lý chợ được trích từ nguồn lệ phí, tối đa không quá 30% tổng số thu, "
        "phần còn lại dùng để sửa chữa mái che, cống thoát nước và lối đi."
    ),
    "Điều 4. Trong quý II năm 1998, các bộ phận sau đây thực hiện những việc được giao:",
)
ARTICLES_CONTINUED = (
    "Điều 5. Quyết định này có hiệu lực kể từ ngày ký. Những quy định trước đây trái với Quyết định này đều bãi bỏ.",
    (
        "Điều 6. Văn phòng Ủy ban nhân dân xã, Trưởng Ban Tài chính, Trưởng Công an xã, trưởng các thôn và các ông, "
        "bà có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./."
    ),
)
RECIPIENTS = ("- Như Điều 5;", "- UBND huyện (báo cáo);", "- Đảng ủy, HĐND xã;", "- Lưu: VT.")
PROPOSAL = (
    (
        "Chợ Suối Mây được dựng từ năm 1983 trên nền đất cũ của hợp tác xã, mái lợp tranh, cột gỗ. Qua mười lăm mùa "
        "mưa bão, nhiều cột đã mục, hai dãy quán phía đông bị tốc mái và nước đọng ở lối vào chính sau mỗi trận mưa."
    ),
    (
        "Số hộ buôn bán thường xuyên tăng từ 42 hộ năm 1990 lên 118 hộ vào cuối năm 1997. Vào các ngày phiên, lượng "
        "người đến chợ vượt quá sức chứa, hàng hóa bày tràn ra đường liên xã, gây cản trở xe cộ và mất an toàn."
    ),
    (
        "Sau khi khảo sát, Ban Tài chính đề nghị Ủy ban nhân dân xã xem xét việc thành lập Ban quản lý chợ, đồng thời "
        "cho phép sửa chữa những hạng mục cấp thiết trong quý II năm 1998."
    ),
    (
        "Dự toán sửa chữa là 36.500.000 đồng (ba mươi sáu triệu năm trăm nghìn đồng), trong đó nhân dân đóng góp công "
        "lao động quy thành tiền là 9.200.000 đồng."
    ),
)
SURVEY = (
    (
        "Về mặt bằng, đoàn khảo sát đã đo lại toàn bộ khu đất, diện tích thực tế là 3.480 mét vuông, giảm 120 mét "
        "vuông so với bản vẽ năm 1983 do đường liên xã được mở rộng."
    ),
    "Về nguồn nước, giếng đào phía bắc chợ vẫn dùng được quanh năm; cần xây thêm thành giếng, nắp đậy và rãnh thoát.",
    "Về điện, đường dây hạ thế đi ngang qua cổng chợ, có thể đấu nối để thắp sáng và phục vụ máy xay xát.",
    "Kính đề nghị Ủy ban nhân dân xã xem xét, quyết định./.",
)
TYPED_LETTER = (
    (
        "Thi hành chỉ thị của Ủy ban hành chính huyện về việc phòng chống lụt bão, Ủy ban hành chính xã đã họp với "
        "các đội sản xuất và thống nhất những công việc sau đây."
    ),
    (
        "Một là, mỗi đội cử mười người khỏe mạnh, có thuyền nan, cuốc, xẻng, dây thừng, lập thành tổ xung kích, "
        "thường trực ngày đêm khi nước sông lên quá mức báo động số hai."
    ),
    (
        "Hai là, gia cố quãng đê từ bến đò đến cống Ông Ngữ, dài bốn trăm hai mươi thước, bằng rọ tre và đất sét; "
        "hoàn thành trước ngày rằm tháng bảy."
    ),
    (
        "Ba là, thóc giống, sổ sách và con dấu phải đưa lên gác cao nhà kho hợp tác xã; giao đồng chí thủ kho giữ "
        "chìa khóa và ghi sổ bàn giao."
    ),
)
TYPED_LETTER_CONTINUED = (
    (
        "Bốn là, các gia đình ở bãi ngoài đê chuẩn bị bè chuối, dọn đồ đạc vào nhà bà con phía trong; tuyệt đối không "
        "ai được ở lại khi có lệnh di chuyển."
    ),
    "Năm là, trạm y tế xã dự trữ thuốc đỏ, bông băng, thuốc đau bụng và vôi bột đủ dùng trong hai mươi ngày.",
    (
        "Ủy ban hành chính xã yêu cầu các đội trưởng báo cáo kết quả về văn phòng trước ngày 25 hằng tháng, kể cả khi "
        "không có việc gì xảy ra."
    ),
)
MINUTES = (
    "Hôm nay, hồi 14 giờ 00 phút ngày 05 tháng 9 năm 2003, tại trụ sở Ủy ban nhân dân xã Suối Mây, chúng tôi gồm có:",
    "1. Ông Nguyễn Văn Mẫu, Chủ tịch Ủy ban nhân dân xã, chủ trì;",
    "2. Bà Lê Thị Thí Dụ, cán bộ địa chính;",
    "3. Ông Trần Văn Giả Định, trưởng thôn Đồi Chè;",
    "4. Đại diện bảy hộ gia đình sử dụng đất liền kề.",
    (
        "Cùng tiến hành xác định ranh giới thửa đất số 217, tờ bản đồ số 09, diện tích 1.265 mét vuông, loại đất "
        "trồng cây lâu năm. Các bên đã đi thực địa, cắm bốn cọc bê tông ở bốn góc và đo khoảng cách giữa các cọc bằng "
        "thước dây."
    ),
    (
        "Kết quả đo: cạnh phía bắc 41,2 mét; cạnh phía đông 30,5 mét; cạnh phía nam 40,8 mét; cạnh phía tây 31,1 mét. "
        "Không có tranh chấp, không ai có ý kiến khác."
    ),
)
MINUTES_END = (
    "Biên bản được lập thành ba bản có giá trị như nhau, đã đọc lại cho mọi người cùng nghe, nhất trí và ký tên.",
    "Buổi làm việc kết thúc hồi 16 giờ 30 phút cùng ngày./.",
)
TABLE_HEAD = ("STT", "Họ và tên", "Thôn", "Diện tích (m²)", "Số tiền (đồng)", "Ghi chú")
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLES = ("Văn", "Thị", "Đức", "Ngọc", "Hữu", "Thanh")
GIVEN = ("Mẫu", "Dụ", "Bưởi", "Khế", "Sim", "Trắc", "Lựu", "Quế", "Đào", "Ổi", "Hường", "Nghệ")
HAMLETS = ("Đồi Chè", "Bến Đò", "Xóm Mới", "Cây Đa", "Gò Sỏi")
NOTES = ("", "", "", "Miễn giảm", "Nộp đủ", "Còn thiếu")

FRENCH_HEAD = ("PROTECTORAT DE L'ANNAM", "RÉSIDENCE DE THANH-LÂM")
FRENCH = (
    (
        "J'ai l'honneur de vous rendre compte que les travaux de réfection de la route locale n° 7, entre le bac de "
        "Suôi-Mây et le marché, ont été achevés le 28 du mois dernier."
    ),
    (
        "La chaussée a été empierrée sur une longueur de trois mille deux cents mètres ; quatre ponceaux en bois, "
        "emportés par la crue du mois d'octobre, ont été remplacés par des buses de ciment."
    ),
    (
        "Les dépenses s'élèvent à 1.847 piastres 60, dont 1.120 piastres pour la main-d'oeuvre et le reste pour "
        "l'achat et le transport des matériaux. Le crédit ouvert étant de 2.000 piastres, il reste disponible une "
        "somme de 152 piastres 40."
    ),
)
FRENCH_CONTINUED = (
    (
        "Je vous serais obligé de vouloir bien m'autoriser à employer ce reliquat à la réparation de la toiture du "
        "magasin à riz, qui a beaucoup souffert des dernières pluies et où l'eau pénètre en plusieurs endroits."
    ),
    (
        "Les notables des villages intéressés m'ont exprimé leur satisfaction. Ils demandent toutefois que "
        "l'entretien de la route soit réparti également entre tous les hameaux, y compris ceux de la rive gauche."
    ),
    "Vous trouverez ci-joint l'état détaillé des journées de travail, certifié par le surveillant.",
)

_ACTORS = (
    "Văn phòng Ủy ban nhân dân xã", "Ban Tài chính", "Công an xã", "Hội Nông dân", "Hội Liên hiệp Phụ nữ", "Trạm y tế",
    "Trường tiểu học", "Hợp tác xã nông nghiệp", "Đoàn Thanh niên", "Ban Địa chính", "Các thôn", "Mặt trận Tổ quốc xã",
)  # fmt: skip
_DEEDS = (
    "đã phối hợp kiểm tra", "chịu trách nhiệm theo dõi", "tiếp tục rà soát", "tổ chức phổ biến", "hoàn thành việc lập",
    "báo cáo định kỳ về", "thường xuyên đôn đốc", "đề nghị bổ sung", "tham mưu điều chỉnh", "khẩn trương khắc phục",
)  # fmt: skip
_MATTERS = (
    "kế hoạch gieo cấy vụ đông xuân", "danh sách hộ nghèo được hỗ trợ", "hệ thống kênh mương nội đồng",
    "sổ theo dõi thu chi ngân sách", "công tác tiêm phòng cho gia súc, gia cầm", "quy ước giữ gìn an ninh, trật tự",
    "việc cấp giấy chứng nhận quyền sử dụng đất", "hồ sơ, tài liệu lưu trữ có giá trị bảo quản vĩnh viễn",
    "phong trào xây dựng đời sống văn hóa ở khu dân cư", "chương trình nước sạch và vệ sinh môi trường",
)  # fmt: skip
_ENDS = (
    "theo đúng quy định của pháp luật", "trên địa bàn toàn xã", "trước khi bước vào mùa mưa lũ",
    "để tổng hợp, gửi Ủy ban nhân dân huyện", "bảo đảm công khai, dân chủ, đúng đối tượng", "với tinh thần tự nguyện",
    "nhằm nâng cao đời sống của nhân dân", "kịp thời xử lý những vướng mắc nảy sinh",
)  # fmt: skip


def sentence(chance: Random) -> str:
    """Make one sentence of office prose."""
    words = f"{chance.choice(_ACTORS)} {chance.choice(_DEEDS)} {chance.choice(_MATTERS)}"
    if chance.random() < 0.4:
        # No year: the same prose fills papers of 1964 and of 2003.
        words += f" từ ngày {chance.randint(1, 28):02d} tháng {chance.randint(3, 12)}"
    elif chance.random() < 0.4:
        words += f", đạt {chance.randint(51, 99)}% kế hoạch"
    return f"{words}, {chance.choice(_ENDS)}."


def paragraphs(chance: Random) -> Iterator[str]:
    """Give office prose without end, two to four sentences to a paragraph."""
    while True:
        yield " ".join(sentence(chance) for _ in range(chance.randint(2, 4)))


def tasks(count: int, chance: Random) -> list[str]:
    """Make points a), b), c) ... of an article."""
    return [f"{'abcdđeghiklm'[at]}) {sentence(chance)}" for at in range(count)]


def prose(count: int, seed: int) -> list[str]:
    """Make so many paragraphs of office prose."""
    return list(islice(paragraphs(Random(seed)), count))


def table_rows(count: int, first: int, chance: Random) -> list[tuple[str, ...]]:
    """Make rows that fit under `TABLE_HEAD`, numbered from `first`."""
    rows: list[tuple[str, ...]] = []
    for number in range(first, first + count):
        name = " ".join(chance.choice(part) for part in (FAMILIES, MIDDLES, GIVEN))
        area, sum_dong = chance.randint(180, 2400), chance.randint(12, 480) * 500
        cells = (f"{number:02d}", name, chance.choice(HAMLETS), _grouped(area), _grouped(sum_dong))
        rows.append((*cells, chance.choice(NOTES)))
    return rows


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


# The last page of the decision: what each body is to do, then the closing articles.
LAST_ARTICLES = (*tasks(6, Random(26)), *ARTICLES_CONTINUED)
