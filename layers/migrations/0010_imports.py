"""An import changes rows of several tables, keeps each as it was once, and shows what it has checked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("layers", "0004_vietnamese_order")]
    operations = [
        migrations.AddField("importrun", "preview", models.JSONField(editable=False, null=True)),
        # Nothing wrote changes before this migration.
        migrations.AddField("importchange", "model", models.CharField(max_length=20, default=""), preserve_default=False),
        migrations.AddConstraint(
            "importchange", models.UniqueConstraint(fields=["run", "model", "row"], name="importchange_once")
        ),
    ]
