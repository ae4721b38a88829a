from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0003_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="objection",
            name="reply",
            field=models.TextField(blank=True, default="", max_length=5000, verbose_name="reply"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="objection",
            name="replied_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="objection",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
