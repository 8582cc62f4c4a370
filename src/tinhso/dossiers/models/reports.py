"""What people say is wrong in facts taken over from elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class FactReport(models.Model):
    """A person's word that a prefilled answer is wrong at its source, for the office that will use it.

    `sealed` holds what was shown and what is right, under the person's own key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    path = models.TextField()
    label = models.TextField()
    origin = models.TextField()
    sealed = models.BinaryField()
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "procedure_version", "path"],
                condition=Q(settled_at=None),
                name="fact_report_one_open",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, answer="")
                | (Q(settled_at__gte=F("reported_at")) & ~Q(answer="") & ~Q(settled_by="")),
                name="fact_report_settled_with_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["person_id"], name="fact_report_of_person")]

    def __str__(self) -> str:
        return self.label
