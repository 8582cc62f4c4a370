"""The book of certification (sổ chứng thực)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id


class BookEntry(models.Model):
    """One line: never taken out, struck with a reason when its copy is never sealed.

    The database keeps each office's year without a gap from its first line on, and refuses a copy that ends
    while the number of an unsealed one still stands.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    copy = models.OneToOneField("certification.CertifiedCopy", on_delete=models.PROTECT, related_name="entry")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    scope = models.TextField()
    period = models.TextField()
    seq = models.BigIntegerField()
    text = models.TextField()
    book = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.TextField()
    struck_at = models.DateTimeField(null=True)
    struck_because = models.TextField(default="", blank=True)

    class Meta:
        app_label = "certification"
        constraints = [
            models.UniqueConstraint(fields=["scope", "period", "seq"], name="book_entry_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(book=""), name="book_entry_is_written"),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_because="")
                | (Q(struck_at__isnull=False) & ~Q(struck_because="")),
                name="book_entry_struck_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["agency", "period", "-seq"], name="book_entry_of_agency")]

    def __str__(self) -> str:
        return f"{self.text} {self.book}"
