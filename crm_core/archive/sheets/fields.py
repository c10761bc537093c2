"""The columns that a sheet of outlets may have: what they hold and what people call them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the cells of a column are read."""

    ID = "id"
    CODE = "code"
    NAME = "name"
    TEXT = "text"
    PHONE = "phone"
    EMAIL = "email"
    GRADE = "grade"
    STATUS = "status"
    TYPE = "type"
    DATUM = "datum"
    LAT = "lat"
    LON = "lon"
    PLACE = "place"
    COUNT = "count"
    DATE = "date"
    HOURS = "hours"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``zh`` and ``en`` head an export; ``names`` are other headers, best first."""

    field: str
    kind: Kind
    zh: str
    en: str
    names: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that mean this column, best first."""
        return (self.field, self.zh, self.en, *self.names)


def _column(field: str, kind: Kind, zh: str, en: str, names: str = "") -> Column:
    return Column(field, kind, zh, en, tuple(names.split("|")) if names else ())


#: In the order of an export; what stands earlier has the first choice among the headers.
COLUMNS: tuple[Column, ...] = (
    _column("id", Kind.ID, "系统编号", "Outlet id", "记录编号|roundsman id"),
    _column(
        "short_code",
        Kind.CODE,
        "客户编号",
        "Code",
        "门店编号|终端编号|客户编码|门店编码|终端编码|客户代码|门店代码|客户代号|编号|编码|代码|代号|店号"
        "|outlet code|short code|customer code|store code|customer no|customer number|store number"
        "|customer id|store id|account no|osm_id|key|ref",
    ),
    _column(
        "name",
        Kind.NAME,
        "终端名称",
        "Name",
        "门店名称|门店|店铺名称|店名|终端|网点名称|商户名称|客户名称|客户全称|客户|客户姓名|公司名称"
        "|公司名字|单位名称|企业名称|名称|outlet name|outlet|store name|store|shop name|shop"
        "|customer name|customer|client|company name|company|title of outlet",
    ),
    _column(
        "account",
        Kind.TEXT,
        "所属客户",
        "Account",
        "付款客户|结算客户|付款方|公司名称|公司名字|客户名称|总公司|所属公司|母公司|payer"
        "|account name|company name|company|customer name|parent company|bill to",
    ),
    _column("type", Kind.TYPE, "客户类型", "Type", "客户性质|类型|customer type|account type"),
    _column(
        "channel",
        Kind.TEXT,
        "渠道",
        "Channel",
        "渠道类型|销售渠道|业态|终端类型|门店类型|店铺类型|行业|经营类别|经营性质|类别|category|trade"
        "|store type|outlet type|industry|segment",
    ),
    _column(
        "grade_code",
        Kind.GRADE,
        "等级",
        "Grade",
        "客户等级|客户级别|门店等级|终端等级|优先等级|级别|分级|abc|class|tier|rank|outlet grade"
        "|customer grade|customer class|priority",
    ),
    _column(
        "status", Kind.STATUS, "状态", "Status", "客户状态|门店状态|营业状态|经营状态|outlet status"
    ),
    _column(
        "region",
        Kind.TEXT,
        "区域",
        "Region",
        "所在地区|地区|所辖区|城市|省市|片区|行政区|区县|area|district|city|zone name",
    ),
    _column(
        "address",
        Kind.TEXT,
        "地址",
        "Address",
        "详细地址|拜访地址|门店地址|客户地址|公司地址|营业地址|联系地址|注册地址|visit address"
        "|street address|store address|outlet address|street|location address",
    ),
    _column("lat", Kind.LAT, "纬度", "Latitude", "lat|y|latitude wgs84|wgs84 lat"),
    _column("lon", Kind.LON, "经度", "Longitude", "lon|lng|long|x|longitude wgs84|wgs84 lon"),
    _column(
        "place", Kind.PLACE, "经纬度", "Coordinates", "坐标|位置坐标|定位|gps|lat lon|latlng|geo"
    ),
    _column("datum", Kind.DATUM, "坐标系", "Datum", "坐标系统|coordinate system|crs"),
    _column(
        "delivery_address",
        Kind.TEXT,
        "送货地址",
        "Delivery address",
        "收货地址|配送地址|ship to|shipping address",
    ),
    _column(
        "phone",
        Kind.PHONE,
        "电话",
        "Phone",
        "联系电话|门店电话|公司电话|客户电话|座机|固定电话|手机|手机号|手机号码|联系方式|电话号码|tel"
        "|telephone|mobile|phone number|contact number",
    ),
    _column(
        "email", Kind.EMAIL, "邮箱", "Email", "电子邮件|电子邮箱|邮件|e-mail|mail|email address"
    ),
    _column(
        "contact_name",
        Kind.TEXT,
        "决策人",
        "Decision maker",
        "关键决策人|联系人|联系人姓名|决策人姓名|负责人|主要联系人|采购人|采购主管|经办人|姓名"
        "|contact|contact name|contact person|buyer",
    ),
    _column(
        "contact_title",
        Kind.TEXT,
        "决策人职位",
        "Decision maker title",
        "联系人职位|职位|职务|联系人职务|contact title|job title|position|title",
    ),
    _column(
        "contact_phone",
        Kind.PHONE,
        "决策人电话",
        "Decision maker phone",
        "联系人电话|联系人手机|联系人联系电话|决策人联系方式|手机|手机号|联系方式|mobile"
        "|contact phone|contact mobile",
    ),
    _column(
        "owner_name",
        Kind.TEXT,
        "老板",
        "Owner",
        "老板姓名|店主|店老板|法人|法人代表|业主|owner name|proprietor",
    ),
    _column("business", Kind.TEXT, "主营业务", "Business", "主营|经营范围|主营项目|main business"),
    _column(
        "team_size",
        Kind.COUNT,
        "团队规模",
        "Team size",
        "规模|人数|员工数量|员工人数|employees|headcount|staff",
    ),
    _column("needs", Kind.TEXT, "需求", "Needs", "主要需求|客户需求|需求类型|requirements"),
    _column(
        "source_channel", Kind.TEXT, "来源", "Source", "来源渠道|客户来源|lead source|how found"
    ),
    _column(
        "first_contact",
        Kind.DATE,
        "首次接触日期",
        "First contact",
        "首次接触时间|首次联系日期|建档日期|开户日期|first contact date|since|created",
    ),
    _column(
        "opening_hours",
        Kind.HOURS,
        "营业时间",
        "Opening hours",
        "可拜访时段|可访问时间|拜访时间|hours|opening times|visiting hours",
    ),
    _column("visits_override", Kind.COUNT, "拜访次数", "Visits", "每周期拜访次数|visits per cycle"),
    _column("weeks_override", Kind.COUNT, "拜访周期(周)", "Weeks", "周期周数|per weeks"),
    _column(
        "minutes_override",
        Kind.COUNT,
        "拜访时长(分钟)",
        "Minutes",
        "拜访分钟|停留时间|visit minutes|duration minutes",
    ),
    _column(
        "rep_code",
        Kind.CODE,
        "业务员编号",
        "Rep",
        "业务员|业务代表|业务代码|业务员代码|负责业务员|责任人|销售代表|销售员|业务负责人|rep code"
        "|sales rep|salesperson|salesman|sales representative",
    ),
    _column("department", Kind.TEXT, "部门", "Department", "所属部门|分公司|营业所|branch|team"),
    _column("tags", Kind.LIST, "标签", "Tags", "客户标签|标记|labels|tag"),
    _column(
        "remarks", Kind.TEXT, "备注", "Remarks", "说明|附注|remark|notes|note|comment|comments"
    ),
)

BY_FIELD = {column.field: column for column in COLUMNS}
