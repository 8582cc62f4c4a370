from django.db import migrations

TABLES = (
    "subsystem",
    "clientcertificate",
    "group",
    "groupmember",
    "serverkey",
    "service",
    "endpoint",
    "right",
)

FOLLOW = """
CREATE FUNCTION exchange_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO exchange_state (id, revision, server, maintenance, anchor, global_configuration)
    VALUES (1, 1, '', '', '{}', '')
    ON CONFLICT (id) DO UPDATE SET revision = exchange_state.revision + 1;
    RETURN NULL;
END $$;
CREATE FUNCTION exchange_state_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.server, NEW.maintenance, NEW.anchor, NEW.global_configuration)
       IS DISTINCT FROM (OLD.server, OLD.maintenance, OLD.anchor, OLD.global_configuration)
       AND NEW.revision <= OLD.revision THEN
        NEW.revision := OLD.revision + 1;
    END IF;
    IF NEW.revision <> OLD.revision THEN
        PERFORM pg_notify('exchange_changed', NEW.revision::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_state_follows BEFORE UPDATE ON exchange_state
    FOR EACH ROW EXECUTE FUNCTION exchange_state_follows();
INSERT INTO exchange_state (id, revision, server, maintenance, anchor, global_configuration)
VALUES (1, 0, '', '', '{}', '') ON CONFLICT (id) DO NOTHING;
"""
FOLLOW_ONE = """
CREATE TRIGGER exchange_{0}_followed AFTER INSERT OR UPDATE OR DELETE ON exchange_{0}
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_follow();
"""
LEAVE_ONE = "DROP TRIGGER exchange_{0}_followed ON exchange_{0};"
ALONE = """
DROP TRIGGER exchange_state_follows ON exchange_state;
DROP FUNCTION exchange_state_follows();
DROP FUNCTION exchange_follow();
"""


class Migration(migrations.Migration):
    """Every change of what the gateway rests on raises the state's revision and tells all nodes at once."""

    dependencies = [("exchange", "0002_log")]

    operations = [
        migrations.RunSQL(FOLLOW, ALONE),
        *(migrations.RunSQL(FOLLOW_ONE.format(table), LEAVE_ONE.format(table)) for table in TABLES),
    ]
