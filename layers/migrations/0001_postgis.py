"""The database before the first table: extensions, VN-2000, and the key by which names are searched."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

from layers.geo import ZONES, proj4

# PostGIS 3.3 lacks EPSG 9205-9218 and has older ones without the datum shift, 224 m away; all are set alike.
VN2000 = """
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) VALUES (%s, 'EPSG', %s, '', %s)
ON CONFLICT (srid) DO UPDATE SET proj4text = EXCLUDED.proj4text, srtext = ''
"""

# Lower case, no diacritics, compatibility-normalised, so that "Nà Ỏi" typed in any way finds "Nà Ỏi".
# unaccent() itself is only STABLE, because its dictionary could be changed; this one names the dictionary.
SEARCH_KEY = """
CREATE FUNCTION search_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, normalize($1, NFKC))) $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateExtension("postgis"),
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(
            [(VN2000, [zone.epsg, zone.epsg, proj4(zone)]) for zone in ZONES.values()],
            [("DELETE FROM spatial_ref_sys WHERE srid BETWEEN 9205 AND 9218", None)],
        ),
        migrations.RunSQL(SEARCH_KEY, "DROP FUNCTION search_key(text)"),
    ]
