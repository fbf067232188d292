import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LastRun',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('task', models.CharField(max_length=200)),
                ('args', models.JSONField(default=list)),
                ('kwargs', models.JSONField(default=dict)),
                ('queue', models.CharField(default='default', max_length=40)),
                ('priority', models.SmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('ready', 'ready'), ('running', 'running'), ('done', 'done'), ('poison', 'given up')], default='ready', max_length=8)),
                ('enqueued_at', models.DateTimeField()),
                ('run_after_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until_at', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=80)),
                ('finished_at', models.DateTimeField(null=True)),
                ('why', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'ready')), fields=['-priority', 'run_after_at'], name='job_ready'), models.Index(condition=models.Q(('state', 'running')), fields=['lease_until_at'], name='job_leased'), models.Index(condition=models.Q(('state', 'done')), fields=['finished_at'], name='job_done'), models.Index(condition=models.Q(('state', 'poison')), fields=['-enqueued_at'], name='job_poison')],
            },
        ),
    ]
