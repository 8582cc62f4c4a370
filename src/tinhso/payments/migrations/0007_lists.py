from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_receipts")]

    operations = [
        migrations.AddIndex(
            "problem",
            models.Index(
                fields=["unit", "-opened_at", "-id"],
                condition=Q(closed_at=None),
                name="problem_open_of_unit",
            ),
        ),
        migrations.AddIndex(
            "problem",
            models.Index(fields=["unit", "kind", "-opened_at", "-id"], name="problem_of_unit_and_kind"),
        ),
        migrations.AddIndex(
            "receipt",
            models.Index(fields=["unit", "state", "-issued_at", "-id"], name="receipt_of_unit_and_state"),
        ),
    ]
