from django.db import migrations

FOLLOW = """
CALL identity_names_person('exchange_dispute', 'person_id');
"""
FOLLOW_NO_MORE = """
CALL identity_names_nobody('exchange_dispute', 'person_id');
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0007_counters"), ("identity", "0004_merged_accounts")]

    operations = [migrations.RunSQL(FOLLOW, FOLLOW_NO_MORE)]
