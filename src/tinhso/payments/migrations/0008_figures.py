"""Bills by time, and entries that an accountant made, for what a whole province owed in a period."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_lists")]

    operations = [
        migrations.AddIndex(model_name="bill", index=models.Index(fields=["issued_at"], name="bill_by_time")),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["bill"], condition=models.Q(("why", "assigned")), name="entry_assigned"
            ),
        ),
    ]
