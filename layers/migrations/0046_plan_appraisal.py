from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("layers", "0045_siting_studies_gone")]

    operations = [
        migrations.AddField(
            model_name="plan", name="appraisal", field=models.JSONField(editable=False, null=True)
        ),
    ]
