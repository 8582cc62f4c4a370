"""A large log, as a process of its own: lays the rows, searches by each identifier, prints its times.

Its standard input is JSON: `rows`. They lie in five months, two to an exchange as on one side of it, sixteen
to a signature; bodies are left out, since search does not read them.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from collections.abc import Callable  # noqa: E402 - Django must be ready first
from datetime import UTC, date, datetime, timedelta  # noqa: E402
from uuid import UUID  # noqa: E402

from django.db import connection  # noqa: E402

from tinhso.exchange.keeping import search  # noqa: E402
from tinhso.exchange.keeping.records import least_id  # noqa: E402
from tinhso.exchange.keeping.search import Wanted  # noqa: E402

ASKED = 200
FIRST = date(2026, 1, 1)
MONTHS = 5
CLIENTS, SERVICES, PEOPLE, AGREEMENTS = 40, 300, 5_000, 100
TABLE = """
CREATE TABLE exchange_message_{word}
    (LIKE exchange_message INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);
ALTER TABLE exchange_message_{word} SET (toast_tuple_target = 8160)
"""
ROWS = """
INSERT INTO exchange_message_{word}
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
    at, 'service', n % 2 = 1, 'VN-DEMO-' || md5('message' || pair)::uuid, md5('request' || pair)::uuid::text,
    'VN-DEMO/GOV/H' || client || '/TINHSO', 'VN-DEMO/GOV/BTP/HOTICH/tra-cuu-' || service,
    CASE WHEN pair % 5 = 0 THEN '' ELSE 'VN' || person END,
    CASE WHEN pair % 2 = 0 THEN '' ELSE 'H01.' || pair / 6 END,
    CASE WHEN pair % 3 = 0 THEN NULL ELSE md5('agreement' || pair % {agreements})::uuid END, 3,
    'full', CASE WHEN n % 2 = 1 THEN 200 END, '',
    decode(repeat('47', 200), 'hex'), 1000, NULL, NULL, false, NULL, false, sha512((n / 16)::text::bytea),
    decode('01' || repeat('00', 65), 'hex')
FROM (SELECT n, n / 2 AS pair, hashint8(n / 2) & 1048575 AS dice,
    '{begins}'::timestamptz + make_interval(secs => (n - {first}) * {step}) AS at
    FROM generate_series({first}::bigint, {last}::bigint) AS n) AS numbered,
LATERAL (SELECT dice % {clients} AS client, (dice / 7) % {services} AS service,
    (dice / 3) % {people} AS person) AS drawn
"""
ATTACH = """
ALTER TABLE exchange_message ATTACH PARTITION exchange_message_{word} FOR VALUES FROM ('{low}') TO ('{high}')
"""
STAMPED = """
WITH stamp AS (INSERT INTO exchange_stamp (id, at, authority, token, chain_result, count)
    VALUES (gen_random_uuid(), '{begins}', 'TSA', '\\x00', '\\x00', 10000) RETURNING id)
INSERT INTO exchange_stamped (month, digest, stamp_id, chain)
SELECT '{begins}'::date, sha512(n::text::bytea), stamp.id, NULL
FROM stamp, generate_series({first}::bigint / 16, {last}::bigint / 16) AS n
"""


def lay(count: int) -> float:
    """The rows, month by month, indexes last; seconds it took."""
    began = time.perf_counter()
    share = count // MONTHS
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'")
        for number in range(MONTHS):
            month = date(FIRST.year, FIRST.month + number, 1)
            begins, ends = _bounds(month)
            facts = {
                "word": f"{month:%Y_%m}",
                "begins": begins,
                "low": least_id(begins),
                "high": least_id(ends),
                "first": number * share,
                "last": (number + 1) * share - 1,
                "step": (ends - begins).total_seconds() / share,
                "clients": CLIENTS,
                "services": SERVICES,
                "people": PEOPLE,
                "agreements": AGREEMENTS,
            }
            for statement in (TABLE, ROWS, ATTACH):
                cursor.execute(statement.format(**facts))
            cursor.execute("SELECT exchange_log_month(%s)", [month])
            cursor.execute(STAMPED.format(**facts))
            print(f"  {month:%m.%Y}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        cursor.execute("VACUUM (ANALYZE) exchange_message")
    return time.perf_counter() - began


def _bounds(month: date) -> tuple[datetime, datetime]:
    following = date(month.year, month.month + 1, 1)
    return (
        datetime(month.year, month.month, 1, tzinfo=UTC),
        datetime(following.year, following.month, 1, tzinfo=UTC),
    )


def kinds(sample: list[dict[str, object]]) -> dict[str, Callable[[], object]]:
    """What is asked; values are those of rows that are there."""

    def by(*names: str, deep: bool = False, days: int = 0) -> Callable[[], object]:
        def ask() -> object:
            row = random.choice(sample)  # noqa: S311 - chance, not a secret
            at = row["at"]
            assert isinstance(at, datetime)  # noqa: S101 - of the table
            assert isinstance(row["id"], UUID)  # noqa: S101 - of the table
            wanted = Wanted(
                **{name: row[name] for name in names},  # type: ignore[arg-type]  # fields of one name
                since=at - timedelta(days=days) if days else None,
                until=at + timedelta(days=days) if days else None,
            )
            return search.page(wanted, after=row["id"] if deep else None)

        return ask

    return {
        "message id": by("message_id"),
        "request id": by("request_id"),
        "client": by("client"),
        "client, deep": by("client", deep=True),
        "service": by("service"),
        "service, deep": by("service", deep=True),
        "client and service": by("client", "service"),
        "client and service, deep": by("client", "service", deep=True),
        "person": by("user_id"),
        "person and client": by("user_id", "client"),
        "issue": by("issue"),
        "agreement": by("agreement_id"),
        "client within two days": by("client", days=1),
        "newest": by(),
    }


def main() -> None:
    """Lay, search, print."""
    given = json.load(sys.stdin)
    seconds = lay(given["rows"])
    random.seed(1)
    names = ("id", "at", "message_id", "request_id", "client", "service", "user_id", "issue", "agreement_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)} FROM exchange_message TABLESAMPLE SYSTEM (0.1)"  # noqa: S608 - our names
            " WHERE user_id <> '' AND issue <> '' AND agreement_id IS NOT NULL LIMIT 5000"
        )
        sample = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    times: dict[str, list[float]] = {}
    for name, ask in kinds(sample).items():
        ask()
        times[name] = []
        for _ in range(ASKED):
            began = time.perf_counter()
            ask()
            times[name].append(time.perf_counter() - began)
    print(json.dumps({"times": times, "gb": size / 1e9, "seconds": seconds}))


if __name__ == "__main__":
    main()
