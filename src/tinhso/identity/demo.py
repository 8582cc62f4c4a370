"""The demo's people: persons of the national sandbox, officers of two communes and a department.

Everybody knows these passwords and this authenticator secret: production refuses to run with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction

from tinhso.directory import api as directory
from tinhso.foundation import moments, text
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.identity.contracts import AccountKind, Role
from tinhso.identity.merge_contracts import Ground
from tinhso.identity.models import Absence, Account, Merge, Officer, Post, Relation
from tinhso.identity.operations import members, merges, relations
from tinhso.identity.operations.people import PersonFacts, register_organisation, register_person
from tinhso.identity.operations.standing_in import be_absent
from tinhso.identity.queries.known import KNOWN
from tinhso.identity.relation_contracts import Capacity, MemberRole, ProofGiven, Represented

PASSWORD = "an-giang-demo-2026"  # noqa: S105 - known to everybody, refused in production
TOTP_SECRET = "ANGIANGDEMOTINHSOANGIANGDEMOTINH"  # noqa: S105 - as above
DAY = date(2025, 7, 1)

PEOPLE = (
    PersonFacts(
        "Nguyễn Văn Biển",
        "091078004512",
        date(1978, 3, 12),
        "male",
        "0912000112",
        "nguyen.van.bien@example.com",
        "Khu phố Nguyễn Bỉnh Khiêm, phường Rạch Giá, tỉnh An Giang",
    ),
    PersonFacts(
        "Trần Thị Ngọc Hân",
        "089198007231",
        date(1998, 7, 21),
        "female",
        "0935000221",
        "tran.ngoc.han@example.com",
        "Khóm Bình Long, phường Long Xuyên, tỉnh An Giang",
    ),
    PersonFacts(
        "Lê Văn Sáu",
        "091049001187",
        date(1949, 11, 5),
        "male",
        "0377000349",
        "le.van.sau@example.com",
        "Ấp Phước Trung, xã Gò Quao, tỉnh An Giang",
    ),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo officer: login, name, title, role, and where: agency code and unit code."""

    login: str
    full_name: str
    title: str
    role: Role
    agency: str
    unit: str


RACH_GIA, GO_QUAO, XAY_DUNG = "ubnd-30742", "ubnd-30952", "so-xay-dung"
NONG_NGHIEP = "so-nong-nghiep-moi-truong"
OFFICERS = (
    Demo(
        "rachgia.tiepnhan",
        "Lê Thị Hoa",
        "Công chức Trung tâm PVHCC",
        Role.INTAKE_OFFICER,
        RACH_GIA,
        "mot-cua",
    ),
    Demo(
        "rachgia.chuyenvien",
        "Trần Quốc Việt",
        "Công chức tư pháp - hộ tịch",
        Role.SPECIALIST,
        RACH_GIA,
        "chuyen-mon-2",
    ),
    Demo("rachgia.kinhte", "Ngô Minh Tâm", "Chuyên viên", Role.SPECIALIST, RACH_GIA, "chuyen-mon-1"),
    Demo("rachgia.dothi", "Lý Thị Cẩm Tú", "Chuyên viên", Role.SPECIALIST, RACH_GIA, "chuyen-mon-1"),
    Demo("rachgia.xahoi", "Danh Thị Mỹ Duyên", "Chuyên viên", Role.SPECIALIST, RACH_GIA, "chuyen-mon-2"),
    Demo("rachgia.lanhdao", "Phạm Thanh Tùng", "Chủ tịch UBND phường", Role.LEADER, RACH_GIA, "lanh-dao"),
    Demo("rachgia.pho", "Đặng Thị Bích", "Phó Chủ tịch UBND phường", Role.LEADER, RACH_GIA, "lanh-dao"),
    Demo("rachgia.vanthu", "Võ Ngọc Ánh", "Văn thư", Role.CLERK, RACH_GIA, "van-thu"),
    Demo("rachgia.thungan", "Thị Hồng Nhung", "Thu ngân Trung tâm PVHCC", Role.CASHIER, RACH_GIA, "mot-cua"),
    Demo("rachgia.ketoan", "Quách Thu Cúc", "Kế toán", Role.ACCOUNTANT, RACH_GIA, "van-phong"),
    Demo("rachgia.ketoantruong", "Mạc Văn Sáng", "Kế toán trưởng", Role.ACCOUNTANT, RACH_GIA, "van-phong"),
    Demo("rachgia.giamsat", "Bùi Đức Long", "Chánh Văn phòng", Role.SUPERVISOR, RACH_GIA, "van-phong"),
    Demo("rachgia.quantri", "Hồ Gia Huy", "Quản trị hệ thống", Role.ADMINISTRATOR, RACH_GIA, "van-phong"),
    Demo(
        "goquao.tiepnhan",
        "Danh Thị Sa Vy",
        "Công chức Trung tâm PVHCC",
        Role.INTAKE_OFFICER,
        GO_QUAO,
        "mot-cua",
    ),
    Demo("goquao.chuyenvien", "Lâm Văn Đạt", "Chuyên viên", Role.SPECIALIST, GO_QUAO, "chuyen-mon-1"),
    Demo("goquao.kinhte", "Huỳnh Văn Nhỏ", "Chuyên viên", Role.SPECIALIST, GO_QUAO, "chuyen-mon-1"),
    Demo("goquao.lanhdao", "Nguyễn Hữu Phước", "Chủ tịch UBND xã", Role.LEADER, GO_QUAO, "lanh-dao"),
    Demo("goquao.vanthu", "Trương Mỹ Linh", "Văn thư", Role.CLERK, GO_QUAO, "van-thu"),
    Demo(
        "xaydung.tiepnhan", "Mai Thúy Hằng", "Chuyên viên một cửa", Role.INTAKE_OFFICER, XAY_DUNG, "mot-cua"
    ),
    Demo("xaydung.chuyenvien", "Đỗ Anh Khoa", "Chuyên viên", Role.SPECIALIST, XAY_DUNG, "chuyen-mon-1"),
    Demo("xaydung.lanhdao", "Huỳnh Tấn Lộc", "Phó Giám đốc Sở", Role.LEADER, XAY_DUNG, "lanh-dao"),
    Demo("xaydung.vanthu", "Phan Kim Yến", "Văn thư", Role.CLERK, XAY_DUNG, "van-thu"),
    Demo("xaydung.giamsat", "Tô Minh Quân", "Chánh Văn phòng Sở", Role.SUPERVISOR, XAY_DUNG, "van-phong"),
    Demo("nongnghiep.tiepnhan", "Trà Thị Sương", "Viên chức", Role.INTAKE_OFFICER, NONG_NGHIEP, "mot-cua"),
    Demo("nongnghiep.thuysan", "Bành Văn Khởi", "Chuyên viên", Role.SPECIALIST, NONG_NGHIEP, "chuyen-mon-1"),
    Demo("nongnghiep.datdai", "Tăng Thị Nga", "Chuyên viên", Role.SPECIALIST, NONG_NGHIEP, "chuyen-mon-1"),
    Demo("nongnghiep.lanhdao", "Cao Minh Hải", "Phó Giám đốc Sở", Role.LEADER, NONG_NGHIEP, "lanh-dao"),
    Demo("nongnghiep.vanthu", "Lưu Ngọc Diệp", "Văn thư", Role.CLERK, NONG_NGHIEP, "van-thu"),
    Demo(
        "congan.tiepnhan",
        "Đại úy Lưu Thị Mận",
        "Cán bộ một cửa",
        Role.INTAKE_OFFICER,
        "cong-an-tinh",
        "mot-cua",
    ),
    Demo(
        "congan.chuyenvien",
        "Thiếu tá Đinh Văn Hữu",
        "Cán bộ cư trú",
        Role.SPECIALIST,
        "cong-an-tinh",
        "chuyen-mon-1",
    ),
    Demo("bhxh.tiepnhan", "Lương Thị Thắm", "Viên chức một cửa", Role.INTAKE_OFFICER, "bhxh-tinh", "mot-cua"),
    Demo("bhxh.chuyenvien", "Kiên Sô Phol", "Chuyên viên", Role.SPECIALIST, "bhxh-tinh", "chuyen-mon-1"),
    Demo(
        "tinh.lanhdao",
        "Lê Quang Thắng",
        "Phó Chủ tịch UBND tỉnh",
        Role.LEADER,
        "ubnd-91",
        "lanh-dao",
    ),
    Demo("tinh.vanthu", "Trịnh Thu Hương", "Văn thư", Role.CLERK, "ubnd-91", "van-thu"),
    Demo(
        "tinh.quantri",
        "Ông Thế Bảo",
        "Quản trị hệ thống tỉnh",
        Role.ADMINISTRATOR,
        "van-phong-ubnd",
        "van-phong",
    ),
    Demo(
        "tinh.phattrien",
        "Châu Minh Trí",
        "Kỹ sư của hệ thống khác",
        Role.DEVELOPER,
        "van-phong-ubnd",
        "van-phong",
    ),
    Demo(
        "tinh.thanhtra",
        "Lý Kim Loan",
        "Thanh tra viên",
        Role.INSPECTOR,
        "van-phong-ubnd",
        "van-phong",
    ),
)


def load(at: datetime) -> None:
    """Load people, who files for whom, and officers, once; a second run finds them."""
    ids = [register_person(facts=facts, source="e-id", level=2, by=SYSTEM, at=at) for facts in PEOPLE]
    with transaction.atomic():
        if not Relation.objects.exists():
            _relations(*ids, at=at)
        known = set(Account.objects.filter(kind=AccountKind.OFFICER).values_list("login", flat=True))
        missing = [demo for demo in OFFICERS if demo.login not in known]
        if missing:
            _officers(missing, at)
        _somebody_away(at)
        _two_accounts(ids[0], at)


def _two_accounts(bien: UUID, at: datetime) -> None:
    """At a counter, without his card, Biển got a second account; a merge waits for its second officer."""
    if Merge.objects.exists():
        return
    twin = register_person(
        facts=PersonFacts(PEOPLE[0].full_name, phone="0912000121", address="Phường Rạch Giá"),
        source="counter",
        by=SYSTEM,
        at=at,
    )
    proposer = Officer.objects.get(account__login=ADMINISTRATOR)
    merges.propose(
        loser=twin,
        survivor=bien,
        ground=Ground.WITHOUT_NUMBER,
        proof="Xem bản chính căn cước; trùng họ tên; số điện thoại kia gõ đảo hai chữ số cuối.",
        by=ActorRef(ActorKind.OFFICER, proposer.account_id, proposer.full_name),
        at=at,
    )


def _relations(bien: UUID, han: UUID, sau: UUID, *, at: datetime) -> None:
    """Hân has a daughter and is proxy for old Sáu; Biển leads a cooperative and invites Hân."""
    relations.declare(
        agent=han,
        capacity=Capacity.CHILD,
        represented=Represented("Lê Trần Minh Anh", "089321000777", date(2021, 9, 2), "female"),
        proof=ProofGiven("giay-khai-sinh", number="118/2021", issuer="UBND phường Long Xuyên"),
        by=SYSTEM,
        at=at,
    )
    day = moments.today(at)
    proxy = relations.grant_proxy(
        grantor=sau,
        agent_name=PEOPLE[1].full_name,
        agent_number=PEOPLE[1].personal_id,
        scope=(),
        valid_from=day,
        valid_to=day + timedelta(days=365),
        by=ActorRef(ActorKind.PERSON, sau, PEOPLE[2].full_name),
        at=at,
    )
    relations.accept(relation_id=proxy, by=ActorRef(ActorKind.PERSON, han, PEOPLE[1].full_name), at=at)
    cooperative = register_organisation(
        tax_code="1702456797", name="Hợp tác xã Tôm lúa Gò Quao", by=SYSTEM, at=at
    )
    members.represent(person_id=bien, organisation_id=cooperative, by=SYSTEM, at=at)
    members.invite(
        organisation_id=cooperative,
        name=PEOPLE[1].full_name,
        number=PEOPLE[1].personal_id,
        role=MemberRole.FILER,
        by=ActorRef(ActorKind.PERSON, bien, PEOPLE[0].full_name),
        at=at,
    )


def _officers(missing: list[Demo], at: datetime) -> None:
    hashed = make_password(PASSWORD)
    day = moments.today(at)
    places: dict[tuple[str, str], UUID] = {
        (code, unit.code): unit.id
        for code in {demo.agency for demo in missing}
        for unit in directory.units_of(directory.agency(code, day).id, day)
    }
    accounts = [
        Account(id=new_id(), kind=AccountKind.OFFICER, login=demo.login, password=hashed, created_at=at)
        for demo in missing
    ]
    Account.objects.bulk_create(accounts)
    Officer.objects.bulk_create(
        Officer(
            account=account,
            full_name=demo.full_name,
            sort=text.name_sort_key(demo.full_name),
            title=demo.title,
            email=f"{demo.login}@angiang.example",
        )
        for account, demo in zip(accounts, missing, strict=True)
    )
    Post.objects.bulk_create(
        Post(
            officer_id=account.id,
            role=demo.role,
            unit_id=places[demo.agency, demo.unit],
            valid_from=DAY,
            basis="Dữ liệu trình diễn",
        )
        for account, demo in zip(accounts, missing, strict=True)
    )
    Authenticator.objects.bulk_create(
        Authenticator(
            user_id=account.id,
            type=Authenticator.Type.TOTP,
            data={"secret": encrypt(TOTP_SECRET)},
            created_at=at,
        )
        for account in accounts
    )
    KNOWN.changed()


ADMINISTRATOR = "tinh.quantri"
AWAY = (("xaydung.chuyenvien", "xaydung.tiepnhan", 0, 3), ("rachgia.dothi", "rachgia.kinhte", 2, 7))
"""Who is on leave, who stands in, and from how many days ahead until how many."""


def _somebody_away(at: datetime) -> None:
    """A specialist is on leave and another will be soon, and somebody stands in: never twice at a time."""
    logins = [login for away, deputy, _first, _last in AWAY for login in (away, deputy)]
    ids = dict(Account.objects.filter(login__in=logins).values_list("login", "id"))
    for away, deputy, first, last in AWAY:
        if not Absence.objects.filter(officer_id=ids[away], ends_at__gt=at).exists():
            be_absent(
                officer_id=ids[away],
                begins_at=at + timedelta(days=first),
                ends_at=at + timedelta(days=last),
                reason="Nghỉ phép năm",
                deputy_id=ids[deputy],
                by=SYSTEM,
                at=at,
            )


def people() -> list[str]:
    """Lines for the screen of `make run`."""
    shown = {
        *("rachgia.tiepnhan", "rachgia.chuyenvien", "rachgia.lanhdao", "rachgia.vanthu", "rachgia.giamsat"),
        *("rachgia.thungan", "rachgia.ketoan", "rachgia.ketoantruong"),
        *("rachgia.quantri", "goquao.tiepnhan", "xaydung.tiepnhan", "xaydung.giamsat", "nongnghiep.lanhdao"),
        *("tinh.lanhdao", "tinh.quantri", "tinh.phattrien"),
    }
    lines = ["Người dân: đăng nhập bằng định danh điện tử thử, chọn một người trong danh sách, mã 123456"]
    lines.append(f"Cán bộ: mật khẩu {PASSWORD}, khóa ứng dụng xác thực {TOTP_SECRET}")
    lines.append("        (mã 6 chữ số: chạy `tinhso officer code` ở cửa sổ khác)")
    lines += [
        f"  {demo.login:<20} {demo.role.label:<18} {demo.full_name}"
        for demo in OFFICERS
        if demo.login in shown
    ]
    return lines
