"""A letter by template that goes with a message: its file as it was sent, and what it is called."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0015_rebasing")]

    operations = [
        migrations.AddField("letter", "title", models.TextField(blank=True, default="")),
        migrations.AddField("letter", "file", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(
                condition=Q(file=None, title="") | (Q(file__isnull=False) & ~Q(title="")),
                name="letter_file_has_its_title",
            ),
        ),
    ]
