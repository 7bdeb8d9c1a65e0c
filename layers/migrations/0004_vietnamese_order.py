"""The order in which names are listed: as a Vietnamese reader expects, with Tổ 2 before Tổ 10."""

from django.contrib.postgres.operations import CreateCollation
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("layers", "0003_paths_and_versions")]
    operations = [CreateCollation("vietnamese", provider="icu", locale="vi-u-kn-true")]
