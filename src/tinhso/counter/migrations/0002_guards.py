"""What no single row can say: queue numbers have no gap and stay as they were given."""

from django.db import migrations

KEPT = """
CREATE FUNCTION counter_ticket_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.seq > 1 AND NOT EXISTS (
            SELECT 1 FROM counter_ticket t WHERE t.office_id = NEW.office_id AND t.day = NEW.day
            AND t.letter = NEW.letter AND t.seq = NEW.seq - 1) THEN
            RAISE EXCEPTION 'ticket_number_without_gap: % leaves one', NEW.seq
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_number_without_gap';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.office_id, NEW.day, NEW.letter, NEW.seq, NEW.taken_at, NEW.token)
       IS DISTINCT FROM (OLD.office_id, OLD.day, OLD.letter, OLD.seq, OLD.taken_at, OLD.token) THEN
        RAISE EXCEPTION 'ticket_number_stays: as it was given'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_number_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ticket_kept BEFORE INSERT OR UPDATE ON counter_ticket
    FOR EACH ROW EXECUTE FUNCTION counter_ticket_kept();
"""
LOOSE = """
DROP TRIGGER ticket_kept ON counter_ticket;
DROP FUNCTION counter_ticket_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("counter", "0001_initial")]

    operations = [migrations.RunSQL(KEPT, LOOSE)]
