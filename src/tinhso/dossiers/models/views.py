"""Lists as officers like them: views kept under a name, the keys that open them, columns and split."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id


class SavedView(models.Model):
    """A list kept under a name: its address and columns. Of one officer, or of their whole unit.

    `query` is the address as `Came.query` writes it; `columns` empty for the usual ones.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField()
    officer = models.UUIDField()
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    query = models.TextField()
    columns = ArrayField(models.TextField(), default=list)
    kept_at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"^\S.{0,59}$"), name="saved_view_named"),
            models.CheckConstraint(condition=Q(query__startswith="xem="), name="saved_view_of_a_list"),
            models.UniqueConstraint(
                fields=["officer", "name"], condition=Q(unit=None), name="saved_view_once_per_officer"
            ),
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(unit__isnull=False), name="saved_view_once_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ViewKey(models.Model):
    """The digit by which an officer opens a saved view, their own or their unit's."""

    officer = models.UUIDField()
    key = models.PositiveSmallIntegerField()
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(key__gte=1, key__lte=9), name="view_key_is_a_digit"),
            models.UniqueConstraint(fields=["officer", "key"], name="view_key_once"),
            models.UniqueConstraint(fields=["officer", "view"], name="view_has_one_key"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class ListHabit(models.Model):
    """How an officer likes one list (`place`: a view's word or a saved view's id), or all of them (empty).

    Columns are kept per list, whether the list is split once for all.
    """

    officer = models.UUIDField()
    place = models.TextField(default="", blank=True)
    columns = ArrayField(models.TextField(), default=list)
    split = models.BooleanField(default=False)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["officer", "place"], name="list_habit_once"),
            models.CheckConstraint(
                condition=Q(place="", columns=[]) | (~Q(place="") & ~Q(columns=[]) & Q(split=False)),
                name="list_habit_of_one_list_or_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {', '.join(self.columns)}"
