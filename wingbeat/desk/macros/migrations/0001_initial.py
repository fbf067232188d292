import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Macro',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('shortcut', models.SlugField(blank=True, max_length=40, verbose_name='shortcut')),
                ('folder', models.CharField(blank=True, max_length=80, verbose_name='folder')),
                ('steps', models.JSONField(blank=True, default=list)),
                ('used', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='macros', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='macros', to='people.team')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('team__isnull', True), _connector='OR'), name='macro_of_one_or_a_team', violation_error_message="A macro is one person's or a team's, not both.")],
            },
        ),
        migrations.CreateModel(
            name='MacroText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('html', models.TextField()),
                ('text', models.TextField()),
                ('macro', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='macros.macro')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('macro', 'language'), name='macro_once_a_language')],
            },
        ),
    ]
