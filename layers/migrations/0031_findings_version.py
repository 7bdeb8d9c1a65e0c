"""Tiles of findings have a version from the start, counted from the clock as the others are (migration 0003)."""

from django.db import migrations

VERSION = """
INSERT INTO layers_tableversion (table_name, version) VALUES ('findings', extract(epoch FROM now())::bigint)
    ON CONFLICT (table_name) DO NOTHING
"""
NO_VERSION = "DELETE FROM layers_tableversion WHERE table_name = 'findings'"


class Migration(migrations.Migration):
    dependencies = [("layers", "0030_programme")]
    operations = [migrations.RunSQL(VERSION, NO_VERSION)]
