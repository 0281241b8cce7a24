"""Who answers for whom, what organisations say about each other's poles, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gisreg.access.actor import Actor
from gisreg.alerts.register import alerts, close
from gisreg.clock import now, today
from gisreg.contacts import directory
from gisreg.contacts.escalate import escalate as pass_on
from gisreg.contacts.notices import Message, notify
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.demo.accounts import ACCOUNTS
from gisreg.exporting import register
from gisreg.proposals.clock import escalate
from gisreg.proposals.decide import decide, withdraw
from gisreg.proposals.propose import propose
from gisreg.settings import get_settings
from layers import LAYERS

queries = load_queries(__file__)

MADE_UP = "(minh hoạ)"
BATCH = f"Khảo sát tháng 5 {MADE_UP}"


@dataclass(frozen=True)
class Line:
    """Somebody who answers for an organisation on a subject, perhaps for one ward only."""

    organisation: str
    subject: str
    rank: int
    name: str
    login: str | None = None
    in_ward: bool = False


CONTACTS = (
    Line("SKHCN", "general", 1, "Phòng Bưu chính, Viễn thông", "sogiamsat"),
    Line("SKHCN", "tidying", 1, "Phạm Thị Dung", "thanhtra", in_ward=True),
    Line("UBND", "general", 1, "Văn phòng UBND phường", "phuong"),
    Line("VNPT", "general", 1, "Lê Văn Cường", "vnpt-dieuphoi"),
    Line("VNPT", "proposal", 1, "Nguyễn Minh Tuấn", "vnpt-kythuat"),
    Line("VNPT", "proposal", 2, "Bùi Thị Nga"),
    Line("VNPT", "incident", 1, "Trực sự cố 24/7"),
    Line("VNPT", "tidying", 1, "Tổ chỉnh trang phường", in_ward=True),
    Line("VIETTEL", "general", 1, "Trần Quốc Huy", "viettel-dieuphoi"),
    Line("VIETTEL", "proposal", 1, "Đỗ Văn Nam", "viettel-kythuat"),
    Line("VIETTEL", "sharing", 1, "Phòng hạ tầng"),
    Line("VIETTEL", "incident", 1, "Trung tâm điều hành"),
    Line("FPT", "general", 1, "Vũ Hải Yến", "xem"),
    Line("FPT", "data", 1, "Tổ dữ liệu mạng ngoại vi"),
    Line("MOBIFONE", "general", 1, "Hoàng Anh Đức"),
    Line("VTVCAB", "general", 1, "Phòng kỹ thuật"),
    Line("SCTV", "general", 1, "Phòng kỹ thuật"),
    Line("PCTB", "general", 1, "Phòng kỹ thuật an toàn"),
    Line("PCTB", "sharing", 1, "Tổ hợp đồng cho thuê cột"),
    Line("PCTB", "billing", 1, "Phòng kế toán"),
)

WAITING, LATE, DECIDED = 5, 2, 3
"""Poles of each owner about which a proposal waits, waits too long, and was decided."""


def tell(connection: PgConnection) -> None:
    """Write contacts with deputies and absences, proposals in every state, notices, exports and alerts.

    Args:
        connection: a transaction of the worker, after the accounts were made.
    """
    own = dict(queries.organisation_ids(connection))
    logins = dict(queries.logins(connection))
    ward = queries.ward_id(connection)
    made = {
        line: _contact(connection, own, logins, line, ward) for line in CONTACTS if ward or not line.in_ward
    }
    _leave(connection, {line.name: number for line, number in made.items()})
    _propose(connection, own)
    _notify(connection, own, ward)
    _take(connection, own)


def who(own: dict[str, int], login: str, number: int | None = None) -> Actor:
    """Return a person of the demo as he acts in his organisation."""
    account = next(one for one in ACCOUNTS if one.login == login)
    code = account.organisation or "SKHCN"
    return Actor(
        account.name,
        code,
        reason=MADE_UP,
        person_id=number,
        organisation_id=own[code],
        roles=frozenset({account.role}),
    )


def _contact(
    connection: PgConnection, own: dict[str, int], logins: dict[str, int], line: Line, ward: int | None
) -> int:
    number: int = queries.insert_contact(
        connection,
        organisation_id=own[line.organisation],
        commune_id=ward if line.in_ward else None,
        subject=line.subject,
        rank=line.rank,
        name=f"{line.name} {MADE_UP}",
        person_id=logins.get(line.login or ""),
        # No mail goes to a domain that is reserved for examples (RFC 2606).
        email=f"{line.subject}{line.rank}@{line.organisation.lower()}.example",
        phone="0227 0000 1" + f"{10 + CONTACTS.index(line):02d}",
    )
    return number


def _leave(connection: PgConnection, contacts: dict[str, int]) -> None:
    """Somebody is away today, so that his deputy answers; somebody else will be."""
    for name, first, last in (("Nguyễn Minh Tuấn", -2, 9), ("Đỗ Văn Nam", 20, 27)):
        days = (today() + timedelta(days=first), today() + timedelta(days=last))
        directory.absent(connection, contacts[name], *days)


def _propose(connection: PgConnection, own: dict[str, int]) -> None:
    """Three organisations and a ward say other heights of others' poles, in the batch of one survey."""
    viettel, vnpt = who(own, "viettel-kythuat"), who(own, "vnpt-kythuat")
    fpt, ward = (
        Actor(f"{name} {MADE_UP}", code, reason=MADE_UP, organisation_id=own[code], roles=viettel.roles)
        for name, code in (("Ngô Đức Long", "FPT"), ("Mai Thị Hoa", "UBND"))
    )
    boss = who(own, "sogiamsat")
    for proposer, owner in (
        (viettel, "VNPT"),
        (vnpt, "VIETTEL"),
        (fpt, "VNPT"),
        (viettel, "PCTB"),
        (vnpt, "FPT"),
        (ward, "VIETTEL"),
    ):
        poles = list(queries.poles_to_correct(connection, owner=own[owner], most=WAITING + LATE + DECIDED))
        numbers = [
            propose(
                connection,
                proposer,
                LAYERS["pole"],
                pole,
                version,
                {"properties": {"height_m": height + 0.5}},
                reason=f"Đo lại tại hiện trường {MADE_UP}",
                evidence="Ảnh trong biên bản khảo sát",
                batch=BATCH,
            )
            for pole, version, height in poles
        ]
        late, decided = numbers[WAITING : WAITING + LATE], numbers[WAITING + LATE :]
        queries.make_late(connection, ids=late, day=today() - timedelta(days=3))
        if len(decided) == DECIDED:
            decide(connection, boss, decided[:1], "confirm", f"Đúng thực địa {MADE_UP}")
            decide(connection, boss, decided[1:2], "dispute", f"Số đo cũ đúng {MADE_UP}")
            withdraw(connection, proposer, decided[2:], f"Đo nhầm cột {MADE_UP}")
    escalate(connection, now())


def _notify(connection: PgConnection, own: dict[str, int], ward: int | None) -> None:
    """The ward and its inspector are told of streets; some notices were read, some go on unread."""
    for code, text_vi, text_en in (
        (
            "UBND",
            "Có tuyến đã báo cáo xong, chờ phường xem.",
            "Streets were reported; the ward may look at them.",
        ),
        ("SKHCN", "Có tuyến chờ nghiệm thu.", "Streets wait to be accepted."),
        ("FPT", "Có cáp nghi không còn sử dụng.", "There is cable that seems to be dead."),
    ):
        message = Message(
            "tidying", "tidying", own[code], f"Chỉnh trang {MADE_UP}", "Tidying (generated)", text_vi, text_en
        )
        notify(connection, message, organisation_id=own[code], commune_id=ward)
    hours = get_settings().notice.unread_hours
    queries.age_notices(connection, until=now() - timedelta(hours=hours + 1))
    pass_on(connection, now())


def _take(connection: PgConnection, own: dict[str, int]) -> None:
    """Somebody took more than a day's share: one alert is open, one was looked into."""
    limit = get_settings().export.rows_per_day
    numbers = dict(queries.logins(connection))
    for login in ("vnpt-kythuat", "viettel-kythuat"):
        taker = who(own, login, numbers.get(login))
        asked = register.Asked("cable", "gpkg", 4326, {}, f"Đối soát nội bộ {MADE_UP}")
        register.enter(connection, taker, asked, limit + 1)
    for alert in alerts(connection)[:1]:
        close(connection, who(own, "sogiamsat"), alert.id, f"Đã gọi hỏi: đúng mục đích {MADE_UP}")
