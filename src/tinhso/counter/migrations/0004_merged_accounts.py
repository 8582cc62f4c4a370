from django.db import migrations

NAMES = "CALL identity_names_person('counter_booking', 'person');"
NAMES_NOBODY = "CALL identity_names_nobody('counter_booking', 'person');"


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0003_appointments"),
        ("identity", "0004_merged_accounts"),
    ]

    operations = [migrations.RunSQL(NAMES, NAMES_NOBODY)]
