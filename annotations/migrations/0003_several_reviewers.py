
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from annotations.folding import fold, search_key

LOT = 5000


def fill_in(apps, schema_editor):
    """What follows from rows that are there already."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotations_term SET project_id ="
            " (SELECT c.project_id FROM annotations_concept c WHERE c.id = annotations_term.concept_id)"
        )
        last = 0
        while True:
            cursor.execute("SELECT id, text FROM annotations_term WHERE id > %s ORDER BY id LIMIT %s", [last, LOT])
            rows = cursor.fetchall()
            if not rows:
                break
            last = rows[-1][0]
            folded = [(fold(text), pk) for pk, text in rows]
            cursor.executemany(
                "UPDATE annotations_term SET folded = %s, search_key = %s WHERE id = %s",
                [(text, search_key(text), pk) for text, pk in folded],
            )
        cursor.execute(
            "UPDATE annotations_termpair SET outcome ="
            " (SELECT d.outcome FROM annotations_decision d WHERE d.pair_id = annotations_termpair.id)"
            " WHERE id IN (SELECT pair_id FROM annotations_decision)"
        )
        cursor.execute(
            "UPDATE annotations_termpair SET position ="
            " (SELECT MIN(c.position) FROM annotations_claim c WHERE c.pair_id = annotations_termpair.id)"
            " WHERE id IN (SELECT pair_id FROM annotations_claim)"
        )
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the next ALTER TABLE meets pending checks



class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0002_queue_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='GoldPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('equivalent', 'Equivalent'), ('not_equivalent', 'Not equivalent'), ('corrected', 'Corrected'), ('broader', 'Broader'), ('narrower', 'Narrower'), ('related', 'Related'), ('antonym', 'Antonym'), ('false_friend', 'False friend'), ('wrong_form', 'Wrong form'), ('wrong_language', 'Wrong language'), ('not_a_term', 'Not a term'), ('unsure', 'Unsure'), ('skipped', 'Skipped'), ('flagged', 'Flagged for the lead')], max_length=20)),
                ('correction', models.CharField(blank=True, max_length=1000)),
                ('explanation', models.TextField(help_text='Why; shown to those who practise.')),
                ('practice', models.BooleanField(default=False, help_text='To practise on, never hidden in the queue.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='KeyBindings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keys', models.JSONField(default=dict, help_text='Action → key; what is missing has its default.')),
                ('off', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('conflict', 'Reviewers disagree'), ('reply', 'Reply to a comment'), ('flag', 'Flagged for the lead'), ('gold', 'Gold pairs failed'), ('adjudicated', 'The lead has decided')], max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PracticeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('equivalent', 'Equivalent'), ('not_equivalent', 'Not equivalent'), ('corrected', 'Corrected'), ('broader', 'Broader'), ('narrower', 'Narrower'), ('related', 'Related'), ('antonym', 'Antonym'), ('false_friend', 'False friend'), ('wrong_form', 'Wrong form'), ('wrong_language', 'Wrong language'), ('not_a_term', 'Not a term'), ('unsure', 'Unsure'), ('skipped', 'Skipped'), ('flagged', 'Flagged for the lead')], max_length=20)),
                ('correction', models.CharField(blank=True, max_length=1000)),
                ('right', models.BooleanField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Reliability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target_language', models.CharField(max_length=16)),
                ('gold_seen', models.PositiveIntegerField(default=0, help_text='Among the last gold pairs that count.')),
                ('gold_right', models.PositiveIntegerField(default=0)),
                ('accuracy', models.FloatField(help_text='Share of right answers by Dawid–Skene; empty: too few shared.', null=True)),
                ('rated', models.PositiveIntegerField(default=0, help_text='Answers that the accuracy rests on.')),
                ('weight', models.FloatField(default=1.0, help_text='0..1: what an answer counts when reviewers disagree.')),
                ('probation', models.BooleanField(default=False, help_text='Failed gold pairs: nothing of theirs decides alone.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(help_text='Name of the list that it filters.', max_length=30)),
                ('name', models.CharField(max_length=60)),
                ('query', models.JSONField(default=dict, help_text="Field → value, as in the page's address.")),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.RemoveIndex(
            model_name='termpair',
            name='annotations_project_c12166_idx',
        ),
        migrations.AddField(
            model_name='membership',
            name='practised_at',
            field=models.DateTimeField(blank=True, help_text='When practice was finished or passed over.', null=True),
        ),
        migrations.AddField(
            model_name='project',
            name='blind_first',
            field=models.BooleanField(default=False, help_text="Hide the model's view until the first answer."),
        ),
        migrations.AddField(
            model_name='project',
            name='blind_share',
            field=models.FloatField(default=0.5, help_text='Of the pairs, where blind first is on; the rest compares.'),
        ),
        migrations.AddField(
            model_name='project',
            name='gold_share',
            field=models.FloatField(default=0.05, help_text='Chance of a gold pair before each pair, while any is left.'),
        ),
        migrations.AddField(
            model_name='project',
            name='overlap_maximum',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Reviewers asked at most, where they disagree. Empty: no more than wanted.', null=True),
        ),
        migrations.AddField(
            model_name='project',
            name='overlap_policy',
            field=models.CharField(choices=[('everyone', 'The same number of reviewers for every pair'), ('doubtful', 'A second reviewer only where there is doubt')], default='everyone', max_length=10),
        ),
        migrations.AddField(
            model_name='project',
            name='random_share',
            field=models.FloatField(default=0.1, help_text='Of the queue: drawn at random, so that rates are honest.'),
        ),
        migrations.AddField(
            model_name='project',
            name='uncertain_share',
            field=models.FloatField(default=0.2, help_text='Of the queue: pairs the model is least sure of.'),
        ),
        migrations.AddField(
            model_name='term',
            name='context',
            field=models.TextField(blank=True, help_text='A sentence that uses the term.'),
        ),
        migrations.AddField(
            model_name='term',
            name='folded',
            field=models.TextField(default='', editable=False, help_text='The text without accents and letter case.'),
        ),
        migrations.AddField(
            model_name='term',
            name='part_of_speech',
            field=models.CharField(blank=True, max_length=50),
        ),
        migrations.AddField(
            model_name='term',
            name='project',
            field=models.ForeignKey(help_text="The concept's.", null=True, on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='annotations.project'),
        ),
        migrations.AddField(
            model_name='term',
            name='search_key',
            field=models.TextField(default='', editable=False, help_text='What the trigram index holds: see annotations.folding.'),
        ),
        migrations.AddField(
            model_name='termpair',
            name='outcome',
            field=models.CharField(blank=True, choices=[('equivalent', 'Equivalent'), ('not_equivalent', 'Not equivalent'), ('corrected', 'Corrected'), ('broader', 'Broader'), ('narrower', 'Narrower'), ('related', 'Related'), ('antonym', 'Antonym'), ('false_friend', 'False friend'), ('wrong_form', 'Wrong form'), ('wrong_language', 'Wrong language'), ('not_a_term', 'Not a term'), ('unsure', 'Unsure'), ('skipped', 'Skipped'), ('flagged', 'Flagged for the lead')], help_text="The decision's, for the lists.", max_length=20),
        ),
        migrations.AddField(
            model_name='termpair',
            name='position',
            field=models.PositiveIntegerField(blank=True, help_text='Place in the queue, for the lists.', null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='confidence',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Low'), (2, 'Medium'), (3, 'High')], null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='saw_model',
            field=models.BooleanField(blank=True, help_text="Whether the model's view was on screen.", null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='seconds',
            field=models.FloatField(blank=True, help_text='How long the card was open.', null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='surplus',
            field=models.BooleanField(default=False, help_text='Beyond the answers that the pair wanted: kept and marked.'),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='term',
            name='folded',
            field=models.TextField(editable=False, help_text='The text without accents and letter case.'),
        ),
        migrations.AlterField(
            model_name='term',
            name='project',
            field=models.ForeignKey(help_text="The concept's.", on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='annotations.project'),
        ),
        migrations.AlterField(
            model_name='term',
            name='search_key',
            field=models.TextField(editable=False, help_text='What the trigram index holds: see annotations.folding.'),
        ),
        migrations.AddIndex(
            model_name='concept',
            index=models.Index(fields=['project', 'family'], name='families'),
        ),
        migrations.AddIndex(
            model_name='termpair',
            index=models.Index(fields=['project', 'position', 'id'], name='pairs_in_order'),
        ),
        migrations.AddIndex(
            model_name='termpair',
            index=models.Index(fields=['project', 'state', 'position', 'id'], name='pairs_of_a_state'),
        ),
        migrations.AddIndex(
            model_name='termpair',
            index=models.Index(fields=['project', 'target_language', 'position', 'id'], name='pairs_of_a_language'),
        ),
        migrations.AddIndex(
            model_name='termpair',
            index=models.Index(fields=['project', 'target_language', 'state', 'position', 'id'], name='pairs_of_language_and_state'),
        ),
        migrations.AddIndex(
            model_name='termpair',
            index=models.Index(condition=models.Q(('outcome', ''), _negated=True), fields=['project', 'outcome', 'position', 'id'], name='pairs_of_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('uncertain_share__gte', 0), ('uncertain_share__lte', 1)), name='project_uncertain_share_unit'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('random_share__gte', 0), ('random_share__lte', 1)), name='project_random_share_unit'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('gold_share__gte', 0), ('gold_share__lte', 1)), name='project_gold_share_unit'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('blind_share__gte', 0), ('blind_share__lte', 1)), name='project_blind_share_unit'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('confidence', None), models.Q(('confidence__gte', 1), ('confidence__lte', 3)), _connector='OR'), name='verdict_confidence'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('seconds', None), ('seconds__gte', 0), _connector='OR'), name='verdict_seconds'),
        ),
        migrations.AddField(
            model_name='comment',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='concept',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='annotations.concept'),
        ),
        migrations.AddField(
            model_name='comment',
            name='pair',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='annotations.termpair'),
        ),
        migrations.AddField(
            model_name='comment',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='annotations.comment'),
        ),
        migrations.AddField(
            model_name='comment',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='annotations.project'),
        ),
        migrations.AddField(
            model_name='goldpair',
            name='pair',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='gold', to='annotations.termpair'),
        ),
        migrations.AddField(
            model_name='goldpair',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gold_pairs', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='keybindings',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='key_bindings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notification',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notified', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notification',
            name='comment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='annotations.comment'),
        ),
        migrations.AddField(
            model_name='notification',
            name='pair',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='annotations.termpair'),
        ),
        migrations.AddField(
            model_name='notification',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='annotations.project'),
        ),
        migrations.AddField(
            model_name='notification',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='practiceanswer',
            name='gold',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practice_answers', to='annotations.goldpair'),
        ),
        migrations.AddField(
            model_name='practiceanswer',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practice_answers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reliability',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reliabilities', to='annotations.project'),
        ),
        migrations.AddField(
            model_name='reliability',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reliabilities', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedfilter',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to='annotations.project'),
        ),
        migrations.AddField(
            model_name='savedfilter',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['user', '-id'], name='unread_notifications'),
        ),
        migrations.AddConstraint(
            model_name='practiceanswer',
            constraint=models.UniqueConstraint(fields=('gold', 'user'), name='one_practice_answer'),
        ),
        migrations.AddConstraint(
            model_name='reliability',
            constraint=models.UniqueConstraint(fields=('project', 'reviewer', 'target_language'), name='one_reliability'),
        ),
        migrations.AddConstraint(
            model_name='reliability',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 0), ('weight__lte', 1)), name='reliability_weight_unit'),
        ),
        migrations.AddConstraint(
            model_name='reliability',
            constraint=models.CheckConstraint(condition=models.Q(('gold_right__lte', models.F('gold_seen'))), name='reliability_gold_right'),
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.UniqueConstraint(fields=('project', 'user', 'page', 'name'), name='one_saved_filter_a_name'),
        ),
    ]
