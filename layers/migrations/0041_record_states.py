"""Every change of a record that field work keeps counts its version, whoever makes it: a page, an import, a phone."""

from django.db import migrations

#: Table -> slug of its map layer.
TABLES = {
    "layers_household": "households",
    "layers_road": "roads",
    "layers_wastesite": "waste-sites",
    "layers_facility": "facilities",
}

# Once for a statement, not for a row: an import of 100,000 roads pays one more statement.
COUNT = """
CREATE FUNCTION layers_record_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_recordstate AS s (uid, layer, unit_id, version, xid, deleted, changed_at)
        SELECT uid, TG_ARGV[0], unit_id, 1, pg_current_xact_id()::text::bigint, false, now() FROM made
        ON CONFLICT (uid) DO UPDATE SET unit_id = EXCLUDED.unit_id, version = s.version + 1, xid = EXCLUDED.xid,
            deleted = false, changed_at = EXCLUDED.changed_at;
    RETURN NULL;
END $$;

CREATE FUNCTION layers_record_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE layers_recordstate s SET unit_id = made.unit_id, version = s.version + 1,
        xid = pg_current_xact_id()::text::bigint, changed_at = now(),
        before_id = CASE WHEN s.unit_id <> made.unit_id THEN s.unit_id ELSE s.before_id END
        FROM made WHERE s.uid = made.uid;
    RETURN NULL;
END $$;

CREATE FUNCTION layers_record_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE layers_recordstate s SET deleted = true, version = s.version + 1,
        xid = pg_current_xact_id()::text::bigint, changed_at = now()
        FROM gone WHERE s.uid = gone.uid;
    RETURN NULL;
END $$;

CREATE FUNCTION layers_record_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE layers_recordstate s SET version = s.version + 1, xid = pg_current_xact_id()::text::bigint, changed_at = now()
        FROM (SELECT DISTINCT household_id FROM made) m JOIN layers_household h ON h.id = m.household_id
        WHERE s.uid = h.uid;
    RETURN NULL;
END $$;
CREATE TRIGGER record_reviewed AFTER INSERT ON layers_review REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION layers_record_reviewed();
CREATE TRIGGER record_review_changed AFTER UPDATE ON layers_review REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION layers_record_reviewed();
CREATE TRIGGER record_review_removed AFTER DELETE ON layers_review REFERENCING OLD TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION layers_record_reviewed();
"""
NO_COUNT = """
DROP TRIGGER record_reviewed ON layers_review; DROP TRIGGER record_review_changed ON layers_review;
DROP TRIGGER record_review_removed ON layers_review;
DROP FUNCTION layers_record_made(); DROP FUNCTION layers_record_changed();
DROP FUNCTION layers_record_removed(); DROP FUNCTION layers_record_reviewed();
"""

WATCH = """
INSERT INTO layers_recordstate (uid, layer, unit_id, version, xid, deleted, changed_at)
    SELECT uid, '{slug}', unit_id, 1, pg_current_xact_id()::text::bigint, false, now() FROM {table};
CREATE TRIGGER record_made AFTER INSERT ON {table} REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION layers_record_made('{slug}');
CREATE TRIGGER record_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION layers_record_changed();
CREATE TRIGGER record_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION layers_record_removed();
"""
NO_WATCH = """
DROP TRIGGER record_made ON {table}; DROP TRIGGER record_changed ON {table}; DROP TRIGGER record_removed ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0040_field_work")]
    operations = [
        migrations.RunSQL(COUNT, NO_COUNT),
        *(
            migrations.RunSQL(WATCH.format(table=table, slug=slug), NO_WATCH.format(table=table))
            for table, slug in TABLES.items()
        ),
    ]
