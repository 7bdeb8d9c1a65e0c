"""What the codes and words in the files of others stand for in this store.

VPROMMS numbers follow the road inventory (management 2 province … 5 village, section_surface 1 cement
concrete … 5 earth); words with an underscore are OpenStreetMap tag values; the rest is what commune tables
say. A word that does not settle the matter ("paved") is left out: it is reported, not guessed.
"""

from .keys import key

_ROAD_CLASS = {
    "national": "1|QL|quốc lộ|motorway|motorway_link|trunk|trunk_link|primary|primary_link",
    "provincial": "2|ĐT|TL|đường tỉnh|tỉnh lộ|secondary|secondary_link",
    "district": "3|ĐH|HL|đường huyện|huyện lộ|tertiary|tertiary_link",
    "commune": "4|ĐX|đường xã|trục xã|liên xã|đường trục xã|trục xã, liên xã|đường trục xã, liên xã|unclassified",
    "village": "5|đường thôn|trục thôn|liên thôn|trục thôn, bản|đường trục thôn|trục thôn, xóm|đường trục thôn, xóm"
    "|đường trục thôn, bản và đường liên thôn|liên bản|trục thôn, liên thôn|residential",
    "lane": "ngõ xóm|ngõ, xóm|đường ngõ xóm|ngõ|living_street|service",
    "field": "nội đồng|đường nội đồng|trục chính nội đồng|đường trục chính nội đồng|track",
    "urban": "đô thị|đường phố|đường đô thị|phố",
}
_SURFACE = {
    "concrete": "1|BTXM|bê tông xi măng|bê tông|concrete:plates|concrete:lanes",
    "asphalt": "2|BTN|bê tông nhựa|nhựa|đường nhựa|asphalt",
    "surface_treated": "3|láng nhựa|đá dăm láng nhựa|thấm nhập nhựa|đá dăm nhựa|chipseal",
    "gravel": "4|cấp phối|CP|sỏi|sỏi đỏ|cấp phối sỏi|cấp phối sỏi đỏ|pebblestone",
    "earth": "5|đất|đường đất|unpaved|dirt|ground|mud|sand|grass|clay",
    "brick_stone": "gạch|lát gạch|đá xẻ|lát đá|gạch đá|sett|cobblestone|paving_stones|bricks|unhewn_cobblestone",
    "crushed_stone": "CPĐD|đá dăm|cấp phối đá dăm|đá thải|đá thải lu lèn|compacted|fine_gravel",
}
_CONDITION = {"1": "rất tốt", "2": "tốt", "3": "trung bình|TB|khá", "4": "xấu|kém", "5": "rất xấu|rất kém"}
_WET_ACCESS = {
    "car": "ô tô|xe ô tô|đi lại được quanh năm|quanh năm",
    "motorbike": "xe máy|chỉ xe máy",
    "none": "không|không đi được|lầy lội không đi được",
}
_STRUCTURE = {
    "bridge": "cầu|viaduct",
    "culvert": "cống",
    "ford": "ngầm|ngầm tràn|tràn|đường tràn|ngầm, tràn",
    "ferry": "phà|đò|đò ngang|bến phà",
    "tunnel": "hầm",
}
_FACILITY = {
    "school": "trường học|trường|kindergarten|mầm non|mẫu giáo|tiểu học|trung học cơ sở|THCS|trung học phổ thông|THPT",
    "culture_house": "nhà văn hóa|nhà văn hoá|NVH|nhà sinh hoạt cộng đồng|nhà họp thôn|hội trường|community_centre",
    "sports_ground": "sân thể thao|sân vận động|khu thể thao|pitch|sports_centre|stadium",
    "health_station": "trạm y tế|TYT|trạm xá|clinic|doctors|health_post",
    "market": "chợ|chợ nông thôn|marketplace",
    "committee": "UBND|ủy ban nhân dân|uỷ ban nhân dân|trụ sở UBND|townhall",
}
_LEVEL = {
    "kindergarten": "0|mầm non|mẫu giáo|nhà trẻ|MN|MG",
    "primary": "1|tiểu học|TH|cấp 1|cấp I",
    "lower_secondary": "2|trung học cơ sở|THCS|cấp 2|cấp II",
    "upper_secondary": "3|trung học phổ thông|THPT|cấp 3|cấp III|PTTH",
}
_WASTE = {
    "group_kiln": "lò đốt rác|lò đốt nhóm hộ|lò đốt rác nhóm hộ|lò đốt rác của nhóm hộ|lò đốt",
    "household_kiln": "lò đốt hộ gia đình|lò đốt rác hộ gia đình|lò đốt của hộ",
    "incinerator": "lò đốt cấp xã|lò đốt rác tập trung|lò đốt tập trung",
    "landfill": "bãi rác|bãi chôn lấp|chôn lấp hợp vệ sinh|landfill",
    "transfer": "điểm tập kết|điểm tập kết rác|trạm trung chuyển|điểm thu gom|waste_disposal|waste_transfer_station",
    "pit": "hố rác|hố ủ|hố rác gia đình|hố ủ phân",
    "pesticide_tank": "bể chứa vỏ thuốc|bể chứa bao bì thuốc BVTV|bể thuốc BVTV"
    "|bể chứa vỏ bao bì thuốc bảo vệ thực vật",
}
_WATER = {
    "river": "sông|s",
    "stream": "suối|khe|rạch|ngòi",
    "canal": "kênh|mương|kênh mương|ditch|drain",
    "shore": "bờ hồ|hồ|ao|bờ ao",
}
_CATEGORY = {
    "poor": "hộ nghèo|nghèo|N|HN",
    "near_poor": "hộ cận nghèo|cận nghèo|CN|HCN",
    "average": "trung bình|TB|hộ trung bình|không nghèo",
    "better": "khá|giàu|khá giàu|khá, giàu|hộ khá|hộ giàu",
}
_STATUS = {
    "m": "đạt|có|Đ|met|yes|1|x",
    "u": "chưa đạt|không đạt|chưa|không|CĐ|KĐ|K|unmet|no|0",
    "?": "chưa rõ|không rõ|unknown",
}


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {key(word): value for value, joined in words.items() for word in (value, *joined.split("|"))}


#: (layer, field) -> compared word -> stored value.
CODES: dict[tuple[str, str], dict[str, str]] = {
    ("roads", "road_class"): _by_word(_ROAD_CLASS),
    ("roads", "surface"): _by_word(_SURFACE),
    ("roads", "condition"): _by_word(_CONDITION),
    ("roads", "wet_access"): _by_word(_WET_ACCESS),
    ("roads", "structure"): _by_word(_STRUCTURE),
    ("facilities", "kind"): _by_word(_FACILITY),
    ("facilities", "level"): _by_word(_LEVEL),
    ("waste-sites", "kind"): _by_word(_WASTE),
    ("water", "kind"): _by_word(_WATER),
    ("households", "category"): _by_word(_CATEGORY),
    ("declarations", "status"): _by_word(_STATUS),
}
YES = frozenset(map(key, ["x", "có", "yes", "true", "1", "đạt", "y", "đúng", "t"]))
NO = frozenset(map(key, ["không", "no", "false", "0", "chưa", "chưa đạt", "không đạt", "n", "sai", "f"]))

#: Official kinds that files write before a unit's name, longest first.
UNIT_TITLES = (
    "thành phố", "tổ dân phố", "thị trấn", "khu phố", "tiểu khu", "đặc khu", "thị xã", "phường", "huyện",
    "tỉnh", "quận", "thôn", "bản", "buôn", "làng", "xóm", "xã", "ấp", "tổ",
)  # fmt: skip
