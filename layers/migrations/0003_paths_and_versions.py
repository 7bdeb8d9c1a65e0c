"""Two things that must hold whoever writes: a unit's path follows its parent, and a table's version follows its commits."""

from django.db import migrations

PATHS = """
CREATE FUNCTION layers_unit_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.path := coalesce((SELECT path FROM layers_unit WHERE id = NEW.parent_id), '') || NEW.id || '/';
    RETURN NEW;
END $$;
CREATE TRIGGER layers_unit_path BEFORE INSERT OR UPDATE OF parent_id ON layers_unit
    FOR EACH ROW EXECUTE FUNCTION layers_unit_path();

CREATE FUNCTION layers_unit_parts_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE layers_unit SET parent_id = parent_id WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER layers_unit_parts_follow AFTER UPDATE ON layers_unit
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION layers_unit_parts_follow();
"""
NO_PATHS = """
DROP TRIGGER layers_unit_path ON layers_unit; DROP FUNCTION layers_unit_path();
DROP TRIGGER layers_unit_parts_follow ON layers_unit; DROP FUNCTION layers_unit_parts_follow();
"""

# A writer notes its change at once and without waiting; the version is counted when the transaction commits,
# so that nobody reads a new version before the rows it stands for. Counting begins at the clock: a browser that
# keeps tiles of an earlier database at the same address must not meet their versions again.
VERSIONS = """
INSERT INTO layers_tableversion (table_name, version)
    SELECT unnest(ARRAY['units', 'standings', 'roads', 'facilities', 'waste_sites', 'households']),
        extract(epoch FROM now())::bigint;
CREATE FUNCTION layers_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM layers_tablechange WHERE id = NEW.id;
    INSERT INTO layers_tableversion AS v VALUES (NEW.table_name, extract(epoch FROM now())::bigint)
        ON CONFLICT (table_name) DO UPDATE SET version = v.version + 1;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER layers_count_version AFTER INSERT ON layers_tablechange
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION layers_count_version();
"""
NO_VERSIONS = """
DROP TRIGGER layers_count_version ON layers_tablechange; DROP FUNCTION layers_count_version();
DELETE FROM layers_tableversion;
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0002_layers")]
    operations = [
        migrations.RunSQL(PATHS, NO_PATHS),
        migrations.RunSQL(VERSIONS, NO_VERSIONS),
    ]
