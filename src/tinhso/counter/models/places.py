"""Offices with a queue, their services and windows: data of each office."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id


class Office(models.Model):
    """A one-stop unit with a queue. `slug` is its public address, `key` opens its machines.

    The two numbers overrule the province's values of the same meaning when they are given.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.OneToOneField("directory.Unit", on_delete=models.PROTECT, related_name="+")
    slug = models.TextField(unique=True)
    name = models.TextField()
    key = models.TextField()
    priority_in_a_row = models.PositiveSmallIntegerField(null=True)
    near = models.PositiveSmallIntegerField(null=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="queue_office_slug"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="queue_office_named"),
            models.CheckConstraint(condition=Q(key__regex=r"^.{16,}$"), name="queue_office_key_is_long"),
        ]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """One thing people come for. Its letter begins its numbers; `minutes` is the first guess of its pace.

    `sectors` are the fields of procedures (their slugs) it covers: the way here from a procedure's page.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="services")
    letter = models.CharField(max_length=1)
    name = models.TextField()
    minutes = models.PositiveSmallIntegerField(default=10)
    sectors = ArrayField(models.TextField(), default=list, blank=True)
    open = models.BooleanField(default=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.UniqueConstraint(fields=["office", "letter"], name="queue_service_letter_once"),
            models.CheckConstraint(condition=Q(letter__regex=r"^[A-Z]$"), name="queue_service_letter"),
            models.CheckConstraint(condition=~Q(name=""), name="queue_service_named"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1) & Q(minutes__lte=480), name="queue_service_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"


class Window(models.Model):
    """One window. `officer` sits there now; nobody sits at two."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="windows")
    number = models.PositiveSmallIntegerField()
    name = models.TextField(default="", blank=True)
    officer = models.UUIDField(null=True)
    officer_name = models.TextField(default="", blank=True)
    since = models.DateTimeField(null=True)
    open = models.BooleanField(default=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="queue_window_number_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(number__lte=99), name="queue_window_number"
            ),
            models.UniqueConstraint(
                fields=["officer"], condition=Q(officer__isnull=False), name="queue_officer_at_one_window"
            ),
            models.CheckConstraint(
                condition=Q(officer=None, since=None, officer_name="")
                | (Q(officer__isnull=False, since__isnull=False) & ~Q(officer_name="")),
                name="queue_window_seat_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.number}"


class WindowService(models.Model):
    """What is done at a window."""

    window = models.ForeignKey(Window, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")

    class Meta:
        app_label = "counter"
        constraints = [
            models.UniqueConstraint(fields=["window", "service"], name="queue_window_service_once")
        ]

    def __str__(self) -> str:
        return f"{self.window_id} {self.service_id}"
