from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0005_given_back'),
    ]

    operations = [
        migrations.AlterField(
            model_name='scan',
            name='vocabulary_digest',
            field=models.CharField(help_text='sha256 over terms and pairs', max_length=64),
        ),
        migrations.AddField(
            model_name='scan',
            name='decisions_digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='scan',
            name='last_term',
            field=models.PositiveBigIntegerField(default=0, help_text='highest id of what the digest is of'),
        ),
        migrations.AddField(
            model_name='scan',
            name='last_pair',
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
