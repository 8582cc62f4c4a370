"""An upload says for which paper it is, so that nothing is sent without it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0005_kept_for_years"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="purpose",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("state", "receiving")),
                fields=["owner", "purpose"],
                name="upload_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__regex", "^[a-z0-9._/-]{0,200}$")), name="upload_purpose"
            ),
        ),
    ]
