from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0005_one_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, default='', help_text="The zone in which the pages show this person times, as Europe/Berlin; empty: the portal's.", max_length=64),
        ),
    ]
