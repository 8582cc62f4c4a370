"""What no single row can say: a dossier and its open work agree on whose it is; the book of result numbers
has no gap and loses nothing."""

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
KEPT = """
CREATE FUNCTION dossiers_number_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM dossiers_givennumber g
                   WHERE g.scope = NEW.scope AND g.period = NEW.period AND g.seq <> NEW.seq)
           AND NOT EXISTS (SELECT 1 FROM dossiers_givennumber g
                           WHERE g.scope = NEW.scope AND g.period = NEW.period AND g.seq = NEW.seq - 1) THEN
            RAISE EXCEPTION 'number % leaves a gap in %, %', NEW.seq, NEW.scope, NEW.period
                USING ERRCODE = 'check_violation', CONSTRAINT = 'given_number_without_gap';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.struck_at IS NOT NULL
       OR (NEW.id, NEW.result_id, NEW.agency_id, NEW.scope, NEW.period, NEW.seq, NEW.text, NEW.given_at)
          IS DISTINCT FROM
          (OLD.id, OLD.result_id, OLD.agency_id, OLD.scope, OLD.period, OLD.seq, OLD.text, OLD.given_at) THEN
        RAISE EXCEPTION 'number % stays in the book as it was written', OLD.text
            USING ERRCODE = 'check_violation', CONSTRAINT = 'given_number_stays';
    END IF;
    IF EXISTS (SELECT 1 FROM dossiers_result r WHERE r.id = OLD.result_id AND r.sealed_file IS NOT NULL) THEN
        RAISE EXCEPTION 'number % was issued', OLD.text
            USING ERRCODE = 'check_violation', CONSTRAINT = 'given_number_issued_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER given_number_kept BEFORE INSERT OR UPDATE OR DELETE ON dossiers_givennumber
    FOR EACH ROW EXECUTE FUNCTION dossiers_number_kept();
CREATE FUNCTION dossiers_ask_numbers(which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM dossiers_givennumber g
        JOIN dossiers_result r ON r.id = g.result_id
        JOIN dossiers_dossier d ON d.id = r.dossier_id
        WHERE d.id = which AND g.struck_at IS NULL AND r.sealed_file IS NULL
          AND (d.finished_at IS NOT NULL OR NOT r.current)) THEN
        RAISE EXCEPTION 'a number of dossier % stands for nothing', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'given_number_stands_for_a_result';
    END IF;
END $$;
CREATE FUNCTION dossiers_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM dossiers_ask_numbers(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION dossiers_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM dossiers_ask_numbers(NEW.dossier_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER given_number_of_ended AFTER UPDATE ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL)
    EXECUTE FUNCTION dossiers_ended();
CREATE CONSTRAINT TRIGGER given_number_of_replaced AFTER UPDATE ON dossiers_result
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.current AND NOT NEW.current)
    EXECUTE FUNCTION dossiers_replaced();
"""
LOOSE = """
DROP TRIGGER given_number_of_ended ON dossiers_dossier;
DROP TRIGGER given_number_of_replaced ON dossiers_result;
DROP TRIGGER given_number_kept ON dossiers_givennumber;
DROP FUNCTION dossiers_ended();
DROP FUNCTION dossiers_replaced();
DROP FUNCTION dossiers_ask_numbers(uuid);
DROP FUNCTION dossiers_number_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0001_initial"),
        ("tasks", "0001_initial"),
    ]

    operations = [migrations.RunSQL(AGREE, APART), migrations.RunSQL(KEPT, LOOSE)]
