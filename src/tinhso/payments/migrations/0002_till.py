import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids

# What a cashier undoes is owed again: `bill_is_true` still holds a settled bill to the ledger.
SETTLED_MAY_OPEN = """
CREATE OR REPLACE FUNCTION payments_bill_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.state <> 'open' AND (NEW.state, NEW.ended_at) IS DISTINCT FROM (OLD.state, OLD.ended_at)
           AND NOT (OLD.state = 'settled' AND NEW.state = 'open'))
       OR (NEW.id, NEW.number, NEW.reference, NEW.token, NEW.about_kind, NEW.about_id, NEW.agency_id, NEW.unit_id, NEW.total, NEW.service,
           NEW.issued_at, NEW.issued_by)
          IS DISTINCT FROM
          (OLD.id, OLD.number, OLD.reference, OLD.token, OLD.about_kind, OLD.about_id, OLD.agency_id, OLD.unit_id, OLD.total, OLD.service,
           OLD.issued_at, OLD.issued_by) THEN
        RAISE EXCEPTION 'bill % stays as it was issued', OLD.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bill_stays';
    END IF;
    RETURN NEW;
END $$;
"""
SETTLED_STAYS = """
CREATE OR REPLACE FUNCTION payments_bill_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.state <> 'open' AND (NEW.state, NEW.ended_at) IS DISTINCT FROM (OLD.state, OLD.ended_at))
       OR (NEW.id, NEW.number, NEW.reference, NEW.token, NEW.about_kind, NEW.about_id, NEW.agency_id, NEW.unit_id, NEW.total,
           NEW.issued_at, NEW.issued_by)
          IS DISTINCT FROM
          (OLD.id, OLD.number, OLD.reference, OLD.token, OLD.about_kind, OLD.about_id, OLD.agency_id, OLD.unit_id, OLD.total,
           OLD.issued_at, OLD.issued_by) THEN
        RAISE EXCEPTION 'bill % stays as it was issued', OLD.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bill_stays';
    END IF;
    RETURN NEW;
END $$;
"""

TILL_STAYS = """
CREATE FUNCTION payments_drawer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
       OR (NEW.id, NEW.agency_id, NEW.unit_id, NEW.till, NEW.cashier_id, NEW.cashier, NEW.came_from_id, NEW.opened_at,
           NEW.float_in, NEW.carried)
          IS DISTINCT FROM
          (OLD.id, OLD.agency_id, OLD.unit_id, OLD.till, OLD.cashier_id, OLD.cashier, OLD.came_from_id, OLD.opened_at,
           OLD.float_in, OLD.carried)
       OR (OLD.counted_at IS NOT NULL AND
           (NEW.counted_at, NEW.expected, NEW.counted, NEW.notes, NEW.explanation)
           IS DISTINCT FROM (OLD.counted_at, OLD.expected, OLD.counted, OLD.notes, OLD.explanation)) THEN
        RAISE EXCEPTION 'the session % stays as it was', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drawer_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drawer_stays BEFORE UPDATE OR DELETE ON payments_drawer
    FOR EACH ROW EXECUTE FUNCTION payments_drawer_stays();
CREATE FUNCTION payments_taking_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.undone_at IS NOT NULL
       OR (NEW.id, NEW.drawer_id, NEW.unit_id, NEW.number, NEW.bill_id, NEW.money_id, NEW.channel, NEW.amount, NEW.given,
           NEW.approval, NEW.taken_on, NEW.taken_at)
          IS DISTINCT FROM
          (OLD.id, OLD.drawer_id, OLD.unit_id, OLD.number, OLD.bill_id, OLD.money_id, OLD.channel, OLD.amount, OLD.given,
           OLD.approval, OLD.taken_on, OLD.taken_at))) THEN
        RAISE EXCEPTION 'the taking % stays as it was', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taking_stays';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM payments_drawer WHERE id = NEW.drawer_id AND counted_at IS NULL
                   AND unit_id = NEW.unit_id) THEN
        RAISE EXCEPTION 'the session % is counted', NEW.drawer_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taking_in_an_open_drawer';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER taking_stays BEFORE INSERT OR UPDATE OR DELETE ON payments_taking
    FOR EACH ROW EXECUTE FUNCTION payments_taking_stays();
"""
TILL_CHANGES = """
DROP TRIGGER taking_stays ON payments_taking;
DROP FUNCTION payments_taking_stays();
DROP TRIGGER drawer_stays ON payments_drawer;
DROP FUNCTION payments_drawer_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_unit_successors"),
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Drawer",
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
                ("till", models.TextField()),
                ("cashier_id", models.UUIDField()),
                ("cashier", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("float_in", models.BigIntegerField()),
                ("carried", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
                ("expected", models.BigIntegerField(null=True)),
                ("counted", models.BigIntegerField(null=True)),
                ("notes", models.JSONField(blank=True, default=dict)),
                ("explanation", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended", models.TextField(blank=True, default="")),
                ("receiver_id", models.UUIDField(null=True)),
                ("receiver", models.TextField(blank=True, default="")),
                ("deposited", models.BigIntegerField(default=0)),
                ("slip", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("open_until", models.DateTimeField(null=True)),
                ("alarmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Taking",
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
                ("number", models.PositiveIntegerField()),
                ("channel", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("given", models.BigIntegerField()),
                ("approval", models.TextField(blank=True, default="")),
                ("taken_on", models.DateField()),
                ("taken_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.TextField(blank=True, default="")),
                ("undone_why", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.AddField(
            model_name="bill",
            name="service",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["agency"], name="bill_open_of_agency"
            ),
        ),
        migrations.AddField(
            model_name="drawer",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.agency"
            ),
        ),
        migrations.AddField(
            model_name="drawer",
            name="came_from",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="went_to",
                to="payments.drawer",
            ),
        ),
        migrations.AddField(
            model_name="drawer",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
            ),
        ),
        migrations.AddField(
            model_name="taking",
            name="bill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="takings", to="payments.bill"
            ),
        ),
        migrations.AddField(
            model_name="taking",
            name="drawer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="takings",
                to="payments.drawer",
            ),
        ),
        migrations.AddField(
            model_name="taking",
            name="money",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="taking", to="payments.money"
            ),
        ),
        migrations.AddField(
            model_name="taking",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="drawer",
            index=models.Index(fields=["cashier_id", "-opened_at"], name="drawer_of_cashier"),
        ),
        migrations.AddIndex(
            model_name="drawer",
            index=models.Index(
                condition=models.Q(("counted_at__isnull", False), ("ended_at", None)),
                fields=["agency", "counted_at"],
                name="drawer_waits_for_receiver",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("counted_at", None)),
                fields=("cashier_id",),
                name="drawer_one_open_of_a_cashier",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("counted_at", None)),
                fields=("unit", "till"),
                name="drawer_one_open_at_a_till",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("till", ""), _negated=True), models.Q(("cashier", ""), _negated=True)
                ),
                name="drawer_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(("carried__lte", models.F("float_in")), ("float_in__gte", 0)),
                name="drawer_float_sums",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("counted", None), ("counted_at", None), ("expected", None), ("explanation", "")
                    ),
                    models.Q(
                        ("counted__gte", 0),
                        ("counted__isnull", False),
                        ("counted_at__gte", models.F("opened_at")),
                        ("counted_at__isnull", False),
                        ("expected__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="drawer_count_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted", None),
                    ("counted", models.F("expected")),
                    models.Q(("explanation", ""), _negated=True),
                    _connector="OR",
                ),
                name="drawer_difference_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("deposited", 0),
                        ("ended", ""),
                        ("ended_at", None),
                        ("receiver", ""),
                        ("receiver_id", None),
                        ("slip", ""),
                    ),
                    models.Q(
                        ("ended__in", ["handed", "deposited"]),
                        ("counted_at__isnull", False),
                        ("ended_at__gte", models.F("counted_at")),
                        ("receiver_id__isnull", False),
                        models.Q(("receiver", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="drawer_end_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receiver_id", None),
                    models.Q(("receiver_id", models.F("cashier_id")), _negated=True),
                    _connector="OR",
                ),
                name="drawer_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deposited", 0), ("slip", "")),
                    models.Q(
                        ("deposited__gt", 0), ("ended", "deposited"), models.Q(("slip", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="drawer_deposit_with_slip",
            ),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.UniqueConstraint(fields=("drawer", "number"), name="taking_number_once"),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("approval", ""), _negated=True), ("undone_at", None)),
                fields=("unit", "taken_on", "approval"),
                name="taking_approval_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("number__gt", 0)), name="taking_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approval", ""), ("channel", "cash"), ("given__gte", models.F("amount"))),
                    models.Q(
                        ("approval__regex", "^[0-9A-Z]{4,12}$"),
                        ("channel", "card"),
                        ("given", models.F("amount")),
                    ),
                    _connector="OR",
                ),
                name="taking_by_cash_or_card",
            ),
        ),
        migrations.AddConstraint(
            model_name="taking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", ""), ("undone_why", "")),
                    models.Q(
                        ("undone_at__gte", models.F("taken_at")),
                        models.Q(("undone_by", ""), _negated=True),
                        models.Q(("undone_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="taking_undone_with_reason",
            ),
        ),
        migrations.RunSQL(SETTLED_MAY_OPEN, SETTLED_STAYS),
        migrations.RunSQL(TILL_STAYS, TILL_CHANGES),
    ]
