import apps.core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from apps.core.database import read_sql


class Migration(migrations.Migration):

    dependencies = [
        ('recipients', '0003_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MethodChange',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('proposed', 'Waits for a second person'), ('confirmed', 'Confirmed'), ('refused', 'Refused'), ('withdrawn', 'Taken back')], default='proposed', max_length=9)),
                ('reason', models.CharField(blank=True, help_text='Why, in the words of whoever proposes it.', max_length=400)),
                ('excluded', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, help_text='Who stands behind it, and so neither confirms nor pays to it.', size=None)),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_reason', models.CharField(blank=True, max_length=400)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('method', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='recipients.payoutmethod')),
                ('proposed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='change', to='recipients.payoutmethodversion')),
            ],
            options={
                'ordering': ['-id'],
                'permissions': [('confirm_method', 'Can confirm, as the second person, where a recipient is paid')],
                'default_permissions': (),
                'indexes': [models.Index(fields=['method', '-id'], name='methodchange_of_method')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('method',), name='methodchange_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('status', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status', 'confirmed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('decided_reason__gt', ''), ('status', 'refused')), models.Q(('decided_at__isnull', False), ('status', 'withdrawn')), _connector='OR'), name='methodchange_status')],
            },
            bases=(apps.core.ids.PublicId, models.Model),
        ),
        migrations.CreateModel(
            name='Reveal',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(help_text='What the number was needed for.', max_length=400)),
                ('asked', models.UUIDField(help_text='The form it was asked with: it is answered once.', unique=True)),
                ('shown_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to='recipients.payoutmethodversion')),
            ],
            options={
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['person', '-shown_at'], name='reveal_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='reveal_has_a_reason')],
            },
            bases=(apps.core.ids.PublicId, models.Model),
        ),
        migrations.RunSQL(read_sql(__file__, "method_changes.sql"), migrations.RunSQL.noop),
    ]
