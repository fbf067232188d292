import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conversations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OldDesk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('reached', models.CharField(blank=True, max_length=200)),
                ('began_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Brought',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('conversation', 'conversation'), ('message', 'message'), ('customer', 'customer')], max_length=12)),
                ('ref', models.CharField(max_length=200)),
                ('became', models.BigIntegerField(null=True)),
                ('mark', models.CharField(blank=True, max_length=60)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='brought', to='moving.olddesk')),
            ],
            options={
                'verbose_name_plural': 'brought',
                'indexes': [models.Index(fields=['what', 'became'], name='brought_became')],
                'constraints': [models.UniqueConstraint(fields=('desk', 'what', 'ref'), name='brought_once')],
            },
        ),
        migrations.CreateModel(
            name='OldNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=200)),
                ('number', models.CharField(db_index=True, max_length=60)),
                ('leads_to', models.CharField(blank=True, max_length=200)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='old_numbers', to='conversations.conversation')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='moving.olddesk')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('desk', 'ref'), name='old_number_once')],
            },
        ),
    ]
