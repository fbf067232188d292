from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('automation', '0002_declarations'),
    ]

    operations = [
        migrations.AddField(
            model_name='ruleversion',
            name='for_customer',
            field=models.CharField(blank=True, max_length=1000, verbose_name='why it is right for the customer'),
        ),
        migrations.AddField(
            model_name='ruleversion',
            name='our_name',
            field=models.CharField(blank=True, max_length=1000, verbose_name='what it will do to our name'),
        ),
        migrations.AddField(
            model_name='ruleversion',
            name='outcome',
            field=models.CharField(blank=True, max_length=1000, verbose_name='what it will do'),
        ),
    ]
