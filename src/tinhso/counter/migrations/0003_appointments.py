"""Appointments: patterns, bookings, phones that are being checked."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tinhso.counter.models.appointments
import tinhso.foundation.ids

KEPT = """
CREATE FUNCTION counter_booking_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE o counter_opening; home uuid;
BEGIN
    SELECT * INTO o FROM counter_opening WHERE id = NEW.opening_id;
    SELECT office_id INTO home FROM counter_service WHERE id = NEW.service_id;
    IF o.service_id IS DISTINCT FROM NEW.service_id OR home IS DISTINCT FROM NEW.office_id
       OR NEW.seat < 1 OR NEW.seat > o.at_once
       OR NEW.ends_at - NEW.starts_at IS DISTINCT FROM make_interval(mins => o.minutes) THEN
        RAISE EXCEPTION 'booking_fits_its_opening: seat % of %', NEW.seat, o.at_once
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_fits_its_opening';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_fits BEFORE INSERT OR UPDATE ON counter_booking
    FOR EACH ROW EXECUTE FUNCTION counter_booking_fits();
CREATE FUNCTION counter_opening_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'effective_to' IS DISTINCT FROM to_jsonb(OLD) - 'effective_to' THEN
        RAISE EXCEPTION 'opening_stays: another one takes its place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opening_stays BEFORE UPDATE ON counter_opening
    FOR EACH ROW EXECUTE FUNCTION counter_opening_stays();
"""
LOOSE = """
DROP TRIGGER opening_stays ON counter_opening;
DROP FUNCTION counter_opening_stays();
DROP TRIGGER booking_fits ON counter_booking;
DROP FUNCTION counter_booking_fits();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0002_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="sectors",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Opening",
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
                ("week", models.JSONField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("at_once", models.PositiveSmallIntegerField()),
                ("ahead_days", models.PositiveSmallIntegerField()),
                ("cancel_minutes", models.PositiveIntegerField()),
                ("effective_from", models.DateField()),
                ("effective_to", models.DateField(null=True)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="counter.service",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Booking",
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
                ("code", models.CharField(max_length=8, unique=True)),
                ("token", models.TextField(unique=True)),
                ("seat", models.PositiveSmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("state", models.TextField(default="booked")),
                ("person", models.UUIDField(null=True)),
                ("phone", models.BinaryField(max_length=32, null=True)),
                ("contact", models.BinaryField(null=True)),
                ("language", models.TextField(blank=True, default="")),
                ("booked_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counter.office"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counter.service"
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booking",
                        to="counter.ticket",
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counter.opening"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PhoneCheck",
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
                ("token", models.TextField(unique=True)),
                ("booking", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("phone", models.BinaryField(max_length=32)),
                ("sender", models.BinaryField(max_length=32)),
                ("contact", models.BinaryField()),
                ("language", models.TextField(blank=True, default="")),
                ("code", models.BinaryField(max_length=32)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="counter.service"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("service", "="),
                    (
                        tinhso.counter.models.appointments._Days(
                            models.F("effective_from"), models.F("effective_to")
                        ),
                        "&&",
                    ),
                ],
                name="opening_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_to", None), ("effective_to__gte", models.F("effective_from")), _connector="OR"
                ),
                name="opening_goes_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 5), ("minutes__lte", 240)),
                name="opening_sensible_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(("at_once__gte", 1), ("at_once__lte", 50)),
                name="opening_room_for_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(("ahead_days__gte", 1), ("ahead_days__lte", 180)),
                name="opening_sensible_ahead",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["office", "starts_at"], name="booking_of_office"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["service", "starts_at"], name="booking_of_service"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state__in", ["booked", "displaced"])),
                fields=["state", "starts_at"],
                name="booking_open",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["phone", "booked_at"], name="booking_of_phone"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["person", "-starts_at"], name="booking_of_person"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["ended_at"],
                name="booking_with_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state__in", ["booked", "arrived"])),
                expressions=[
                    ("service", "="),
                    ("seat", "="),
                    (
                        tinhso.counter.models.appointments._Span(models.F("starts_at"), models.F("ends_at")),
                        "&&",
                    ),
                ],
                name="booking_seat_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phone__isnull", False), ("state__in", ["booked", "displaced"])),
                fields=("service", "phone"),
                name="booking_one_open_per_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False), ("state__in", ["booked", "displaced"])),
                fields=("service", "person"),
                name="booking_one_open_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9]{8}$")), name="booking_code_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["booked", "displaced", "arrived", "absent", "cancelled"])),
                name="booking_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False), ("phone__isnull", False), ("contact", None), _connector="OR"
                ),
                name="booking_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state__in", ["booked", "displaced"])),
                    models.Q(
                        models.Q(("state__in", ["booked", "displaced"]), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="booking_ended_when_final",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "arrived"), ("ticket__isnull", False)),
                    models.Q(models.Q(("state", "arrived"), _negated=True), ("ticket", None)),
                    _connector="OR",
                ),
                name="booking_arrived_with_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "displaced"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="booking_displaced_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="phonecheck",
            index=models.Index(fields=["phone", "sent_at"], name="phone_check_of_phone"),
        ),
        migrations.AddIndex(
            model_name="phonecheck",
            index=models.Index(fields=["sender", "sent_at"], name="phone_check_of_sender"),
        ),
        migrations.AddIndex(
            model_name="phonecheck",
            index=models.Index(fields=["sent_at"], name="phone_check_sent"),
        ),
        migrations.AddConstraint(
            model_name="phonecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at", None), ("confirmed_at__isnull", False), _connector="OR"),
                name="phone_check_used_once_confirmed",
            ),
        ),
        migrations.RunSQL(KEPT, LOOSE),
    ]
