from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0004_proposed_promotion'),
    ]

    operations = [
        migrations.AddField(
            model_name='round',
            name='given_back',
            field=models.PositiveIntegerField(default=0, help_text='attempts whose worker was told to stop'),
        ),
    ]
