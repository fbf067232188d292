import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conversations', '0001_initial'),
        ('customers', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dismissal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('promise', 'a promise'), ('silence', 'a silence'), ('last_step', 'a last step that failed'), ('bad_end', 'a bad end'), ('follow_up', 'a follow-up'), ('thanks', 'a thank-you'), ('article', 'an article')], max_length=10)),
                ('object_id', models.BigIntegerField()),
                ('reason', models.CharField(choices=[('later', 'not now'), ('wrong', 'not right')], max_length=5)),
                ('until', models.DateTimeField(null=True)),
                ('at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dismissals', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'kind', 'object_id'), name='dismissed_once')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=300)),
                ('due_at', models.DateTimeField()),
                ('warn_at', models.DateTimeField()),
                ('zone', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('kept', 'kept'), ('withdrawn', 'taken back')], max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='conversations.conversation')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='customers.customer')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='promises', to='conversations.message')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('outcome', '')), fields=['warn_at'], name='promise_open'), models.Index(fields=['customer', 'due_at'], name='promise_of_customer'), models.Index(fields=['due_at'], name='promise_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('settled_at__isnull', True)), models.Q(models.Q(('outcome', ''), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='promise_settled_at_a_time'), models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('at'))), name='promise_for_later')],
            },
        ),
    ]
