import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids

TABLE = """
CREATE TABLE exchange_monitored (
    id uuid NOT NULL DEFAULT uuidv7() PRIMARY KEY,
    side text NOT NULL,
    request_in bigint NOT NULL,
    request_out bigint NULL,
    response_in bigint NULL,
    response_out bigint NOT NULL,
    client text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    service_code text COLLATE "C" NOT NULL,
    service_version text COLLATE "C" NOT NULL,
    service_type text NOT NULL,
    rest_method text NOT NULL,
    rest_path text NOT NULL,
    software text NOT NULL,
    protocol_version text NOT NULL,
    party_class text NOT NULL,
    party_code text NOT NULL,
    message_id text NOT NULL,
    request_id text NOT NULL,
    user_id text NOT NULL,
    issue text NOT NULL,
    client_address text NOT NULL,
    provider_address text NOT NULL,
    own_address text NOT NULL,
    request_size bigint NULL,
    request_mime_size bigint NULL,
    request_attachments integer NULL,
    response_size bigint NULL,
    response_mime_size bigint NULL,
    response_attachments integer NULL,
    succeeded boolean NOT NULL,
    status smallint NULL,
    fault_code text NOT NULL,
    fault_string text NOT NULL,
    CONSTRAINT monitored_known_side CHECK (side IN ('client', 'service')),
    CONSTRAINT monitored_ends_after_it_began CHECK (response_out >= request_in),
    CONSTRAINT monitored_fault_is_no_success CHECK (NOT succeeded OR fault_code = '')
) PARTITION BY RANGE (id);
CREATE FUNCTION exchange_monitored_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text := format('exchange_monitored_%s', to_char(day, 'YYYY_MM_DD'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('exchange_monitored_day'));
    IF to_regclass(part) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE exchange_monitored INCLUDING ALL)', part);
        EXECUTE format('ALTER TABLE exchange_monitored ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part,
                       exchange_log_bound(day::timestamp AT TIME ZONE 'UTC'),
                       exchange_log_bound((day + 1)::timestamp AT TIME ZONE 'UTC'));
    END IF;
END $$;
COMMENT ON FUNCTION exchange_monitored_day IS 'Makes the partition of that day (UTC); never waits for writers.';
"""
NO_TABLE = """
DROP FUNCTION exchange_monitored_day;
DROP TABLE exchange_monitored;
"""


class Migration(migrations.Migration):
    """Monitoring by the protocol, warnings of quotas, and reasons that an agreement asks for."""

    dependencies = [
        ("exchange", "0008_merged_accounts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, NO_TABLE)],
            state_operations=[
                migrations.CreateModel(
                    name="Monitored",
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
                        ("side", models.TextField()),
                        ("request_in", models.BigIntegerField()),
                        ("request_out", models.BigIntegerField(null=True)),
                        ("response_in", models.BigIntegerField(null=True)),
                        ("response_out", models.BigIntegerField()),
                        ("client", models.TextField(blank=True, db_collation="C", default="")),
                        ("provider", models.TextField(blank=True, db_collation="C", default="")),
                        ("service_code", models.TextField(blank=True, db_collation="C", default="")),
                        ("service_version", models.TextField(blank=True, db_collation="C", default="")),
                        ("service_type", models.TextField(blank=True, default="")),
                        ("rest_method", models.TextField(blank=True, default="")),
                        ("rest_path", models.TextField(blank=True, default="")),
                        ("software", models.TextField(blank=True, default="")),
                        ("protocol_version", models.TextField(blank=True, default="")),
                        ("party_class", models.TextField(blank=True, default="")),
                        ("party_code", models.TextField(blank=True, default="")),
                        ("message_id", models.TextField(blank=True, default="")),
                        ("request_id", models.TextField(blank=True, default="")),
                        ("user_id", models.TextField(blank=True, default="")),
                        ("issue", models.TextField(blank=True, default="")),
                        ("client_address", models.TextField(blank=True, default="")),
                        ("provider_address", models.TextField(blank=True, default="")),
                        ("own_address", models.TextField(blank=True, default="")),
                        ("request_size", models.BigIntegerField(null=True)),
                        ("request_mime_size", models.BigIntegerField(null=True)),
                        ("request_attachments", models.IntegerField(null=True)),
                        ("response_size", models.BigIntegerField(null=True)),
                        ("response_mime_size", models.BigIntegerField(null=True)),
                        ("response_attachments", models.IntegerField(null=True)),
                        ("succeeded", models.BooleanField()),
                        ("status", models.SmallIntegerField(null=True)),
                        ("fault_code", models.TextField(blank=True, default="")),
                        ("fault_string", models.TextField(blank=True, default="")),
                    ],
                ),
                migrations.AddConstraint(
                    model_name="monitored",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("side__in", ("client", "service"))), name="monitored_known_side"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitored",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("response_out__gte", models.F("request_in"))),
                        name="monitored_ends_after_it_began",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitored",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("succeeded", False), ("fault_code", ""), _connector="OR"),
                        name="monitored_fault_is_no_success",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonitoredHour",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hour",
                        "provider",
                        "service_code",
                        "service_version",
                        "side",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("side", models.TextField()),
                ("provider", models.TextField(db_collation="C")),
                ("service_code", models.TextField(db_collation="C")),
                ("service_version", models.TextField(db_collation="C")),
                ("service_type", models.TextField()),
                ("requests", models.BigIntegerField()),
                ("failures", models.BigIntegerField()),
                ("p50", models.BigIntegerField()),
                ("p95", models.BigIntegerField()),
                ("request_bytes", models.BigIntegerField()),
                ("response_bytes", models.BigIntegerField()),
                ("succeeded_at", models.BigIntegerField(null=True)),
                ("failed_at", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MonitoringLost",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="QuotaWarning",
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
                ("limit", models.TextField()),
                ("day", models.DateField()),
                ("taken", models.PositiveIntegerField()),
                ("most", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="terms",
            name="reason_codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason_codes__len__lte", 50)), name="terms_few_reason_codes"
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoredhour",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ("client", "service"))), name="monitored_hour_known_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoredhour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("failures__gte", 0), ("failures__lte", models.F("requests")), ("requests__gte", 1)
                ),
                name="monitored_hour_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoredhour",
            constraint=models.CheckConstraint(
                condition=models.Q(("p95__gte", models.F("p50"))), name="monitored_hour_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringlost",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 1)), name="monitoring_lost_something"
            ),
        ),
        migrations.AddField(
            model_name="quotawarning",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quota_warnings",
                to="exchange.agreement",
            ),
        ),
        migrations.AddIndex(
            model_name="quotawarning",
            index=models.Index(
                condition=models.Q(("told_at", None)), fields=["at"], name="quota_warning_untold"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotawarning",
            constraint=models.UniqueConstraint(
                fields=("agreement", "limit", "day"), name="quota_warned_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotawarning",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit__in", ["minute", "day"])), name="quota_warning_of_a_known_limit"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotawarning",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__gte", 1), ("taken__lte", models.F("most"))),
                name="quota_warning_within_the_limit",
            ),
        ),
    ]
