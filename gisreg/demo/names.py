"""Names for the demo town: streets, organisations, units. The names are real, everything else made up."""

from __future__ import annotations

STREETS = (
    "Nguyễn Tri Phương", "Lê Quý Đôn", "Phan Bội Châu", "Hoàng Công Chất", "Nguyễn Thái Học",
    "Lê Đại Hành", "Đinh Tiên Hoàng", "Ngô Quyền", "Nguyễn Công Trứ", "Bùi Sỹ Tiêm",
    "Doãn Khuê", "Nguyễn Tông Quai", "Phan Bá Vành", "Trưng Trắc", "Trưng Nhị",
    "Bà Triệu", "Đề Thám", "Phạm Thế Hiển", "Nguyễn Du", "Hoàng Hoa Thám",
    "Minh Khai", "Ngô Thì Nhậm", "Trần Nhân Tông", "Nguyễn Trãi", "Đặng Tất",
    "Chu Văn An", "Phan Chu Trinh", "Lương Thế Vinh", "Ngô Gia Tự", "Tô Hiệu",
    "Lê Hồng Phong", "Nguyễn Văn Năng", "Lý Thái Tông", "Trần Phú", "Nguyễn Danh Đới",
    "Bồ Xuyên", "Kỳ Bá", "Quách Đình Bảo", "Đào Nguyên Phổ", "Nguyễn Đình Chính",
    "Phạm Ngũ Lão", "Lê Thánh Tông", "Hoàng Văn Thái", "Nguyễn Bảo", "Đoàn Nguyễn Tuấn",
    "Trần Lãm", "Trần Đại Nghĩa", "Nguyễn Tuân", "Nguyễn Khuyến", "Đặng Nghiễm",
    "Phạm Huy Quang", "Lê Trọng Thứ", "Ngô Văn Sở", "Nguyễn Mậu Kiến", "Tạ Hiện",
    "Bùi Quang Dũng", "Trần Thủ Độ", "Nguyễn Thành", "Chu Đình Ngạn", "Quang Lịch",
    "Hoàng Diệu", "Tôn Đức Thắng", "Nguyễn Thị Minh Khai", "Đinh Công Tráng", "Phạm Đôn Lễ",
    "Lê Duẩn", "Hà Huy Tập", "Nguyễn Đức Cảnh", "Phan Đình Phùng", "Cao Thắng",
    "Yết Kiêu", "Dã Tượng", "Trần Bình Trọng", "Trần Khánh Dư", "Trần Nhật Duật",
    "Tuệ Tĩnh", "Hải Thượng Lãn Ông", "Lương Định Của", "Tô Ngọc Vân", "Nguyễn Bính",
    "Xuân Diệu", "Huy Cận", "Nam Cao", "Ngô Tất Tố", "Tản Đà",
    "Nguyễn Khang", "Vũ Ngọc Phan", "Hồ Xuân Hương", "Đoàn Thị Điểm", "Bà Huyện Thanh Quan",
    "Nguyễn Huệ", "Tây Sơn", "Bùi Thị Xuân", "Ngọc Hân", "Phan Huy Chú",
    "Phùng Khắc Khoan", "Lê Văn Hưu", "Ngô Sĩ Liên", "Trương Hán Siêu", "Mạc Đĩnh Chi",
    "Nguyễn Hiền", "Lê Lai", "Đinh Liệt", "Nguyễn Xí", "Lê Ngọc Hân",
    "Triệu Quang Phục", "Mai Hắc Đế", "Phùng Hưng", "Khúc Thừa Dụ", "Dương Đình Nghệ",
    "Lê Phụng Hiểu", "Tô Hiến Thành", "Lý Thái Tổ", "Lý Nam Đế", "Lý Công Uẩn",
    "Vạn Xuân", "Bạch Đằng", "Chương Dương", "Hàm Tử", "Vạn Kiếp",
    "Điện Biên", "Thống Nhất", "Giải Phóng", "Hoà Bình", "Độc Lập",
    "Đồng Khởi", "Cách Mạng Tháng Tám", "Thanh Niên", "Đại Đồng", "Phúc Khánh",
    "Tiền Phong", "Phú Xuân", "Vũ Phúc", "Đông Mỹ", "Tân Bình",
)  # fmt: skip
"""Names for the other streets, in the order in which they are given out from the centre."""

RIVERSIDE = ("Trần Quang Khải", "Đê Trà Lý")
"""The roads along the south and the north bank."""

TOWNSHIP_STREETS = ("Nguyễn Đình Thi", "Vũ Tiên", "Song An", "Minh Lãng", "Bách Thuận", "Hồng Lý")
"""Streets of the district centre west of the town."""

ORGANISATIONS: tuple[dict[str, object], ...] = (
    {"code": "VNPT", "name": "Viễn thông Thái Bình (VNPT)", "name_en": "VNPT Thai Binh", "kind": "carrier",
     "aliases": ["VNPT", "Viễn thông Thái Bình", "Bưu điện", "VNPT Thái Bình"],
     "phone": "0227 0000 101", "colour": "#0072b2"},
    {"code": "VIETTEL", "name": "Viettel Thái Bình", "name_en": "Viettel Thai Binh", "kind": "carrier",
     "aliases": ["Viettel", "Tập đoàn Công nghiệp - Viễn thông Quân đội", "VTT"],
     "phone": "0227 0000 102", "colour": "#d55e00"},
    {"code": "FPT", "name": "FPT Telecom Thái Bình", "name_en": "FPT Telecom Thai Binh", "kind": "carrier",
     "aliases": ["FPT", "FPT Telecom"], "phone": "0227 0000 103", "colour": "#e69f00"},
    {"code": "MOBIFONE", "name": "MobiFone Thái Bình", "name_en": "MobiFone Thai Binh", "kind": "carrier",
     "aliases": ["MobiFone", "VMS", "Mobi"], "phone": "0227 0000 104", "colour": "#56b4e9"},
    {"code": "VTVCAB", "name": "VTVcab Thái Bình", "name_en": "VTVcab Thai Binh", "kind": "pay_tv",
     "aliases": ["VTVcab", "VTV cab", "Truyền hình cáp Việt Nam"],
     "phone": "0227 0000 105", "colour": "#cc79a7"},
    {"code": "SCTV", "name": "SCTV Thái Bình", "name_en": "SCTV Thai Binh", "kind": "pay_tv",
     "aliases": ["SCTV", "Truyền hình cáp Saigontourist"], "phone": "0227 0000 106", "colour": "#009e73"},
    {"code": "PCTB", "name": "Điện lực Thành phố Thái Bình", "name_en": "Thai Binh Power Company",
     "kind": "power", "aliases": ["Điện lực", "PC Thái Bình", "EVN", "Công ty Điện lực Thái Bình"],
     "phone": "0227 0000 107", "colour": "#b39b00"},
    {"code": "SKHCN", "name": "Sở Khoa học và Công nghệ", "name_en": "Department of Science and Technology",
     "kind": "agency", "aliases": ["Sở KH&CN", "Sở KHCN", "Sở Thông tin và Truyền thông"],
     "phone": "0227 0000 108", "colour": "#444444"},
    {"code": "UBND", "name": "UBND phường (minh hoạ)", "name_en": "Ward committee (generated)",
     "kind": "commune", "aliases": ["Ủy ban nhân dân phường"], "phone": "0227 0000 109", "colour": "#777777"},
)  # fmt: skip
"""Eight organisations of the trade, and a ward. No phone number can be dialled; colours are Okabe-Ito's."""

OLD_UNITS: tuple[tuple[str, str, str, str, float, float], ...] = (
    ("12433", "phuong", "Lê Hồng Phong", "13225", 250, 480),
    ("12436", "phuong", "Bồ Xuyên", "13225", -900, 560),
    ("12451", "phuong", "Tiền Phong", "13225", -1900, 900),
    ("13225", "xa", "Tân Bình", "13225", -3100, 1500),
    ("12439", "phuong", "Đề Thám", "12452", -150, -300),
    ("12445", "phuong", "Quang Trung", "12452", -900, -800),
    ("12452", "phuong", "Trần Hưng Đạo", "12452", -1800, -500),
    ("12463", "xa", "Phú Xuân", "12452", -2900, -200),
    ("12442", "phuong", "Kỳ Bá", "12454", 900, -600),
    ("12454", "phuong", "Trần Lãm", "12454", 1700, -1400),
    ("13084", "xa", "Vũ Đông", "12454", 2900, -300),
    ("13108", "xa", "Vũ Lạc", "12454", 2700, -2300),
    ("12469", "xa", "Vũ Chính", "12454", 400, -2600),
    ("12448", "phuong", "Phú Khánh", "12466", -1100, -1900),
    ("12466", "xa", "Vũ Phúc", "12466", -2300, -2500),
    ("12460", "phuong", "Hoàng Diệu", "12817", 1100, 1500),
    ("12457", "xa", "Đông Hòa", "12817", -500, 2200),
    ("12817", "xa", "Đông Mỹ", "12817", 1500, 2800),
    ("12820", "xa", "Đông Thọ", "12817", 2900, 1700),
    ("13192", "thi_tran", "Vũ Thư", "13192", -4700, -900),
)
"""Units before 1 July 2025: code, kind, name, code of the unit they went into, east and north (m)."""

NEW_UNITS: tuple[tuple[str, str, str], ...] = (
    ("13225", "phuong", "Thái Bình"),
    ("12452", "phuong", "Trần Hưng Đạo"),
    ("12454", "phuong", "Trần Lãm"),
    ("12466", "phuong", "Vũ Phúc"),
    ("12817", "phuong", "Trà Lý"),
    ("13192", "xa", "Vũ Thư"),
)
"""Units from 1 July 2025. Four of the codes had been those of communes with other names."""

SPLIT_UNIT = ("12448", "12452", 0.35)
"""A former ward of which a part went to a second unit: its code, that unit, the share meant."""
