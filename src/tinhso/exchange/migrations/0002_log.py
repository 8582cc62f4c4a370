"""The message log with its signatures and stamps, by month; the archives; how the stamper fares."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import tinhso.exchange.contracts
import tinhso.foundation.ids

MESSAGE = """
CREATE TABLE exchange_message (
    id uuid NOT NULL PRIMARY KEY,
    at timestamp with time zone NOT NULL,
    side text NOT NULL,
    response boolean NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    client text COLLATE "C" NOT NULL,
    service text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    issue text COLLATE "C" NOT NULL,
    agreement_id uuid NULL,
    agreement_revision integer NULL CHECK (agreement_revision >= 0),
    mode text NOT NULL,
    status smallint NULL CHECK (status >= 0),
    fault_code text NOT NULL,
    head bytea NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    body bytea NULL,
    body_digest bytea NULL,
    in_spool boolean NOT NULL,
    more jsonb NULL,
    truncated boolean NOT NULL,
    signature bytea NULL,
    chain bytea NULL,
    CONSTRAINT message_known_side CHECK (side IN ('client', 'service')),
    CONSTRAINT message_known_mode CHECK (mode IN ('full', 'masked', 'metadata')),
    CONSTRAINT message_body_in_one_place CHECK (body IS NULL OR NOT in_spool),
    CONSTRAINT message_body_found_by_its_digest CHECK (NOT in_spool OR body_digest IS NOT NULL),
    CONSTRAINT message_metadata_has_no_body
        CHECK (mode = 'full' OR mode = 'masked' OR (body IS NULL AND NOT in_spool)),
    CONSTRAINT message_chain_of_a_signature CHECK (chain IS NULL OR signature IS NOT NULL)
) PARTITION BY RANGE (id);
ALTER TABLE exchange_message ALTER body SET STORAGE EXTERNAL, ALTER body_digest SET STORAGE PLAIN,
    ALTER signature SET STORAGE PLAIN;
CREATE INDEX message_by_message_id ON exchange_message (message_id, id);
CREATE INDEX message_by_request_id ON exchange_message (request_id, id);
CREATE INDEX message_by_client ON exchange_message (client, id);
CREATE INDEX message_by_service ON exchange_message (service, id);
CREATE INDEX message_by_both ON exchange_message (client, service, id);
CREATE INDEX message_by_user ON exchange_message (user_id, id) WHERE NOT (user_id = '');
CREATE INDEX message_by_issue ON exchange_message (issue, id) WHERE NOT (issue = '');
CREATE INDEX message_by_agreement ON exchange_message (agreement_id, id) WHERE agreement_id IS NOT NULL;
"""
SIGNATURE = """
CREATE TABLE exchange_signature (
    month date NOT NULL,
    digest bytea NOT NULL,
    xml bytea NOT NULL,
    chain_result bytea NULL,
    kept_at timestamp with time zone NOT NULL,
    CONSTRAINT signature_by_sha512 CHECK (length(digest) = 64),
    PRIMARY KEY (month, digest)
) PARTITION BY LIST (month);
"""
STAMPED = """
CREATE TABLE exchange_stamped (
    month date NOT NULL,
    digest bytea NOT NULL,
    stamp_id uuid NOT NULL
        CONSTRAINT exchange_stamped_stamp REFERENCES exchange_stamp (id) DEFERRABLE INITIALLY DEFERRED,
    chain bytea NULL,
    PRIMARY KEY (month, digest)
) PARTITION BY LIST (month);
"""
MONTHS = """
CREATE FUNCTION exchange_log_bound(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
COMMENT ON FUNCTION exchange_log_bound IS 'The least UUIDv7 of that millisecond.';
CREATE FUNCTION exchange_log_month(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', day)::date;
    word text := to_char(day, 'YYYY_MM');
    low uuid := exchange_log_bound(first::timestamp AT TIME ZONE 'UTC');
    high uuid := exchange_log_bound((first + interval '1 month') AT TIME ZONE 'UTC');
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('exchange_log_month'));
    FOREACH part IN ARRAY ARRAY['message', 'signature', 'stamped'] LOOP
        IF to_regclass(format('exchange_%s_%s', part, word)) IS NULL THEN
            EXECUTE format('CREATE TABLE exchange_%1$s_%2$s (LIKE exchange_%1$s INCLUDING ALL)', part, word);
            IF part = 'message' THEN
                EXECUTE format('ALTER TABLE exchange_%1$s_%2$s SET (toast_tuple_target = 8160)', part, word);
                EXECUTE format('ALTER TABLE exchange_%1$s ATTACH PARTITION exchange_%1$s_%2$s'
                               ' FOR VALUES FROM (%3$L) TO (%4$L)', part, word, low, high);
            ELSE
                EXECUTE format('ALTER TABLE exchange_%1$s ATTACH PARTITION exchange_%1$s_%2$s'
                               ' FOR VALUES IN (%3$L)', part, word, first);
            END IF;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION exchange_log_month IS 'Makes the partitions of the month of that day; never waits for writers.';
"""
NO_MONTHS = """
DROP FUNCTION exchange_log_month;
DROP FUNCTION exchange_log_bound;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Unstamped",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("digest", models.BinaryField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ArchiveGroup",
            fields=[
                ("name", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("digest", models.TextField(blank=True, default="")),
                ("file", models.TextField(blank=True, default="")),
                ("upto", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), ("file", ""), ("upto", None)),
                            models.Q(
                                models.Q(("digest", ""), _negated=True),
                                models.Q(("file", ""), _negated=True),
                                ("upto__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="archive_group_begun_or_not",
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MESSAGE, "DROP TABLE exchange_message")],
            state_operations=[
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=tinhso.foundation.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("side", models.TextField()),
                        ("response", models.BooleanField()),
                        ("message_id", models.TextField(db_collation="C")),
                        ("request_id", models.TextField(db_collation="C")),
                        ("client", models.TextField(db_collation="C")),
                        ("service", models.TextField(db_collation="C")),
                        ("user_id", models.TextField(blank=True, db_collation="C", default="")),
                        ("issue", models.TextField(blank=True, db_collation="C", default="")),
                        ("agreement_id", models.UUIDField(null=True)),
                        ("agreement_revision", models.PositiveIntegerField(null=True)),
                        ("mode", models.TextField()),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("fault_code", models.TextField(blank=True, default="")),
                        ("head", models.BinaryField()),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("body", models.BinaryField(null=True)),
                        ("body_digest", models.BinaryField(null=True)),
                        ("in_spool", models.BooleanField(default=False)),
                        ("more", models.JSONField(null=True)),
                        ("truncated", models.BooleanField(default=False)),
                        ("signature", models.BinaryField(null=True)),
                        ("chain", models.BinaryField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["message_id", "id"], name="message_by_message_id"),
                            models.Index(fields=["request_id", "id"], name="message_by_request_id"),
                            models.Index(fields=["client", "id"], name="message_by_client"),
                            models.Index(fields=["service", "id"], name="message_by_service"),
                            models.Index(fields=["client", "service", "id"], name="message_by_both"),
                            models.Index(
                                condition=models.Q(("user_id", ""), _negated=True),
                                fields=["user_id", "id"],
                                name="message_by_user",
                            ),
                            models.Index(
                                condition=models.Q(("issue", ""), _negated=True),
                                fields=["issue", "id"],
                                name="message_by_issue",
                            ),
                            models.Index(
                                condition=models.Q(("agreement_id__isnull", False)),
                                fields=["agreement_id", "id"],
                                name="message_by_agreement",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("side__in", ("client", "service"))),
                                name="message_known_side",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mode__in", ["full", "masked", "metadata"])),
                                name="message_known_mode",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("body", None), ("in_spool", False), _connector="OR"),
                                name="message_body_in_one_place",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("in_spool", False), ("body_digest__isnull", False), _connector="OR"
                                ),
                                name="message_body_found_by_its_digest",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("mode", tinhso.exchange.contracts.BodyLog["FULL"]),
                                    ("mode", tinhso.exchange.contracts.BodyLog["MASKED"]),
                                    models.Q(("body", None), ("in_spool", False)),
                                    _connector="OR",
                                ),
                                name="message_metadata_has_no_body",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("chain", None), ("signature__isnull", False), _connector="OR"
                                ),
                                name="message_chain_of_a_signature",
                            ),
                        ],
                    },
                )
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SIGNATURE, "DROP TABLE exchange_signature")],
            state_operations=[
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "month",
                                "digest",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("month", models.DateField()),
                        ("digest", models.BinaryField()),
                        ("xml", models.BinaryField()),
                        ("chain_result", models.BinaryField(null=True)),
                        ("kept_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=django.db.models.lookups.Exact(
                                    django.db.models.functions.text.Length("digest"), 64
                                ),
                                name="signature_by_sha512",
                            )
                        ],
                    },
                )
            ],
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("authority", models.TextField()),
                ("token", models.BinaryField()),
                ("chain_result", models.BinaryField(null=True)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="stamp_of_something"),
                    models.CheckConstraint(
                        condition=models.Q(("count", 1), ("chain_result__isnull", False), _connector="OR"),
                        name="stamp_of_many_by_a_tree",
                    ),
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(STAMPED, "DROP TABLE exchange_stamped")],
            state_operations=[
                migrations.CreateModel(
                    name="Stamped",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "month",
                                "digest",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("month", models.DateField()),
                        ("digest", models.BinaryField()),
                        ("chain", models.BinaryField(null=True)),
                        (
                            "stamp",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="exchange.stamp",
                            ),
                        ),
                    ],
                )
            ],
        ),
        migrations.CreateModel(
            name="Stamping",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField(null=True)),
                ("stamped_at", models.DateTimeField(null=True)),
                ("authority", models.TextField(blank=True, default="")),
                ("failing_since", models.DateTimeField(null=True)),
                ("refuses_after", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="stamping_is_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refuses_after", None),
                            models.Q(
                                ("failing_since__isnull", False),
                                ("refuses_after__gte", models.F("failing_since")),
                            ),
                            _connector="OR",
                        ),
                        name="stamping_refuses_after_it_failed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchiveFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.TextField()),
                ("previous", models.TextField(blank=True, default="")),
                ("digest", models.TextField()),
                ("first_id", models.UUIDField()),
                ("last_id", models.UUIDField()),
                ("count", models.PositiveIntegerField()),
                ("size", models.PositiveBigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="exchange.archivegroup",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="archive_file_once"),
                    models.UniqueConstraint(fields=("group", "previous"), name="archive_file_follows_one"),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1)), name="archive_file_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_id__gte", models.F("first_id"))),
                        name="archive_file_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{128}$")),
                        name="archive_file_by_sha512",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MONTHS, NO_MONTHS),
    ]
