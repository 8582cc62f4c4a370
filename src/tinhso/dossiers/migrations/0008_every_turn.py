"""Every turn a dossier can take: ends, extensions, hand-overs, corrections, revocations, originals returned."""

import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids

COUNTED = """
UPDATE dossiers_supplement s SET ordinal = n.ordinal, before_intake = n.before_intake
FROM (SELECT u.id, row_number() OVER (PARTITION BY u.dossier_id ORDER BY u.asked_at, u.id) AS ordinal,
             d.accepted_at IS NULL OR u.asked_at < d.accepted_at AS before_intake
      FROM dossiers_supplement u JOIN dossiers_dossier d ON d.id = u.dossier_id) n WHERE n.id = s.id;
UPDATE dossiers_fault f SET answered_at = s.answered_at
FROM dossiers_supplement s WHERE s.id = f.supplement_id;
"""
HANDED = """
CREATE FUNCTION dossiers_handed_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO dossiers_handover (dossier_id, at, by_name, step_name, to_unit, to_holder, to_step_name,
                                       due_at, stood)
        VALUES (NEW.id, NEW.submitted_at, NEW.applicant_name, '', NEW.unit_id, NEW.holder, NEW.step_name,
                NULL, false);
    ELSE
        INSERT INTO dossiers_handover (dossier_id, at, by_name, step_name, from_unit, from_holder,
                                       to_unit, to_holder, to_step_name, due_at, stood)
        VALUES (NEW.id, NEW.changed_at, NEW.changed_by, OLD.step_name, OLD.unit_id, OLD.holder,
                CASE WHEN NEW.finished_at IS NULL THEN NEW.unit_id END, NEW.holder, NEW.step_name,
                OLD.due_at, OLD.stopped_since IS NOT NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER dossier_handed_over_first AFTER INSERT ON dossiers_dossier
    FOR EACH ROW EXECUTE FUNCTION dossiers_handed_over();
CREATE TRIGGER dossier_handed_over AFTER UPDATE ON dossiers_dossier
    FOR EACH ROW WHEN (OLD.unit_id <> NEW.unit_id OR OLD.holder IS DISTINCT FROM NEW.holder
                       OR OLD.step <> NEW.step OR OLD.finished_at IS DISTINCT FROM NEW.finished_at)
    EXECUTE FUNCTION dossiers_handed_over();
"""
NOT_HANDED = """
DROP TRIGGER dossier_handed_over_first ON dossiers_dossier;
DROP TRIGGER dossier_handed_over ON dossiers_dossier;
DROP FUNCTION dossiers_handed_over();
"""
WHOLE = """
CREATE FUNCTION dossiers_ask_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM dossiers_supplement s JOIN dossiers_fault f ON f.supplement_id = s.id
               WHERE s.id = NEW.id AND s.answered_at IS NOT NULL AND NOT s.unanswered
                 AND f.answered_at IS NULL) THEN
        RAISE EXCEPTION 'request % is answered without all its papers', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'supplement_answered_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER supplement_answered_whole AFTER UPDATE ON dossiers_supplement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.answered_at IS NOT NULL)
    EXECUTE FUNCTION dossiers_ask_answered();
CREATE FUNCTION dossiers_ask_originals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken integer;
    given integer;
    of_paper uuid;
    of_return uuid;
BEGIN
    SELECT CASE WHEN form = 'original' THEN greatest(originals, 1) ELSE originals END, dossier_id
    INTO taken, of_paper FROM dossiers_submittedpaper WHERE id = NEW.paper_id FOR UPDATE;
    SELECT dossier_id INTO of_return FROM dossiers_originalsreturn WHERE id = NEW.returned_id;
    SELECT coalesce(sum(count), 0) INTO given FROM dossiers_returnedoriginal
    WHERE paper_id = NEW.paper_id AND id <> NEW.id;
    IF of_paper <> of_return THEN
        RAISE EXCEPTION 'paper % belongs to another dossier', NEW.paper_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'returned_original_of_its_dossier';
    END IF;
    IF given + NEW.count > taken THEN
        RAISE EXCEPTION 'of paper % only % originals were taken', NEW.paper_id, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'returned_original_was_taken';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER returned_original_was_taken BEFORE INSERT OR UPDATE ON dossiers_returnedoriginal
    FOR EACH ROW EXECUTE FUNCTION dossiers_ask_originals();
CREATE FUNCTION dossiers_ask_issued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked uuid[];
BEGIN
    IF TG_TABLE_NAME = 'dossiers_revocation' THEN
        asked := ARRAY[NEW.result_id];
    ELSE
        asked := array_remove(ARRAY[NEW.earlier_id, NEW.later_id], NULL);
    END IF;
    IF EXISTS (SELECT 1 FROM dossiers_result WHERE id = ANY(asked) AND sealed_file IS NULL) THEN
        RAISE EXCEPTION 'only an issued result is corrected or revoked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'result_was_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER revocation_of_an_issued_result BEFORE INSERT OR UPDATE ON dossiers_revocation
    FOR EACH ROW EXECUTE FUNCTION dossiers_ask_issued();
CREATE TRIGGER correction_of_an_issued_result BEFORE INSERT OR UPDATE ON dossiers_correction
    FOR EACH ROW EXECUTE FUNCTION dossiers_ask_issued();
"""
APART = """
DROP TRIGGER supplement_answered_whole ON dossiers_supplement;
DROP FUNCTION dossiers_ask_answered();
DROP TRIGGER returned_original_was_taken ON dossiers_returnedoriginal;
DROP FUNCTION dossiers_ask_originals();
DROP TRIGGER revocation_of_an_issued_result ON dossiers_revocation;
DROP TRIGGER correction_of_an_issued_result ON dossiers_correction;
DROP FUNCTION dossiers_ask_issued();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0007_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="correction",
                        serialize=False,
                        to="dossiers.dossier",
                    ),
                ),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by_name", models.TextField()),
                ("replaced_at", models.DateTimeField(null=True)),
                ("abandoned_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ending",
                        serialize=False,
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "status",
                    models.TextField(
                        choices=[("refused", "refused"), ("withdrawn", "withdrawn"), ("stopped", "stopped")]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_name", models.TextField()),
                ("unit_id", models.UUIDField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("ground", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_by_name", models.TextField()),
                ("reason", models.TextField()),
                ("until", models.DateField()),
                ("days", models.PositiveIntegerField(default=0)),
                ("due_before", models.DateTimeField()),
                ("due_after", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_name", models.TextField(blank=True, default="")),
                ("granted", models.BooleanField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("lapsed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_name", models.TextField()),
                ("step_name", models.TextField(blank=True, default="")),
                ("from_unit", models.UUIDField(null=True)),
                ("from_holder", models.UUIDField(null=True)),
                ("to_unit", models.UUIDField(null=True)),
                ("to_holder", models.UUIDField(null=True)),
                ("to_step_name", models.TextField(blank=True, default="")),
                ("due_at", models.DateTimeField(null=True)),
                ("stood", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="OriginalsReturn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_name", models.TextField()),
                ("unit_id", models.UUIDField(null=True)),
                ("to_name", models.TextField()),
                ("to_proof", models.TextField(blank=True, default="")),
                ("signed_for", models.BooleanField(default=True)),
                ("note", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="ReturnedOriginal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="revocation",
                        serialize=False,
                        to="dossiers.result",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.TextField()),
                ("unit_id", models.UUIDField(null=True)),
                ("reason", models.TextField()),
                ("ground", models.TextField()),
                ("decision_number", models.TextField()),
                ("decision_day", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="fault",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="supplement",
            name="again_because",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="supplement",
            name="before_intake",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="supplement",
            name="beyond",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="supplement",
            name="ordinal",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="supplement",
            name="unanswered",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.UniqueConstraint(fields=("dossier", "ordinal"), name="supplement_counted_once"),
        ),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("ordinal__gte", 1)), name="supplement_counted_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("beyond", False),
                    models.Q(("ordinal__gte", 2), models.Q(("again_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="supplement_beyond_the_rule_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("unanswered", False), ("answered_at__isnull", False), _connector="OR"),
                name="supplement_unanswered_is_closed",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="earlier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="dossiers.result"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="later",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected",
                to="dossiers.result",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["refused", "withdrawn", "stopped"])),
                name="ending_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["refused", "stopped"]), _negated=True),
                    models.Q(
                        models.Q(("reason", ""), _negated=True), models.Q(("ground", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="ending_by_the_agency_has_a_ground",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="originalsreturn",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="returnedoriginal",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returned",
                to="dossiers.submittedpaper",
            ),
        ),
        migrations.AddField(
            model_name="returnedoriginal",
            name="returned",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="papers",
                to="dossiers.originalsreturn",
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("ground", ""), _negated=True),
                    models.Q(("decision_number", ""), _negated=True),
                ),
                name="revocation_has_ground_and_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("abandoned_at", None)),
                fields=("earlier",),
                name="correction_one_of_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="correction_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("later", None), ("replaced_at", None)),
                    models.Q(
                        ("abandoned_at", None),
                        ("later__isnull", False),
                        ("replaced_at__isnull", False),
                        ("replaced_at__gte", models.F("asked_at")),
                    ),
                    _connector="OR",
                ),
                name="correction_replaces_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("later", None), models.Q(("later", models.F("earlier")), _negated=True), _connector="OR"
                ),
                name="correction_by_another_result",
            ),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(fields=["dossier", "asked_at"], name="extension_of_dossier"),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None), ("lapsed_at", None)),
                fields=("dossier",),
                name="extension_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="extension_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("granted", None)),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("granted__isnull", False),
                        ("lapsed_at", None),
                        ("decided_at__gte", models.F("asked_at")),
                    ),
                    _connector="OR",
                ),
                name="extension_decided_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("days__gte", 1),
                        ("due_after__isnull", False),
                        ("granted", True),
                        ("granted__isnull", False),
                        ("due_after__gt", models.F("due_before")),
                    ),
                    models.Q(
                        ("due_after", None), models.Q(("granted", None), ("granted", False), _connector="OR")
                    ),
                    _connector="OR",
                ),
                name="extension_granted_moves_the_promise",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted", None),
                    ("granted", True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="extension_denied_with_an_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["dossier", "id"], name="hand_over_of_dossier"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_unit__isnull", False), ("to_unit__isnull", False), _connector="OR"),
                name="hand_over_of_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="originalsreturn",
            index=models.Index(fields=["dossier", "at"], name="originals_return_of_dossier"),
        ),
        migrations.AddConstraint(
            model_name="originalsreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_name", ""), _negated=True), name="originals_returned_to_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="originalsreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_for", True), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="originals_signed_for_or_said_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnedoriginal",
            constraint=models.UniqueConstraint(fields=("returned", "paper"), name="returned_original_once"),
        ),
        migrations.AddConstraint(
            model_name="returnedoriginal",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 1)), name="returned_original_of_something"
            ),
        ),
        migrations.RunSQL(HANDED, NOT_HANDED),
        migrations.RunSQL(WHOLE, APART),
    ]
