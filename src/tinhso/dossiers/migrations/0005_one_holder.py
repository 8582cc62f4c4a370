"""A dossier and its open work never say differently whose it is."""

from django.db import migrations

AGREE = """
CREATE FUNCTION dossiers_ask_work(which uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    has uuid;
    agree boolean;
BEGIN
    SELECT d.holder, (
        SELECT bool_and(
            d.finished_at IS NULL AND t.role = d.role AND t.unit_id = d.unit_id
            AND t.holder IS NOT DISTINCT FROM d.holder)
        FROM tasks_task t
        WHERE t.subject = 'dossier' AND t.subject_id = d.id AND t.done_at IS NULL)
    INTO has, agree FROM dossiers_dossier d WHERE d.id = which;
    IF agree IS FALSE OR (agree IS NULL AND has IS NOT NULL) THEN
        RAISE EXCEPTION 'dossier % and its open work differ in who has it', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dossier_and_work_agree';
    END IF;
END $$;
CREATE FUNCTION dossiers_of_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM dossiers_ask_work(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION dossiers_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM dossiers_ask_work(NEW.subject_id); RETURN NULL; END $$;
CREATE FUNCTION dossiers_of_gone_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM dossiers_ask_work(OLD.subject_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dossier_and_work_agree_new AFTER INSERT ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.holder IS NOT NULL)
    EXECUTE FUNCTION dossiers_of_dossier();
CREATE CONSTRAINT TRIGGER dossier_and_work_agree AFTER UPDATE ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.holder IS DISTINCT FROM NEW.holder OR OLD.unit_id <> NEW.unit_id OR OLD.role <> NEW.role
          OR OLD.finished_at IS DISTINCT FROM NEW.finished_at)
    EXECUTE FUNCTION dossiers_of_dossier();
CREATE CONSTRAINT TRIGGER work_and_dossier_agree_new AFTER INSERT ON tasks_task
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.subject = 'dossier' AND NEW.done_at IS NULL)
    EXECUTE FUNCTION dossiers_of_task();
CREATE CONSTRAINT TRIGGER work_and_dossier_agree AFTER UPDATE ON tasks_task
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.subject = 'dossier' AND (OLD.holder IS DISTINCT FROM NEW.holder OR OLD.unit_id <> NEW.unit_id
          OR OLD.role <> NEW.role OR OLD.done_at IS DISTINCT FROM NEW.done_at))
    EXECUTE FUNCTION dossiers_of_task();
CREATE CONSTRAINT TRIGGER work_gone_and_dossier_agree AFTER DELETE ON tasks_task
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.subject = 'dossier' AND OLD.done_at IS NULL)
    EXECUTE FUNCTION dossiers_of_gone_task();
"""
APART = """
DROP TRIGGER dossier_and_work_agree_new ON dossiers_dossier;
DROP TRIGGER dossier_and_work_agree ON dossiers_dossier;
DROP TRIGGER work_and_dossier_agree_new ON tasks_task;
DROP TRIGGER work_and_dossier_agree ON tasks_task;
DROP TRIGGER work_gone_and_dossier_agree ON tasks_task;
DROP FUNCTION dossiers_of_dossier();
DROP FUNCTION dossiers_of_task();
DROP FUNCTION dossiers_of_gone_task();
DROP FUNCTION dossiers_ask_work(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_alarms"),
        ("tasks", "0001_initial"),
    ]

    operations = [migrations.RunSQL(AGREE, APART)]
