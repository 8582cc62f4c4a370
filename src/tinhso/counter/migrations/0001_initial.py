import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
        ("dossiers", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Office",
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
                ("slug", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("key", models.TextField()),
                ("priority_in_a_row", models.PositiveSmallIntegerField(null=True)),
                ("near", models.PositiveSmallIntegerField(null=True)),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Service",
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
                ("letter", models.CharField(max_length=1)),
                ("name", models.TextField()),
                ("minutes", models.PositiveSmallIntegerField(default=10)),
                ("open", models.BooleanField(default=True)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="counter.office",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Slip",
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
                ("year", models.PositiveSmallIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("state", models.TextField(default="blank")),
                ("printed_at", models.DateTimeField()),
                ("printed_by", models.TextField()),
                ("received_at", models.DateTimeField(null=True)),
                ("entered_at", models.DateTimeField(null=True)),
                ("entered_by", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("words", models.TextField(blank=True, default="")),
                (
                    "dossier",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="counter.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Window",
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
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.TextField(blank=True, default="")),
                ("officer", models.UUIDField(null=True)),
                ("officer_name", models.TextField(blank=True, default="")),
                ("since", models.DateTimeField(null=True)),
                ("open", models.BooleanField(default=True)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="windows",
                        to="counter.office",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ticket",
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
                ("day", models.DateField()),
                ("letter", models.CharField(max_length=1)),
                ("seq", models.PositiveIntegerField()),
                ("need", models.TextField(blank=True, default="")),
                ("state", models.TextField(default="waiting")),
                ("taken", models.TextField()),
                ("taken_at", models.DateTimeField()),
                ("stands_at", models.DateTimeField()),
                ("appointed_at", models.DateTimeField(null=True)),
                ("calls", models.PositiveSmallIntegerField(default=0)),
                ("called_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("token", models.TextField(unique=True)),
                ("sender", models.BinaryField(max_length=32, null=True)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="counter.office",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="counter.service",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="counter.window",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
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
                ("officer", models.UUIDField(null=True)),
                ("officer_name", models.TextField()),
                ("turn", models.TextField()),
                ("called_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(blank=True, default="")),
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="counter.ticket",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counter.window"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WindowService",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="counter.service"
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="counter.window"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
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
                ("day", models.DateField()),
                ("handed_at", models.DateTimeField()),
                ("handed_by", models.TextField()),
                ("receiver", models.TextField(blank=True, default="")),
                ("receiver_paper", models.TextField(blank=True, default="")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "day", "handed_at"], name="hand_over_of_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("receiver_paper", ""), models.Q(("receiver", ""), _negated=True), _connector="OR"
                        ),
                        name="hand_over_paper_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("handed_by", ""), _negated=True), name="hand_over_by_somebody"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")), name="queue_office_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="queue_office_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__regex", "^.{16,}$")), name="queue_office_key_is_long"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(fields=("office", "letter"), name="queue_service_letter_once"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("letter__regex", "^[A-Z]$")), name="queue_service_letter"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="queue_service_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 480)), name="queue_service_minutes"
            ),
        ),
        migrations.AddIndex(
            model_name="slip",
            index=models.Index(fields=["office", "-year", "-seq"], name="slip_of_office"),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.UniqueConstraint(fields=("office", "year", "seq"), name="slip_number_once"),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq__gte", 1)), name="slip_numbers_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dossier", None),
                        ("entered_at", None),
                        ("reason", ""),
                        ("received_at", None),
                        ("state", "blank"),
                    ),
                    models.Q(
                        ("dossier__isnull", False),
                        ("entered_at__isnull", False),
                        ("reason__in", ["power", "network", "system", "flood", "other"]),
                        ("received_at__isnull", False),
                        ("state", "used"),
                        models.Q(("entered_by", ""), _negated=True),
                    ),
                    models.Q(
                        ("dossier", None),
                        ("entered_at__isnull", False),
                        ("received_at", None),
                        ("state", "spoilt"),
                        models.Q(("words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="slip_state_matches",
            ),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_at", None),
                    models.Q(
                        ("received_at__gte", models.F("printed_at")),
                        ("entered_at__gte", models.F("received_at")),
                    ),
                    _connector="OR",
                ),
                name="slip_goes_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.UniqueConstraint(fields=("office", "number"), name="queue_window_number_once"),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 99)), name="queue_window_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.UniqueConstraint(
                condition=models.Q(("officer__isnull", False)),
                fields=("officer",),
                name="queue_officer_at_one_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("officer", None), ("officer_name", ""), ("since", None)),
                    models.Q(
                        ("officer__isnull", False),
                        ("since__isnull", False),
                        models.Q(("officer_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="queue_window_seat_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["office", "day", "stands_at", "id"], name="ticket_of_day"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["office", "day", "service", "stands_at"],
                name="ticket_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("sender__isnull", False)),
                fields=["sender", "taken_at"],
                name="ticket_of_sender",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                fields=("office", "day", "letter", "seq"), name="ticket_number_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq__gte", 1)), name="ticket_numbers_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "called", "serving", "held", "done", "no_show", "gone"])
                ),
                name="ticket_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("need__in", ["", "elderly", "disabled", "pregnant", "child"])),
                name="ticket_known_need",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__in", ["kiosk", "phone", "officer", "appointment"])),
                name="ticket_taken_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("called_at__isnull", False),
                        ("state__in", ["called", "serving"]),
                        ("window__isnull", False),
                    ),
                    models.Q(models.Q(("state__in", ["called", "serving"]), _negated=True), ("window", None)),
                    _connector="OR",
                ),
                name="ticket_at_a_window_when_called",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ["done", "no_show", "gone"])),
                    models.Q(
                        models.Q(("state__in", ["done", "no_show", "gone"]), _negated=True),
                        ("ended_at", None),
                    ),
                    _connector="OR",
                ),
                name="ticket_ended_when_final",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["called", "serving"])),
                fields=("window",),
                name="ticket_one_at_a_window",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["office", "-called_at"], name="call_of_office"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("outcome", "done")),
                fields=["service", "-ended_at"],
                name="call_done_of_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("ticket",), name="call_one_open_per_ticket"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("window",), name="call_one_open_per_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("outcome__in", ["done", "no_show", "held", "transferred"]),
                    ),
                    _connector="OR",
                ),
                name="call_ends_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("began_at", None), ("began_at__gte", models.F("called_at")), _connector="OR"),
                    models.Q(("ended_at", None), ("ended_at__gte", models.F("called_at")), _connector="OR"),
                ),
                name="call_goes_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("turn__in", ["first", "ordinary", "booked", "chosen"])),
                name="call_by_a_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="windowservice",
            constraint=models.UniqueConstraint(
                fields=("window", "service"), name="queue_window_service_once"
            ),
        ),
    ]
