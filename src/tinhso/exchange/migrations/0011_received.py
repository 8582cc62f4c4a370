from django.db import migrations

RECEIVED = """
CREATE TABLE exchange_received (
    signed_at timestamptz NOT NULL, digest bytea NOT NULL, PRIMARY KEY (signed_at, digest)
);
ALTER TABLE exchange_received ALTER digest SET STORAGE PLAIN;
"""


class Migration(migrations.Migration):
    """Marks of what peers sent in the last ten minutes: nodes share them, and a crash does not lose them."""

    dependencies = [("exchange", "0010_pages")]

    operations = [migrations.RunSQL(RECEIVED, "DROP TABLE exchange_received")]
