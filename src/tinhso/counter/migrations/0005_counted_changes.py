from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counter", "0004_merged_accounts")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="changes",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
