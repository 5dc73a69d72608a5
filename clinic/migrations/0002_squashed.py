import clinic.clock
import clinic.encryption
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("clinic", "0001_initial"), ("clinic", "0002_staff_standing")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("clinic", "Clinic"), ("centre", "Centre"), ("both", "Clinic and centre")],
                        max_length=10,
                    ),
                ),
                ("country", models.CharField(default="England", max_length=40)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("settings", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["clinic", "centre", "both"])), name="clinic_organisation_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                ("legal_name", clinic.encryption.SealedText(holder="id", sealed_as="client.legal_name")),
                ("known_as", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.known_as")),
                ("code", clinic.encryption.SealedText(holder="id", sealed_as="client.code")),
                ("birth_date", clinic.encryption.SealedText(holder="id", sealed_as="client.birth_date")),
                ("phone", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.phone")),
                ("email", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.email")),
                ("address", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.address")),
                (
                    "emergency_contact",
                    clinic.encryption.SealedText(default="", holder="id", sealed_as="client.emergency_contact"),
                ),
                ("gp_practice", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.gp_practice")),
                ("sex", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.sex")),
                ("needs", clinic.encryption.SealedJSON(default=list, holder="id", sealed_as="client.needs")),
                ("language", models.CharField(default="en-GB", max_length=12)),
                ("erased_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "recorded_at", "id"], name="clinic_client_page")],
            },
        ),
        migrations.CreateModel(
            name="AllergyEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                ("tag", clinic.encryption.SealedText(holder="client_id", sealed_as="allergy.tag")),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="allergy.words")),
                ("detail", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="allergy.detail")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("unsure", "Unsure"), ("corrected", "Corrected")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=60)),
                ("reason", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="allergy.reason")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "unsure", "corrected"])),
                        name="clinic_allergy_status",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("chain_id", models.UUIDField()),
                ("seq", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("device", models.CharField(blank=True, max_length=60)),
                ("session", models.CharField(blank=True, max_length=64)),
                ("request", models.CharField(blank=True, max_length=36)),
                ("action", models.CharField(max_length=80)),
                ("object_type", models.CharField(blank=True, max_length=60)),
                ("object_id", models.UUIDField(null=True)),
                ("client_id", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField(null=True)),
                ("outcome", models.CharField(max_length=10)),
                ("facts", models.JSONField(default=dict)),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["chain_id", "actor_id", "action", "at"], name="clinic_auditentry_sitting"),
                    models.Index(fields=["actor_id", "at"], name="clinic_auditentry_actor"),
                    models.Index(fields=["organisation_id", "at"], name="clinic_auditentry_org"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("chain_id", "seq"), name="clinic_auditentry_chain_seq")
                ],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("position", models.CharField(blank=True, max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                ("is_system", models.BooleanField(default=False)),
                ("standing", models.PositiveIntegerField(default=1)),
                ("signed_out_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CareRelation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_relations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("client", "staff"),
                        name="clinic_carerelation_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("chain_id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "kind", "number"), name="clinic_content_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("organisation", "kind"),
                        name="clinic_content_one_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "retired"])),
                        name="clinic_content_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="clinic_content_published_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContentReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="clinic.contentversion"
                    ),
                ),
                ("rows", models.JSONField()),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("registration", "Professional registration"),
                            ("qualification", "Regulated qualification"),
                            ("in_training", "In training for"),
                            ("insurance", "Indemnity insurance"),
                            ("first_aid", "First Aid at Work"),
                            ("bls", "Basic Life Support"),
                            ("anaphylaxis", "Anaphylaxis"),
                            ("experience", "Experience"),
                            ("cpd", "Continuing professional development"),
                            ("assessing_award", "Assessing award"),
                            ("iqa_award", "Internal quality assurance award"),
                            ("teaching_award", "Teaching award"),
                            ("prescribing", "Prescribing right"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.CharField(blank=True, max_length=200)),
                ("number", models.CharField(blank=True, max_length=80)),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("hours", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ("covers", models.JSONField(blank=True, default=list)),
                ("from_on", models.DateField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("verified_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "registration",
                                    "qualification",
                                    "in_training",
                                    "insurance",
                                    "first_aid",
                                    "bls",
                                    "anaphylaxis",
                                    "experience",
                                    "cpd",
                                    "assessing_award",
                                    "iqa_award",
                                    "teaching_award",
                                    "prescribing",
                                ],
                            )
                        ),
                        name="clinic_credential_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("about_type", models.CharField(blank=True, max_length=60)),
                ("about_id", models.UUIDField(null=True)),
                ("title", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="document.title")),
                ("sha256", models.CharField(max_length=64)),
                ("reading_sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("facts", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="document.facts")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("questionnaire", "Questionnaire"),
                            ("consent", "Consent"),
                            ("aftercare", "Aftercare"),
                        ],
                        max_length=20,
                    ),
                ),
                ("document_id", models.UUIDField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("device", models.CharField(blank=True, max_length=60)),
                ("started_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["questionnaire", "consent", "aftercare"])),
                        name="clinic_handover_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAllergyEntry",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("tag", clinic.encryption.SealedText(holder="client_id", sealed_as="allergy.tag")),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="allergy.words")),
                ("detail", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="allergy.detail")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("unsure", "Unsure"), ("corrected", "Corrected")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=60)),
                ("reason", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="allergy.reason")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.client",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical allergy entry",
                "verbose_name_plural": "historical allergy entrys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCareRelation",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.client",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical care relation",
                "verbose_name_plural": "historical care relations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalClient",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("legal_name", clinic.encryption.SealedText(holder="id", sealed_as="client.legal_name")),
                ("known_as", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.known_as")),
                ("code", clinic.encryption.SealedText(holder="id", sealed_as="client.code")),
                ("birth_date", clinic.encryption.SealedText(holder="id", sealed_as="client.birth_date")),
                ("phone", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.phone")),
                ("email", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.email")),
                ("address", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.address")),
                (
                    "emergency_contact",
                    clinic.encryption.SealedText(default="", holder="id", sealed_as="client.emergency_contact"),
                ),
                ("gp_practice", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.gp_practice")),
                ("sex", clinic.encryption.SealedText(default="", holder="id", sealed_as="client.sex")),
                ("needs", clinic.encryption.SealedJSON(default=list, holder="id", sealed_as="client.needs")),
                ("language", models.CharField(default="en-GB", max_length=12)),
                ("erased_at", models.DateTimeField(editable=False, null=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical client",
                "verbose_name_plural": "historical clients",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContentVersion",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("kind", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical content version",
                "verbose_name_plural": "historical content versions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCredential",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("registration", "Professional registration"),
                            ("qualification", "Regulated qualification"),
                            ("in_training", "In training for"),
                            ("insurance", "Indemnity insurance"),
                            ("first_aid", "First Aid at Work"),
                            ("bls", "Basic Life Support"),
                            ("anaphylaxis", "Anaphylaxis"),
                            ("experience", "Experience"),
                            ("cpd", "Continuing professional development"),
                            ("assessing_award", "Assessing award"),
                            ("iqa_award", "Internal quality assurance award"),
                            ("teaching_award", "Teaching award"),
                            ("prescribing", "Prescribing right"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.CharField(blank=True, max_length=200)),
                ("number", models.CharField(blank=True, max_length=80)),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("hours", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ("covers", models.JSONField(blank=True, default=list)),
                ("from_on", models.DateField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
                ("verified_on", models.DateField(blank=True, null=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical credential",
                "verbose_name_plural": "historical credentials",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMembership",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("practitioner", "Practitioner"),
                            ("learner", "Learner"),
                            ("reception", "Reception"),
                            ("lead", "Clinical lead"),
                            ("manager", "Manager"),
                            ("assessor", "Assessor"),
                            ("iqa", "Internal quality assurer"),
                            ("eqa", "External quality assurer"),
                            ("protection", "Data protection lead"),
                            ("prescriber", "Prescriber"),
                            ("tutor", "Tutor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical membership",
                "verbose_name_plural": "historical memberships",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalOrganisation",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("clinic", "Clinic"), ("centre", "Centre"), ("both", "Clinic and centre")],
                        max_length=10,
                    ),
                ),
                ("country", models.CharField(default="England", max_length=40)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical organisation",
                "verbose_name_plural": "historical organisations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPhoto",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("view", models.CharField(max_length=20)),
                ("zone", models.CharField(blank=True, max_length=40)),
                ("stage", models.CharField(max_length=20)),
                ("taken_at", models.DateTimeField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("files", models.JSONField(default=dict)),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="photo.note")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.client",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical photo",
                "verbose_name_plural": "historical photos",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSite",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=240)),
                ("is_active", models.BooleanField(default=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical site",
                "verbose_name_plural": "historical sites",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSupervision",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical supervision",
                "verbose_name_plural": "historical supervisions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=240)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalVisit",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consultation", "Consultation"),
                            ("skin_analysis", "Skin analysis"),
                            ("session", "Session"),
                            ("review", "Review"),
                        ],
                        max_length=20,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("planned_minutes", models.PositiveSmallIntegerField(default=45)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("in_room", "In the room"),
                            ("done", "Done"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=12,
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("in_room_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="visit.note")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_user_id", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.client",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.site",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical visit",
                "verbose_name_plural": "historical visits",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("organisation_id", models.UUIDField()),
                ("holder_id", models.UUIDField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField()),
                ("key", models.CharField(max_length=80)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", clinic.encryption.SealedJSON(holder="holder_id", sealed_as="idempotent.answer")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actor_kind", "actor_id", "key"), name="clinic_idempotent_actor_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KitCheck",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kit_checks", to="clinic.site"
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("adrenaline_expires_on", models.DateField()),
                ("is_complete", models.BooleanField()),
                ("next_due_on", models.DateField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("practitioner", "Practitioner"),
                            ("learner", "Learner"),
                            ("reception", "Reception"),
                            ("lead", "Clinical lead"),
                            ("manager", "Manager"),
                            ("assessor", "Assessor"),
                            ("iqa", "Internal quality assurer"),
                            ("eqa", "External quality assurer"),
                            ("protection", "Data protection lead"),
                            ("prescriber", "Prescriber"),
                            ("tutor", "Tutor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "practitioner",
                                    "learner",
                                    "reception",
                                    "lead",
                                    "manager",
                                    "assessor",
                                    "iqa",
                                    "eqa",
                                    "protection",
                                    "prescriber",
                                    "tutor",
                                ],
                            )
                        ),
                        name="clinic_membership_role",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("staff", "organisation", "role"),
                        name="clinic_membership_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NameGeneration",
            fields=[
                ("organisation_id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                ("view", models.CharField(max_length=20)),
                ("zone", models.CharField(blank=True, max_length=40)),
                ("stage", models.CharField(max_length=20)),
                ("taken_at", models.DateTimeField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("files", models.JSONField(default=dict)),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="photo.note")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SignedRoot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("heads", models.PositiveBigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervised_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervises",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.site"),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consultation", "Consultation"),
                            ("skin_analysis", "Skin analysis"),
                            ("session", "Session"),
                            ("review", "Review"),
                        ],
                        max_length=20,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("planned_minutes", models.PositiveSmallIntegerField(default=45)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("in_room", "In the room"),
                            ("done", "Done"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=12,
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("in_room_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="visit.note")),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "planned_at"], name="clinic_visit_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["consultation", "skin_analysis", "session", "review"])),
                        name="clinic_visit_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["booked", "arrived", "in_room", "done", "missed", "cancelled"])
                        ),
                        name="clinic_visit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned_minutes__gte", 5), ("planned_minutes__lte", 480)),
                        name="clinic_visit_minutes",
                    ),
                ],
            },
        ),
    ]
