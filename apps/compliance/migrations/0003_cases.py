import apps.core.ids
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from apps.core.database import read_sql


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0002_guards'),
        ('partners', '0003_events_belong_to_partners'),
        ('recipients', '0004_method_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InformationRequest',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('question', models.TextField(help_text='What the platform reads.')),
                ('status', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('closed', 'Not needed any more')], default='open', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_by', models.CharField(blank=True, help_text='Who answered, as they were named then.', max_length=220)),
                ('ended_at', models.DateTimeField(help_text='When it was answered, or not needed any more.', null=True)),
            ],
            options={
                'ordering': ['-id'],
                'permissions': [('answer_information', 'Can answer what compliance asks of a platform')],
                'default_permissions': (),
            },
            bases=(apps.core.ids.PublicId, models.Model),
        ),
        migrations.CreateModel(
            name='ReviewAttachment',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(choices=[('application/pdf', 'PDF'), ('image/png', 'PNG'), ('image/jpeg', 'JPEG')], help_text='As its first bytes say.', max_length=20)),
                ('size', models.PositiveIntegerField(help_text='Bytes.')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
            bases=(apps.core.ids.PublicId, models.Model),
        ),
        migrations.CreateModel(
            name='ReviewNote',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
            bases=(apps.core.ids.PublicId, models.Model),
        ),
        migrations.AddField(
            model_name='review',
            name='information_due_at',
            field=models.DateTimeField(help_text='Until when the platform should answer what it was asked; empty: nothing is open.', null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='proposed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='proposed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='proposed_decision',
            field=models.CharField(blank=True, choices=[('clear', 'Somebody else: clear'), ('reject', 'The listed party: reject')], help_text='What one person says; another one decides.', max_length=6),
        ),
        migrations.AddField(
            model_name='review',
            name='proposed_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name='screening',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('outcome', 'hit')), fields=['hits'], name='screening_of_entry', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at', None), ('proposed_by', None), ('proposed_decision', ''), ('proposed_reason', '')), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False), ('proposed_decision__in', ['clear', 'reject']), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length('proposed_reason'), 10)), _connector='OR'), name='compliance_review_proposed_by_someone_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'cleared'), _negated=True), models.Q(('proposed_decision', 'clear'), models.Q(('proposed_by', models.F('decided_by')), _negated=True)), _connector='OR'), name='compliance_review_is_cleared_by_two'),
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='asked_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='partner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner'),
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='recipient',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recipients.recipient'),
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='information_requests', to='compliance.review'),
        ),
        migrations.AddField(
            model_name='reviewattachment',
            name='added_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reviewattachment',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='compliance.review'),
        ),
        migrations.AddField(
            model_name='reviewnote',
            name='author',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reviewnote',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='compliance.review'),
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=models.Index(fields=['partner', '-id'], name='informationrequest_partner'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('review',), name='compliance_informationrequest_one_open'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('ended_at', None), ('status', 'open')), models.Q(('answer__gt', ''), ('ended_at__isnull', False), ('status', 'answered')), models.Q(('answer', ''), ('ended_at__isnull', False), ('status', 'closed')), _connector='OR'), name='compliance_informationrequest_status'),
        ),
        migrations.AddConstraint(
            model_name='reviewattachment',
            constraint=models.UniqueConstraint(fields=('review', 'sha256'), name='compliance_attachment_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewattachment',
            constraint=models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'image/png', 'image/jpeg'])), name='compliance_attachment_type'),
        ),
        migrations.AddConstraint(
            model_name='reviewnote',
            constraint=models.CheckConstraint(condition=models.Q(('text__gt', '')), name='compliance_note_says_something'),
        ),
        migrations.RunSQL(read_sql(__file__, "cases.sql"), migrations.RunSQL.noop),
    ]
