from django.db import migrations

COUNT = """
CREATE UNLOGGED TABLE exchange_quotataken (
    key text NOT NULL, span text NOT NULL, node uuid NOT NULL, taken integer NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (key, span, node)
);
CREATE FUNCTION exchange_quota_lease(the_key text, the_span text, the_node uuid, most integer, ask integer,
                                     OUT granted integer, OUT all_taken integer)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('exchange quota ' || the_key || ' ' || the_span, 0));
    IF the_span = 'parallel' THEN
        DELETE FROM exchange_quotataken
        WHERE key = the_key AND span = the_span AND seen_at < clock_timestamp() - interval '30 seconds';
    END IF;
    SELECT coalesce(sum(taken), 0) INTO all_taken FROM exchange_quotataken WHERE key = the_key AND span = the_span;
    granted := greatest(0, least(ask, most - all_taken));
    all_taken := all_taken + granted;
    IF granted > 0 THEN
        INSERT INTO exchange_quotataken AS held (key, span, node, taken)
        VALUES (the_key, the_span, the_node, granted)
        ON CONFLICT (key, span, node)
        DO UPDATE SET taken = held.taken + excluded.taken, seen_at = clock_timestamp();
    END IF;
END $$;
CREATE FUNCTION exchange_quota_give_back(the_key text, the_span text, the_node uuid, given integer) RETURNS void
LANGUAGE sql AS $$
    UPDATE exchange_quotataken SET taken = greatest(0, taken - given), seen_at = clock_timestamp()
    WHERE key = the_key AND span = the_span AND node = the_node
$$;
CREATE FUNCTION exchange_quota_alive(the_node uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE exchange_quotataken SET seen_at = clock_timestamp() WHERE node = the_node AND span = 'parallel';
    DELETE FROM exchange_quotataken WHERE span <> 'parallel' AND seen_at < clock_timestamp() - interval '2 days'
$$;
"""
FORGET = """
DROP FUNCTION exchange_quota_alive(uuid);
DROP FUNCTION exchange_quota_give_back(text, text, uuid, integer);
DROP FUNCTION exchange_quota_lease(text, text, uuid, integer, integer);
DROP TABLE exchange_quotataken;
"""


class Migration(migrations.Migration):
    """What agreements have used of their quotas, shared by all nodes. Lost in a crash: windows begin anew.

    Slots of calls at once belong to a node that shows it lives; of one that died they are free in 30 s.
    """

    dependencies = [("exchange", "0006_diagnostics")]

    operations = [migrations.RunSQL(COUNT, FORGET)]
