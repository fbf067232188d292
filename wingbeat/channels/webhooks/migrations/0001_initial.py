import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('api', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=500, verbose_name='address')),
                ('kinds', models.JSONField(blank=True, default=list)),
                ('secret', models.TextField()),
                ('rests_until_at', models.DateTimeField(null=True)),
                ('failing_since_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_why', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='api.apikey')),
            ],
        ),
        migrations.CreateModel(
            name='WebhookCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.BigIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('taken', 'taken'), ('given_up', 'given up')], default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('said', models.CharField(blank=True, max_length=300)),
                ('milliseconds', models.PositiveIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('called_at', models.DateTimeField(null=True)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='webhooks.webhook')),
            ],
            options={
                'indexes': [models.Index(fields=['webhook', 'state', 'next_at'], name='webhook_call_due'), models.Index(fields=['webhook', '-id'], name='webhook_call_newest'), models.Index(fields=['at'], name='webhook_call_age')],
            },
        ),
    ]
