"""Closed lists of values. Each is also the CHECK constraint of the columns that use it."""

from __future__ import annotations

from layers.layer import Code, Codelist

VISIBILITY = Codelist(
    "visibility",
    (
        Code("public", "Công khai", "Public"),
        Code("partner", "Đơn vị tham gia", "Partners"),
        Code("agency", "Cơ quan quản lý", "Agency only"),
        Code("secret", "Bí mật", "Secret"),
    ),
)

POSITION_METHOD = Codelist(
    "position_method",
    (
        Code("survey", "Đo đạc trắc địa", "Land survey", ("RTK", "toàn đạc")),
        Code("gnss", "GPS cầm tay", "Handheld GNSS", ("GPS",)),
        Code("photo", "Ảnh", "Photo or imagery"),
        Code("digitised", "Số hoá từ bản đồ", "Digitised from a map"),
        Code("imported", "Nhập từ tệp", "Imported from a file"),
        Code("derived", "Suy ra", "Derived by the registry"),
        Code("generated", "Dữ liệu sinh tự động", "Generated data"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

MEASURE_METHOD = Codelist(
    "measure_method",
    (
        Code("laser", "Máy đo laser", "Laser rangefinder"),
        Code("pole_stick", "Sào đo", "Measuring stick"),
        Code("photo", "Đo trên ảnh", "Calibrated photo"),
        Code("estimate", "Ước lượng", "Estimate"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

ORGANISATION_KIND = Codelist(
    "organisation_kind",
    (
        Code("carrier", "Doanh nghiệp viễn thông", "Telecom carrier"),
        Code("pay_tv", "Truyền hình trả tiền", "Pay-TV company"),
        Code("power", "Điện lực", "Power company"),
        Code("lighting", "Chiếu sáng công cộng", "Public lighting"),
        Code("tower_company", "Doanh nghiệp hạ tầng", "Tower company"),
        Code("agency", "Cơ quan quản lý nhà nước", "Agency"),
        Code("commune", "UBND xã, phường", "Commune or ward"),
        Code("other", "Khác", "Other"),
    ),
)

ADMIN_LEVEL = Codelist(
    "admin_level",
    (
        Code("province", "Tỉnh, thành phố", "Province"),
        Code("district", "Huyện (trước 1/7/2025)", "District (before 1 July 2025)"),
        Code("commune", "Xã, phường", "Commune or ward"),
    ),
)

ADMIN_KIND = Codelist(
    "admin_kind",
    (
        Code("tinh", "Tỉnh", "Province"),
        Code("thanh_pho", "Thành phố", "City"),
        Code("quan", "Quận", "Urban district"),
        Code("huyen", "Huyện", "Rural district"),
        Code("thi_xa", "Thị xã", "Town"),
        Code("xa", "Xã", "Commune"),
        Code("phuong", "Phường", "Ward"),
        Code("thi_tran", "Thị trấn", "Township"),
        Code("dac_khu", "Đặc khu", "Special zone"),
    ),
)

STREET_CLASS = Codelist(
    "street_class",
    (
        Code("trunk", "Quốc lộ", "Trunk road"),
        Code("primary", "Đường chính", "Primary road"),
        Code("secondary", "Đường liên khu vực", "Secondary road"),
        Code("tertiary", "Đường khu vực", "Tertiary road"),
        Code("residential", "Đường phố", "Residential street"),
        Code("alley", "Ngõ, hẻm", "Alley"),
        Code("path", "Lối đi bộ", "Footway"),
        Code("other", "Khác", "Other"),
    ),
)

RAILWAY_CLASS = Codelist(
    "railway_class",
    (
        Code("gauge_1000", "Khổ 1000 mm", "1000 mm gauge", ("1000", "khổ hẹp")),
        Code("gauge_1435", "Khổ 1435 mm, khổ lồng", "1435 mm or dual gauge", ("1435", "khổ lồng")),
        Code("high_speed", "Tốc độ cao", "High speed"),
        Code("urban_overhead", "Đô thị, cấp điện trên cao", "Urban with overhead line", ("metro",)),
        Code("urban_third_rail", "Đô thị, ray thứ ba", "Urban with third rail"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

WATERWAY_CLASS = Codelist(
    "waterway_class",
    (
        Code("special", "Cấp đặc biệt", "Special class"),
        Code("class_1", "Cấp I", "Class I", ("I",)),
        Code("class_2", "Cấp II", "Class II", ("II",)),
        Code("class_3", "Cấp III", "Class III", ("III",)),
        Code("class_4", "Cấp IV", "Class IV", ("IV",)),
        Code("class_5", "Cấp V", "Class V", ("V",)),
        Code("class_6", "Cấp VI", "Class VI", ("VI",)),
        Code("not_navigable", "Không thông thuyền", "Not navigable", ("kênh mương",)),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

AREA_CLASS = Codelist(
    "area_class",
    (
        Code("city", "Khu vực thành phố", "City"),
        Code("district_centre", "Trung tâm huyện", "District centre"),
        Code("high_aesthetic", "Yêu cầu cao về mỹ quan", "High aesthetic demand"),
        Code("other", "Khu vực khác", "Other"),
    ),
)

ZONE_KIND = Codelist(
    "zone_kind",
    (
        Code("urban", "Khu vực đô thị", "Urban"),
        Code("district_centre", "Trung tâm huyện", "District centre"),
        Code("aesthetic_priority", "Ưu tiên mỹ quan", "Aesthetic priority"),
        Code("heritage", "Di sản, di tích", "Heritage"),
        Code("a1_only", "Chỉ cột ăng ten không cồng kềnh (A1)", "A1 masts only"),
        Code("underground_only", "Chỉ đi ngầm", "Underground only"),
        Code("undergrounded", "Đã hạ ngầm", "Undergrounded"),
    ),
)

POLE_KIND = Codelist(
    "pole_kind",
    (
        Code(
            "telecom",
            "Cột treo cáp viễn thông",
            "Telecom pole",
            ("cột viễn thông", "cột thông tin", "viễn thông", "thông tin", "VT", "cột bưu điện", "telecom"),
        ),
        Code(
            "power_lv",
            "Cột điện hạ thế",
            "Low-voltage power pole",
            ("hạ thế", "cột hạ thế", "hạ áp", "0.4kV", "0,4 kV"),
        ),
        Code(
            "power_mv",
            "Cột điện trung thế",
            "Medium-voltage power pole",
            ("trung thế", "cột trung thế", "trung áp", "22kV", "35kV"),
        ),
        Code(
            "power_hv",
            "Cột điện cao thế",
            "High-voltage power support",
            ("cao thế", "cột cao thế", "cao áp", "110kV", "220kV"),
        ),
        Code("lighting", "Cột chiếu sáng", "Light pole", ("chiếu sáng", "đèn đường", "cột đèn", "cột CS")),
        Code("tree", "Cây xanh", "Tree", ("cây",)),
        Code("other", "Cột khác", "Other pole"),
        Code("unknown", "Không rõ", "Unknown", ("cột", "pole", "chưa rõ")),
    ),
)

POLE_MATERIAL = Codelist(
    "pole_material",
    (
        Code(
            "spun_concrete",
            "Bê tông ly tâm",
            "Spun concrete",
            ("BTLT", "LT", "ly tâm", "cột BTLT", "BTLT DƯL", "bê tông li tâm", "cột ly tâm"),
        ),
        Code(
            "square_concrete",
            "Bê tông vuông",
            "Square concrete",
            ("BTV", "bê tông chữ H", "H", "chữ H", "cột H", "cột vuông", "vuông"),
        ),
        Code("steel", "Thép", "Steel", ("sắt", "thép mạ kẽm", "cột thép", "cột sắt", "ống thép", "STK")),
        Code("wood", "Gỗ", "Wood", ("cột gỗ",)),
        Code("composite", "Composite", "Composite", ("nhựa composite", "cột composite", "FRP")),
        Code("other", "Khác", "Other"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

CONDITION = Codelist(
    "condition",
    (
        Code("good", "Tốt", "Good", ("bình thường", "còn tốt", "BT")),
        Code("worn", "Xuống cấp", "Worn", ("cũ", "rạn nứt", "nứt")),
        Code("damaged", "Hư hỏng", "Damaged", ("hỏng", "gãy", "hư")),
        Code("dangerous", "Nguy hiểm", "Dangerous", ("mất an toàn", "nghiêng đổ")),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

LIFECYCLE = Codelist(
    "lifecycle",
    (
        Code("planned", "Quy hoạch", "Planned"),
        Code("in_service", "Đang sử dụng", "In service", ("đang dùng", "hoạt động", "đang hoạt động")),
        Code("disused", "Không sử dụng", "Disused", ("ngừng sử dụng", "bỏ không")),
        Code("removed", "Đã tháo dỡ", "Removed", ("đã thu hồi", "tháo dỡ", "thu hồi")),
    ),
)

MAST_CLASS = Codelist(
    "mast_class",
    (
        Code("A1a", "A1a - không cồng kềnh trên công trình", "A1a - small rooftop"),
        Code("A1b", "A1b - nguỵ trang, hoà cảnh quan", "A1b - blended"),
        Code("A2a", "A2a - cồng kềnh trên công trình", "A2a - bulky rooftop"),
        Code("A2b", "A2b - cồng kềnh trên mặt đất", "A2b - bulky ground"),
        Code("A2c", "A2c - cồng kềnh khác", "A2c - other bulky"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

TOWER_STRUCTURE = Codelist(
    "tower_structure",
    (
        Code("monopole", "Cột đơn thân", "Monopole"),
        Code("lattice", "Cột tự đứng", "Self-supporting lattice"),
        Code("guyed", "Cột dây co", "Guyed mast"),
        Code("rooftop", "Cột trên mái", "Rooftop mast"),
        Code("disguised", "Cột nguỵ trang", "Disguised mast"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

CABLE_ROLE = Codelist(
    "cable_role",
    (
        Code("trunk", "Cáp chính", "Trunk", ("truyền dẫn", "cáp trục")),
        Code("distribution", "Cáp phối", "Distribution", ("phân phối",)),
        Code("drop", "Cáp thuê bao", "Drop", ("dây thuê bao",)),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

CABLE_MEDIUM = Codelist(
    "cable_medium",
    (
        Code("fibre", "Cáp quang", "Fibre", ("FO", "quang", "cáp sợi quang", "sợi quang", "optical")),
        Code("copper", "Cáp đồng", "Copper", ("đồng", "cáp đồng thoại")),
        Code("coax", "Cáp đồng trục", "Coaxial", ("đồng trục",)),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

CABLE_STATE = Codelist(
    "cable_state",
    (
        Code("in_service", "Đang sử dụng", "In service"),
        Code("suspect", "Nghi không sử dụng", "Suspected dead"),
        Code("dead", "Không sử dụng, hỏng", "Dead"),
        Code("ownerless", "Vô chủ", "Ownerless"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

DEPLOYMENT = Codelist(
    "deployment",
    (
        Code("aerial", "Cáp treo", "Aerial", ("treo",)),
        Code("underground", "Cáp ngầm", "Underground", ("ngầm", "cống bể")),
    ),
)

DUCT_KIND = Codelist(
    "duct_kind",
    (
        Code("duct", "Cống cáp", "Duct"),
        Code("trench", "Hào kỹ thuật", "Trench"),
        Code("tunnel", "Tuy nen", "Tunnel"),
        Code("direct_buried", "Chôn trực tiếp", "Direct buried"),
    ),
)

MANHOLE_KIND = Codelist(
    "manhole_kind",
    (
        Code("manhole", "Bể cáp", "Manhole", ("hầm cáp",)),
        Code("handhole", "Hố ga", "Handhole"),
        Code("cabinet", "Tủ cáp", "Street cabinet"),
    ),
)

FITTING_KIND = Codelist(
    "fitting_kind",
    (
        Code("closure", "Măng sông", "Closure"),
        Code("box", "Hộp cáp", "Terminal box", ("tủ", "hộp")),
        Code("splitter", "Bộ chia", "Splitter"),
        Code("coil", "Cuộn cáp dự phòng", "Spare coil"),
        Code("bracket", "Gông", "Bracket", ("gông gom", "khuyên")),
        Code("tag", "Thẻ nhận biết", "Tag", ("thẻ cáp", "nhãn")),
        Code("guy", "Dây co", "Guy"),
        Code("other", "Khác", "Other"),
    ),
)

FITTING_STATE = Codelist(
    "fitting_state",
    (
        Code("in_service", "Đang sử dụng", "In service"),
        Code("unused", "Không sử dụng", "Unused"),
        Code("broken", "Hỏng", "Broken"),
        Code("ownerless", "Vô chủ", "Ownerless"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

SURFACE = Codelist(
    "surface",
    (
        Code("carriageway", "Lòng đường", "Carriageway"),
        Code("pavement", "Vỉa hè", "Pavement"),
        Code("alley", "Ngõ không có xe tải", "Alley without trucks"),
        Code("railway", "Đường sắt", "Railway"),
        Code("water", "Sông, kênh", "Water"),
        Code("roof", "Mái nhà", "Roof", ("mái nhà, công trình",)),
        Code("structure", "Công trình khác", "Other structure", ("công trình",)),
        Code("open", "Đất trống", "Open ground"),
        Code("unknown", "Không rõ", "Unknown"),
    ),
)

TIDYING_STATE = Codelist(
    "tidying_state",
    (
        Code("none", "Không thuộc diện", "Not flagged"),
        Code("flagged", "Đã đánh dấu", "Flagged"),
        Code("planned", "Đã lập kế hoạch", "Planned"),
        Code("in_progress", "Đang thực hiện", "In progress"),
        Code("reported", "Đã báo cáo xong", "Reported done"),
        Code("accepted", "Đã nghiệm thu", "Accepted"),
    ),
)

PROPOSAL_STATE = Codelist(
    "proposal_state",
    (
        Code("open", "Chờ quyết định", "Open"),
        Code("escalated", "Đã chuyển cơ quan quản lý", "Escalated to the authority"),
        Code("confirmed", "Đã xác nhận", "Confirmed"),
        Code("disputed", "Không đồng ý", "Disputed"),
        Code("withdrawn", "Đã rút", "Withdrawn"),
        Code("superseded", "Đã được thay thế", "Superseded"),
    ),
)

CONTACT_SUBJECT = Codelist(
    "contact_subject",
    (
        Code("general", "Mọi việc khác", "Everything else"),
        Code("sharing", "Dùng chung hạ tầng", "Sharing"),
        Code("tidying", "Chỉnh trang", "Tidying"),
        Code("incident", "Sự cố", "Incidents"),
        Code("proposal", "Đề xuất sửa dữ liệu", "Proposals"),
        Code("billing", "Thanh toán", "Billing"),
        Code("data", "Dữ liệu, bản đồ", "Data and maps"),
    ),
)
