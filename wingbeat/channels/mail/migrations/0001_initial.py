import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conversations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('imap_host', models.CharField(blank=True, max_length=200, verbose_name='IMAP server')),
                ('imap_port', models.PositiveIntegerField(default=993, verbose_name='IMAP port')),
                ('imap_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('none', 'none')], default='tls', max_length=8)),
                ('imap_user', models.CharField(blank=True, max_length=254, verbose_name='IMAP user')),
                ('folder', models.CharField(default='INBOX', max_length=200, verbose_name='folder')),
                ('sent_folder', models.CharField(blank=True, max_length=200, verbose_name='folder of sent mail')),
                ('smtp_host', models.CharField(blank=True, max_length=200, verbose_name='SMTP server')),
                ('smtp_port', models.PositiveIntegerField(default=587, verbose_name='SMTP port')),
                ('smtp_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('none', 'none')], default='starttls', max_length=8)),
                ('smtp_user', models.CharField(blank=True, max_length=254, verbose_name='SMTP user')),
                ('imap_secret', models.TextField(blank=True)),
                ('smtp_secret', models.TextField(blank=True)),
                ('is_oauth2', models.BooleanField(default=False)),
                ('oauth2', models.JSONField(blank=True, default=dict)),
                ('oauth2_secret', models.TextField(blank=True)),
                ('authserv_id', models.CharField(blank=True, max_length=200)),
                ('uid_place', models.CharField(blank=True, max_length=64)),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('uid_seen', models.BigIntegerField(default=0)),
                ('watched_since_at', models.DateTimeField(blank=True, null=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, max_length=500)),
                ('trouble_since_at', models.DateTimeField(null=True)),
                ('inbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='account', to='conversations.inbox')),
            ],
        ),
        migrations.CreateModel(
            name='RawMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.BigIntegerField()),
                ('packed', models.BinaryField(null=True)),
                ('source', models.CharField(choices=[('imap', 'fetched by IMAP'), ('smtp', 'received by SMTP'), ('pipe', 'piped in'), ('form', "written in the help center's form")], max_length=4)),
                ('received_at', models.DateTimeField()),
                ('envelope_from', models.CharField(blank=True, max_length=254)),
                ('envelope_to', models.CharField(blank=True, max_length=254)),
                ('message_id', models.CharField(blank=True, max_length=300)),
                ('body_sha256', models.CharField(blank=True, max_length=64)),
                ('judgement', models.CharField(choices=[('stored', 'not looked at yet'), ('opened', 'began a conversation'), ('joined', 'joined its conversation'), ('answered', 'an agent answered by mail'), ('margin', 'waits in the margin of a conversation'), ('bounce', 'a reply came back'), ('duplicate', 'we have this mail already'), ('spam', 'spam'), ('blocked', 'from a blocked sender'), ('loop', 'our own mail came round'), ('unreadable', 'could not be read'), ('no_inbox', 'no inbox has this address')], default='stored', max_length=10)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('origin', models.CharField(blank=True, max_length=80)),
                ('sender', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('became', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='raw_mails', to='conversations.message')),
                ('inbox', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='raw_mails', to='conversations.inbox')),
                ('looks_like', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.conversation')),
            ],
            options={
                'indexes': [models.Index(fields=['judgement', '-id'], name='raw_judgement'), models.Index(fields=['message_id'], name='raw_by_id')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('origin', ''), _negated=True), fields=('origin',), name='raw_origin_once')],
            },
        ),
        migrations.CreateModel(
            name='FetchedUid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid_validity', models.BigIntegerField()),
                ('uid', models.BigIntegerField()),
                ('why', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fetched_uids', to='mail.account')),
                ('raw_mail', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uids', to='mail.rawmail')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'uid_validity', 'uid'), name='uid_fetched_once')],
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('on_server', models.PositiveIntegerField()),
                ('here', models.PositiveIntegerField()),
                ('fetched', models.PositiveIntegerField(default=0)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reconciliations', to='mail.account')),
            ],
        ),
        migrations.CreateModel(
            name='AutomaticMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.conversation')),
            ],
            options={
                'indexes': [models.Index(fields=['email', 'at'], name='automatic_by_address')],
            },
        ),
    ]
