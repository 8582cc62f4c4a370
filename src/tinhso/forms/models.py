"""Published versions of forms. A row never changes: a trigger forbids it."""

from __future__ import annotations

from django.db import models

from tinhso.foundation.ids import new_id


class FormVersion(models.Model):
    """One published version of the form `code`.

    `digest` is the SHA-256 of the canonical definition; `schema` the JSON Schema of its answers.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.TextField()
    number = models.PositiveIntegerField()
    title = models.TextField()
    definition = models.JSONField()
    schema = models.JSONField()
    digest = models.BinaryField(max_length=32)
    published_at = models.DateTimeField()
    published_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="form_version_numbered_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="form_version_from_one"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[a-z0-9][a-z0-9.-]*$"), name="form_code_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"
