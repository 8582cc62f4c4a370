"""Laying dossiers by COPY, all constraints and indexes in place; then ANALYZE.

What hangs on a dossier and follows from it (its process, papers, history, promise, work) is copied inside the
database from the rows just laid. Each dossier has one audit entry, rightly chained.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from bench.cases.servers import Database
from tinhso.foundation import text

BATCH = 25_000
DAYS = 480
OPEN_DAYS = 8
OPEN = 4_000
"""Under way, whatever the size: history grows, the work of a day does not."""
KNOWN_EVERY = 151
"""Every so many dossiers one whose phone and personal id a search can ask for."""
GENESIS = bytes(32)
PEOPLE = 300_007
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Danh", "Thị", "Chau", "Võ", "Đặng", "Bùi", "Lý"]
MIDDLE = ["Văn", "Thị", "Ngọc", "Sóc", "Sa", "Gia", "Minh", "Hoàng", "Thanh", "Kim"]
GIVEN = [
    "Kha", "Rây", "Hân", "Sáu", "Biển", "Đốk", "Anh", "Bình", "Cường", "Dũng",
    "Giang", "Hạnh", "Khánh", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quân", "Sơn",
    "Tâm", "Uyên", "Vinh", "Xuân", "Yến", "Bảo", "Châu", "Đạt", "Hiếu", "Hùng",
    "Khôi", "Long", "Ngân", "Nhi", "Phát", "Quỳnh", "Tài", "Thảo", "Trí", "Vy",
]  # fmt: skip

DOSSIER = (
    "COPY dossiers_dossier (id, code, procedure_version_id, agency_id, unit_id, owner_kind, owner_id,"
    " applicant_kind, applicant_name, applicant_folded, personal_hash, phone_hash, via, status, step,"
    " step_name, role, submitted_at, accepted_at, due_at, finished_at, closed_at, changed_at,"
    " changed_by, flags, joint, version) FROM STDIN"
)
CONTENT = "COPY dossiers_content (dossier_id, answers, contact) FROM STDIN"
ENTRY = (
    "COPY foundation_auditentry (subject_kind, subject_id, seq, at, actor_kind, actor_id, act, payload,"
    " previous, hash) FROM STDIN"
)
CHAIN = "COPY foundation_auditchain (subject_kind, subject_id, seq, head) FROM STDIN"
# The demo's own dossiers may bear ids of that time too, when the base was made long ago.
LAID = (
    "INSERT INTO laid SELECT * FROM dossiers_dossier d WHERE id >= %s AND id < %s"
    " AND NOT EXISTS (SELECT 1 FROM dossiers_running WHERE dossier_id = d.id)"
)
AROUND = (
    (
        "INSERT INTO dossiers_running (dossier_id, process_version_id, state)"
        " SELECT id, %(process)s, CASE WHEN finished_at IS NULL THEN %(sent)s::bytea ELSE %(done)s::bytea END"
        " FROM laid"
    ),
    (
        "INSERT INTO dossiers_submittedpaper (id, dossier_id, code, name, form, originals, copies, given_at,"
        " verdict, reason, current, sha256)"
        " SELECT gen_random_uuid(), id, 'van-ban-uy-quyen', 'Văn bản ủy quyền', 'original', 1, 0,"
        " submitted_at, 'unseen', '', true, '' FROM laid"
    ),
    (
        "INSERT INTO dossiers_historyentry (dossier_id, at, act, actor_name, status, note, public)"
        " SELECT id, submitted_at, 'submit', 'Máy đo', 'submitted', '', true FROM laid UNION ALL"
        " SELECT id, finished_at, 'hand_over', 'Máy đo', 'returned', '', true FROM laid"
        " WHERE finished_at IS NOT NULL"
    ),
    (
        "INSERT INTO dossiers_promise (dossier_id, made_at, due_at, cause, words)"
        " SELECT id, accepted_at, due_at, 'accept', '[\"Tính từ lúc tiếp nhận.\"]' FROM laid"
        " WHERE accepted_at IS NOT NULL"
    ),
    (
        "INSERT INTO tasks_task (id, subject, subject_id, act, title, role, unit_id, given_at, due_at,"
        " done_at, done_by)"
        " SELECT gen_random_uuid(), 'dossier', id,"
        " CASE role WHEN 'specialist' THEN 'dossiers.draft_result' ELSE 'dossiers.accept' END,"
        " coalesce(nullif(step_name, ''), 'Tiếp nhận'), coalesce(nullif(role, ''), 'intake_officer'),"
        " unit_id, submitted_at, due_at, finished_at, CASE WHEN finished_at IS NOT NULL"
        " THEN agency_id END FROM laid"
    ),
)


def _id(at: datetime, chance: random.Random) -> uuid.UUID:
    """A UUIDv7 of that moment."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds << 80) | (7 << 76) | (chance.getrandbits(12) << 64) | (2 << 62)
    return uuid.UUID(int=value | chance.getrandbits(62))


def _least_id(at: datetime) -> uuid.UUID:
    """The smallest id of that moment."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


class Layer:
    """Makes the rows of a stretch of dossiers: every 40th is of one office, oldest first."""

    def __init__(self, facts: dict[str, Any], *, total: int, now: datetime, under_way: int) -> None:
        self.facts, self.offices, self.owners = facts, facts["offices"], facts["owners"]
        self.known = [(f"\\\\x{phone}", f"\\\\x{person}") for _digits, phone, _id, person in facts["numbers"]]
        self.first_open = total - min(under_way, total * 9 // 10)
        # Midnight here, so that no day has dossiers of both paces and codes stay without a gap.
        day = (now + timedelta(hours=7)).replace(hour=0, minute=0, second=0, microsecond=0)
        self.open_from = day - timedelta(days=OPEN_DAYS, hours=7)
        self.begin = self.open_from - timedelta(days=DAYS)
        self.step = (self.open_from - self.begin) / self.first_open
        self.open_step = (now - self.open_from) / (total - self.first_open)
        self.answers = json.dumps(facts["answers"], ensure_ascii=False).replace("\\", "\\\\")
        words = [f"{family} {middle} {given}" for family in FAMILY for middle in MIDDLE for given in GIVEN]
        self.names = [(name, text.fold(name)) for name in words]

    def at(self, number: int) -> datetime:
        """When the dossier of that number was sent; `total` is the end of all."""
        if number < self.first_open:
            return self.begin + self.step * number
        return self.open_from + self.open_step * (number - self.first_open)

    def rows(self, first: int, last: int) -> tuple[str, str, str, str]:
        """COPY text of dossiers, contents, audit entries and audit chains from `first` up to `last`."""
        chance = random.Random(first)  # noqa: S311 - sample data
        out: tuple[list[str], ...] = ([], [], [], [])
        for number in range(first, last):
            self._one(number, chance, out)
        return tuple("".join(lines) for lines in out)  # type: ignore[return-value]

    def _one(self, number: int, chance: random.Random, out: tuple[list[str], ...]) -> None:
        office = self.offices[number % len(self.offices)]
        owner = self.owners[number % len(self.owners)]
        at = self.at(number)
        day = (at + timedelta(hours=7)).date()
        code = f"{office['code']}-{day:%y%m%d}-{self._seq(number, day):04d}"
        id_ = _id(at, chance)
        name, folded = self.names[number * 7919 % PEOPLE % len(self.names)]
        phone, person = self._numbers(number)
        unit, status, tail = self._standing(number, office, at)
        out[0].append(
            f"{id_}\t{code}\t{self.facts['version']}\t{office['id']}\t{unit}\tperson\t{owner['id']}\tperson\t"
            f"{name}\t{folded}\t{person}\t{phone}\tmachine\t{status}\t{tail}\t{at}\tMáy đo\t[]\t{{}}\t2\n"
        )
        out[1].append(f"{id_}\t{self.answers}\t\\\\x{owner['contact']}\n")
        payload = json.dumps(
            {"act": "dossiers.submit", "at": at.isoformat(), "subject": ["dossier", str(id_)]}
        ).encode()
        digest = hashlib.sha256(GENESIS + struct.pack(">q", 1) + payload).hexdigest()
        out[2].append(
            f"dossier\t{id_}\t1\t{at}\tsystem\t\\N\tdossiers.submit\t\\\\x{payload.hex()}"
            f"\t\\\\x{GENESIS.hex()}\t\\\\x{digest}\n"
        )
        out[3].append(f"dossier\t{id_}\t1\t\\\\x{digest}\n")

    def _numbers(self, number: int) -> tuple[str, str]:
        """The hashes of the phone and the personal id."""
        if number % KNOWN_EVERY == 0:
            return self.known[number // KNOWN_EVERY % len(self.known)]
        unasked = f"\\\\x{number * 7919 % PEOPLE:064x}"
        return unasked, unasked

    def _seq(self, number: int, day: date) -> int:
        """The number within office and day: how many of the office came on that day before."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
        if number < self.first_open:
            before = max(0, -(-(midnight - self.begin) // self.step))
        else:
            before = self.first_open - min(0, (self.open_from - midnight) // self.open_step)
        office = number % len(self.offices)
        first_of_day = max(0, -(-(before - office) // len(self.offices)))
        return number // len(self.offices) - first_of_day + 1

    def _standing(self, number: int, office: dict[str, Any], at: datetime) -> tuple[str, str, str]:
        units = office["units"]
        if number < self.first_open:
            done = at + timedelta(days=3)
            return units["intake_officer"], "returned", f"\t\t\t{at}\t{at}\t{done}\t{done}\t{done}"
        # Places of an office, so that one office has both kinds.
        if number // len(self.offices) % 2:
            due = at + timedelta(hours=8)
            return (
                units["intake_officer"],
                "submitted",
                f"tiep_nhan\tTiếp nhận\tintake_officer\t{at}\t\\N\t{due}\t\\N\t\\N",
            )
        due = at + timedelta(days=5)
        return (
            units["specialist"],
            "accepted",
            f"tham_dinh\tThẩm định, dự thảo kết quả\tspecialist\t{at}\t{at}\t{due}\t\\N\t\\N",
        )


def lay(database: Database, name: str, facts: dict[str, Any], *, total: int, under_way: int = OPEN) -> None:
    """Lay `total` dossiers into a database that has none; the last `under_way` of them are not finished."""
    layer = Layer(facts, total=total, now=datetime.now(UTC) - timedelta(hours=1), under_way=under_way)
    stretches = iter([(first, min(first + BATCH, total)) for first in range(0, total, BATCH)])
    lock, faults = threading.Lock(), []

    def work() -> None:
        try:
            with database.connect(name, autocommit=True) as connection:
                connection.execute("SET synchronous_commit = off")
                while (stretch := _next(stretches, lock)) is not None:
                    _stretch(connection, layer, *stretch)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    with database.connect(name, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO foundation_numberseries (scope, period, last)"
            " SELECT 'dossier:' || left(code, -12), to_char(to_date(left(right(code, 11), 6), 'YYMMDD'),"
            " 'YYYY-MM-DD'), max(right(code, 4)::int) FROM dossiers_dossier GROUP BY 1, 2"
            " ON CONFLICT DO NOTHING"
        )
        connection.execute(facts["fold"])
        connection.execute("VACUUM (ANALYZE)")


def _next(stretches: Any, lock: threading.Lock) -> tuple[int, int] | None:
    with lock:
        found: tuple[int, int] | None = next(stretches, None)
        return found


def _stretch(connection: psycopg.Connection[Any], layer: Layer, first: int, last: int) -> None:
    texts = layer.rows(first, last)
    states = {name: bytes.fromhex(layer.facts["states"][name]) for name in ("sent", "done")}
    with connection.transaction(), connection.cursor() as cursor:
        for statement, text in zip((DOSSIER, CONTENT, ENTRY, CHAIN), texts, strict=True):
            with cursor.copy(statement) as copy:
                copy.write(text)
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS laid (LIKE dossiers_dossier) ON COMMIT DELETE ROWS")
        span = [_least_id(layer.at(number)) for number in (first, last)]
        cursor.execute(LAID, span)
        for statement in AROUND:
            cursor.execute(statement, {"process": layer.facts["states"]["process"], **states})
