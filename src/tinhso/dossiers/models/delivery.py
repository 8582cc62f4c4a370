"""Results sent by public post: what was chosen, and papers that came in by post."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Delivery(models.Model):
    """The choice to receive a result by public post (trả kết quả qua bưu chính công ích, QĐ 45/2016/QĐ-TTg).

    `sealed` holds receiver, phone and address under the key that seals the dossier's contact. `fee` is what
    was told, in whole đồng, collected when the parcel is handed over. `number` is the parcel's tracking
    number while one is ordered; `sent_at` is set while a parcel is being made ready or is on its way: until
    then the choice may be changed.
    """

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="delivery"
    )
    sealed = models.BinaryField()
    originals = models.BooleanField(default=False)
    fee = models.PositiveIntegerField()
    chosen_at = models.DateTimeField()
    chosen_by = models.TextField()
    number = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(chosen_by=""), name="delivery_chosen_by_somebody"),
            models.CheckConstraint(
                condition=Q(number="") | Q(sent_at__isnull=False), name="delivery_number_of_a_parcel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.number}"


class PostArrival(models.Model):
    """The number of the parcel in which a dossier's papers came by post; one parcel may bring several."""

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="arrived_by_post"
    )
    number = models.TextField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[A-Z0-9]{6,30}$"), name="post_arrival_number")
        ]
        indexes = [models.Index(fields=["number"], name="post_arrival_by_number")]

    def __str__(self) -> str:
        return self.number
