from django.db import migrations

SOUND = """
CREATE OR REPLACE FUNCTION procedures_content_sound(content jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT coalesce(
  jsonb_typeof(content) = 'object'
  AND btrim(content->>'name') <> ''
  AND btrim(content->>'sector') <> ''
  AND jsonb_typeof(content->'papers') = 'array'
  AND jsonb_typeof(content->'fees') = 'array'
  AND jsonb_typeof(content->'channels') = 'array'
  AND (SELECT count(DISTINCT paper->>'code') = count(*) AND coalesce(bool_and(
         (paper->>'originals')::int >= 0 AND (paper->>'copies')::int >= 0 AND paper->>'code' <> ''
         AND coalesce(paper->>'ecopy', 'scan') IN ('scan', 'certified', 'original')
         AND coalesce(jsonb_typeof(paper->'when'), 'null') IN ('null', 'object', 'boolean')), true)
       FROM jsonb_array_elements(content->'papers') AS paper)
  AND (SELECT coalesce(bool_and((fee->>'amount')::bigint >= 0 AND fee->>'kind' IN ('fee', 'charge')), true)
       FROM jsonb_array_elements(content->'fees') AS fee)
  AND coalesce((content->'term'->>'amount')::int >= CASE content->'term'->>'unit'
        WHEN 'working_day' THEN 0 ELSE 1 END, true)
  AND CASE coalesce(jsonb_typeof(content->'fee_table'), 'null')
        WHEN 'null' THEN true
        WHEN 'object' THEN procedures_fee_table_sound(content->'fee_table')
        ELSE false END,
  false)
$$
"""

TABLE = """
CREATE FUNCTION procedures_fee_table_sound(t jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT coalesce(
  t->>'hit_policy' IN ('unique', 'first', 'collect')
  AND jsonb_typeof(t->'inputs') = 'array'
  AND jsonb_typeof(t->'rows') = 'array'
  AND (SELECT count(DISTINCT one->>'code') = count(*) FROM jsonb_array_elements(t->'inputs') AS one)
  AND (SELECT count(*) > 0 AND count(DISTINCT fee->>'code') = count(*) AND bool_and(
         (fee->>'amount')::bigint >= 0
         AND fee->>'kind' IN ('fee', 'charge')
         AND btrim(fee->>'fee') <> '' AND btrim(fee->>'name') <> '' AND btrim(fee->>'ground') <> ''
         AND (fee->>'exempt_percent')::int BETWEEN 0 AND 100
         AND (fee->>'exempt_amount')::bigint >= 0
         AND (btrim(fee->>'exempt_ground') <> ''
              OR ((fee->>'exempt_percent')::int = 0 AND (fee->>'exempt_amount')::bigint = 0))
         AND coalesce(fee->>'valid_to' > (fee->>'valid_from'), true))
       FROM jsonb_array_elements(t->'rows') AS fee),
  false)
$$
"""

BEFORE = """
CREATE OR REPLACE FUNCTION procedures_content_sound(content jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT coalesce(
  jsonb_typeof(content) = 'object'
  AND btrim(content->>'name') <> ''
  AND btrim(content->>'sector') <> ''
  AND jsonb_typeof(content->'papers') = 'array'
  AND jsonb_typeof(content->'fees') = 'array'
  AND jsonb_typeof(content->'channels') = 'array'
  AND (SELECT count(DISTINCT paper->>'code') = count(*) AND coalesce(bool_and(
         (paper->>'originals')::int >= 0 AND (paper->>'copies')::int >= 0 AND paper->>'code' <> ''), true)
       FROM jsonb_array_elements(content->'papers') AS paper)
  AND (SELECT coalesce(bool_and((fee->>'amount')::bigint >= 0 AND fee->>'kind' IN ('fee', 'charge')), true)
       FROM jsonb_array_elements(content->'fees') AS fee)
  AND coalesce((content->'term'->>'amount')::int >= CASE content->'term'->>'unit'
        WHEN 'working_day' THEN 0 ELSE 1 END, true),
  false)
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0002_authors_and_publisher"),
    ]

    operations = [
        migrations.RunSQL(TABLE, "DROP FUNCTION procedures_fee_table_sound(jsonb)"),
        migrations.RunSQL(SOUND, BEFORE),
    ]
