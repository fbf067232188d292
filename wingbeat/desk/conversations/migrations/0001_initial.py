import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=60, verbose_name='label')),
                ('about', models.CharField(choices=[('conversation', 'the conversation'), ('customer', 'the customer'), ('organization', 'the organization')], max_length=12)),
                ('shape', models.CharField(choices=[('text', 'text'), ('number', 'a number'), ('date', 'a day'), ('choice', 'one of several'), ('yesno', 'yes or no')], max_length=6)),
                ('choices', models.JSONField(default=list)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('customer', 'from the customer'), ('agent', 'to the customer'), ('note', 'note')], max_length=10)),
                ('at', models.DateTimeField()),
                ('automatic', models.CharField(blank=True, max_length=10)),
                ('in_margin', models.BooleanField(default=False)),
                ('is_aside', models.BooleanField(default=False)),
                ('message_id', models.CharField(blank=True, max_length=300)),
                ('came_by', models.CharField(blank=True, choices=[('link', 'by their link'), ('form', 'by the form of the help center'), ('phone', 'on the phone'), ('walk_in', 'at our door'), ('visit', 'on a visit')], max_length=10)),
                ('address', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='customers.address')),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['message_id'], name='message_by_id')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('assign', 'Assign'), ('tag', 'Tag'), ('untag', 'Take a tag off'), ('snooze', 'Put aside'), ('end', 'End'), ('move', 'Move')], max_length=8)),
                ('what', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('retired_at', models.DateTimeField(null=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='conversations.cause')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='cause_named_once')],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('opened_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('us', 'waits for us'), ('customer', 'waits for the customer'), ('quiet', 'quiet'), ('ended', 'ended'), ('solved', 'solved')], default='us', max_length=10)),
                ('waits_for_us_since', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('warn_at', models.DateTimeField(blank=True, null=True)),
                ('due_why', models.JSONField(blank=True, null=True)),
                ('end_due_at', models.DateTimeField(blank=True, null=True)),
                ('severity', models.SmallIntegerField(choices=[(0, 'Ordinary'), (1, 'Serious: they cannot go on'), (2, 'Grave: harm is done')], default=0)),
                ('latest_at', models.DateTimeField()),
                ('excerpt', models.CharField(blank=True, max_length=200)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('is_restricted', models.BooleanField(default=False)),
                ('is_spam', models.BooleanField(default=False)),
                ('has_attachments', models.BooleanField(default=False)),
                ('has_stranger', models.BooleanField(default=False)),
                ('has_trouble', models.BooleanField(default=False)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='customers.customer')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_in', to='conversations.conversation')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='people.team')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('waits_for_us_since__isnull', False)), fields=['-severity', 'due_at', 'id'], name='conversation_served'), models.Index(condition=models.Q(('waits_for_us_since__isnull', False)), fields=['waits_for_us_since', 'id'], name='conversation_waits'), models.Index(fields=['state', '-latest_at', '-id'], name='conversation_state'), models.Index(condition=models.Q(('assignee__isnull', False)), fields=['assignee', '-latest_at'], name='conversation_assignee'), models.Index(fields=['customer', '-latest_at'], name='conversation_customer'), models.Index(fields=['-latest_at', '-id'], name='conversation_latest'), models.Index(fields=['-opened_at', '-id'], name='conversation_opened'), models.Index(condition=models.Q(('has_trouble', True)), fields=['id'], name='conversation_trouble'), models.Index(condition=models.Q(('has_stranger', True)), fields=['id'], name='conversation_stranger'), models.Index(condition=models.Q(('is_restricted', True)), fields=['id'], name='conversation_restricted'), models.Index(condition=models.Q(('snoozed_until__isnull', False)), fields=['snoozed_until'], name='conversation_snoozed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('waits_for_us_since__isnull', True), ('due_at__isnull', False), _connector='OR'), name='who_waits_is_due')],
            },
        ),
        migrations.CreateModel(
            name='CauseMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='conversations.cause')),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cause_mark', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(blank=True, choices=[('', 'not yet'), ('done', 'done'), ('same', 'was so already'), ('refused', 'could not be done'), ('undone', 'taken back'), ('kept', 'left as it is')], max_length=8)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('before', models.JSONField(default=dict)),
                ('entry', models.BigIntegerField(default=0)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='conversations.batch')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.conversation')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'outcome', 'id'], name='batch_item_outcome')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'conversation'), name='once_in_a_batch')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.team')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='Admission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='admissions', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='admissions', to='conversations.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'conversation'), name='admitted_once')],
            },
        ),
        migrations.CreateModel(
            name='CustomValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('folded', models.CharField(max_length=600)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='custom_values', to='conversations.conversation')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='custom_values', to='customers.customer')),
                ('field', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values_held', to='conversations.customfield')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='custom_values', to='customers.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['field', 'folded'], name='custom_value_found')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('conversation__isnull', False), ('customer', None), ('organization', None)), models.Q(('conversation', None), ('customer__isnull', False), ('organization', None)), models.Q(('conversation', None), ('customer', None), ('organization__isnull', False)), _connector='OR'), name='custom_value_of_one'), models.UniqueConstraint(condition=models.Q(('conversation__isnull', False)), fields=('field', 'conversation'), name='custom_value_once_a_conversation'), models.UniqueConstraint(condition=models.Q(('customer__isnull', False)), fields=('field', 'customer'), name='custom_value_once_a_customer'), models.UniqueConstraint(condition=models.Q(('organization__isnull', False)), fields=('field', 'organization'), name='custom_value_once_a_organization')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reply', 'reply'), ('note', 'note'), ('forward', 'forward'), ('new', 'new conversation')], default='reply', max_length=10)),
                ('to', models.TextField(blank=True)),
                ('cc', models.TextField(blank=True)),
                ('bcc', models.TextField(blank=True)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('html', models.TextField(blank=True)),
                ('is_plain', models.BooleanField(default=False)),
                ('seen_message_id', models.BigIntegerField(null=True)),
                ('steps', models.JSONField(default=list)),
                ('saved_at', models.DateTimeField()),
                ('shared_at', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='conversations.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('conversation__isnull', False)), fields=('conversation', 'agent', 'kind'), name='one_draft_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='DraftTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('html', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='conversations.draft')),
            ],
        ),
        migrations.CreateModel(
            name='Ending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('answered', 'answered'), ('elsewhere', 'done elsewhere'), ('duplicate', 'duplicate'), ('no_answer', 'no answer needed'), ('spam', 'spam')], max_length=20)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='endings', to='conversations.conversation')),
            ],
            options={
                'indexes': [models.Index(fields=['reason', 'conversation'], name='ending_reason')],
            },
        ),
        migrations.CreateModel(
            name='Following',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followings', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followings', to='conversations.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'conversation'), name='followed_once')],
            },
        ),
        migrations.CreateModel(
            name='Inbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('address', models.CharField(max_length=254, unique=True, verbose_name='address')),
                ('from_name', models.CharField(blank=True, max_length=120, verbose_name='sender name')),
                ('signature', models.TextField(blank=True, verbose_name='signature')),
                ('zone', models.CharField(blank=True, max_length=64, verbose_name='time zone')),
                ('language', models.CharField(blank=True, max_length=8, verbose_name='language')),
                ('uses_plus_address', models.BooleanField(default=False)),
                ('shows_agent_name', models.BooleanField(default=False, verbose_name="agents' names on their replies")),
                ('sends_receipt', models.BooleanField(default=False, verbose_name='confirm that a mail has come')),
                ('receipt_text', models.TextField(blank=True, verbose_name='words of the receipt')),
                ('takes_forms', models.BooleanField(default=False, verbose_name='takes the contact form')),
                ('is_for_team', models.BooleanField(default=False, verbose_name='the agents are its customers')),
                ('shows_page_link', models.BooleanField(default=True, verbose_name="link to the customer's page")),
                ('promise', models.JSONField(blank=True, null=True)),
                ('teams', models.ManyToManyField(blank=True, related_name='inboxes', to='people.team')),
            ],
            options={
                'verbose_name_plural': 'inboxes',
            },
        ),
        migrations.AddField(
            model_name='draft',
            name='inbox',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.inbox'),
        ),
        migrations.AddField(
            model_name='customfield',
            name='inbox',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='custom_fields', to='conversations.inbox'),
        ),
        migrations.AddField(
            model_name='conversation',
            name='inbox',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='conversations.inbox'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('waits_for_us_since__isnull', False)), fields=['inbox', '-severity', 'due_at', 'id'], name='conversation_inbox_served'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('waits_for_us_since__isnull', False)), fields=['inbox', 'waits_for_us_since', 'id'], name='conversation_inbox_waits'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['inbox', 'state', '-latest_at', '-id'], name='conversation_inbox_state'),
        ),
        migrations.CreateModel(
            name='InboxAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254, unique=True, verbose_name='address')),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='conversations.inbox')),
            ],
            options={
                'verbose_name_plural': 'inbox addresses',
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('related', 'related'), ('follow_up', 'follow-up')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='conversations.conversation')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='conversations.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'target'), name='linked_once')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='merge_row', to='conversations.conversation')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merge_rows', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='MessageText',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='conversations.message')),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('html', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('text_new', models.TextField(blank=True)),
                ('recipients', models.JSONField(default=dict)),
                ('thread_index', models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='conversation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='conversations.conversation'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['conversation', 'at', 'id'], name='message_of_conversation'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('kind', 'note')), fields=['conversation'], name='message_note'),
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='conversations.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'message'), name='mentioned_once')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.BigIntegerField()),
                ('packed', models.BinaryField(null=True)),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=255)),
                ('type', models.CharField(max_length=127)),
                ('is_inline', models.BooleanField(default=False)),
                ('content_id', models.CharField(blank=True, max_length=255)),
                ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='conversations.draft')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='conversations.message')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('message__isnull', True), ('draft__isnull', True), _connector='XOR'), name='attachment_has_one_place')],
            },
        ),
        migrations.CreateModel(
            name='Along',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('steps', models.JSONField(default=list)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='along', to='conversations.message')),
            ],
            options={
                'verbose_name_plural': 'along',
            },
        ),
        migrations.CreateModel(
            name='Outgoing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('later', 'leaves later'), ('waiting', 'waiting to be sent'), ('handing_over', 'handing over'), ('sent', 'sent'), ('failed', 'failed'), ('in_doubt', 'in doubt'), ('bounced', 'came back'), ('perhaps', 'perhaps came back'), ('given_up', 'given up')], default='waiting', max_length=12)),
                ('undo_until_at', models.DateTimeField()),
                ('next_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.CharField(blank=True, max_length=32)),
                ('lease_until_at', models.DateTimeField(null=True)),
                ('handed_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('still_to', models.JSONField(default=list)),
                ('refused', models.JSONField(default=dict)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outgoing', to='conversations.message')),
            ],
            options={
                'verbose_name_plural': 'outgoing',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='outgoing_ready'), models.Index(condition=models.Q(('state', 'handing_over')), fields=['lease_until_at'], name='outgoing_stranded'), models.Index(fields=['state', '-id'], name='outgoing_state')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('link_turn', models.PositiveIntegerField(default=0)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='conversations.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('conversation', 'email'), name='participant_once')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField()),
                ('comment', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='conversations.conversation')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-at'], name='rating_of_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('value__gte', 1), ('value__lte', 5)), name='rating_of_five')],
            },
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reopenings', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='restriction', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('would_return', models.BooleanField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='return_questions', to='conversations.conversation')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='return_questions', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-asked_at'], name='return_question_latest')],
            },
        ),
        migrations.CreateModel(
            name='SeverityMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.SmallIntegerField(choices=[(0, 'Ordinary'), (1, 'Serious: they cannot go on'), (2, 'Grave: harm is done')])),
                ('why', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='severity_marks', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='Solution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='solutions', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='Split',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='split_row', to='conversations.conversation')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='split_off', to='conversations.conversation')),
            ],
        ),
        migrations.CreateModel(
            name='SplitMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pointers', to='conversations.message')),
                ('split', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pointers', to='conversations.split')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('split', 'message'), name='pointer_once')],
            },
        ),
        migrations.CreateModel(
            name='Stranger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('unknown', 'nobody here has written to this address'), ('failed_check', "the sender's address failed our mail server's check")], max_length=20)),
                ('is_let_in', models.BooleanField(null=True)),
                ('at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='stranger', to='conversations.message')),
            ],
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='conversations.conversation')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='conversations.tag')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('conversation', 'tag'), name='tagged_once')],
            },
        ),
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('question', models.CharField(blank=True, max_length=1000)),
                ('columns', models.JSONField(blank=True, default=list)),
                ('for_whom', models.CharField(choices=[('oneself', 'Only me'), ('team', 'A team'), ('all', 'Everybody')], default='oneself', max_length=8)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='views', to='people.team')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('for_whom', 'team'), ('team__isnull', False)), models.Q(models.Q(('for_whom', 'team'), _negated=True), ('team__isnull', True)), _connector='OR'), name='view_of_a_team_has_one')],
            },
        ),
        migrations.CreateModel(
            name='ViewCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveSmallIntegerField(null=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('entry', models.BigIntegerField(default=0)),
                ('wanted_at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('view', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='conversations.view')),
            ],
            options={
                'indexes': [models.Index(fields=['wanted_at'], name='view_count_wanted')],
                'constraints': [models.UniqueConstraint(fields=('agent', 'view'), name='counted_once')],
            },
        ),
    ]
