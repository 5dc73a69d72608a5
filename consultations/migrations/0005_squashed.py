import clinic.clock
import clinic.encryption
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("consultations", "0001_initial"),
        ("consultations", "0002_questionnaire_declined"),
        ("consultations", "0003_conclusion_of_a_decision"),
        ("consultations", "0004_plan_factors"),
        ("consultations", "0005_sign_checks"),
    ]

    initial = True

    dependencies = [
        ("catalogue", "0001_squashed"),
        ("clinic", "0002_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consultation",
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
                        choices=[("full", "Full consultation"), ("reassessment", "Re-assessment")], max_length=14
                    ),
                ),
                (
                    "interest",
                    models.CharField(
                        choices=[
                            ("undecided", "Not decided yet"),
                            ("injection", "Injection"),
                            ("electro", "Electro-mesotherapy"),
                        ],
                        default="undecided",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Questions open"),
                            ("answered", "Answered"),
                            ("screened", "Screened"),
                            ("decided", "Decided"),
                            ("signed", "Signed"),
                            ("abandoned", "Ended without treatment"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="clinic.visit",
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("screened_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("abandoned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "abandon_reason",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="consultation.abandon_reason"
                    ),
                ),
                (
                    "summary",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consultation.summary"),
                ),
                (
                    "sign_checks",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="consultation.sign_checks"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "started_at"], name="consultations_by_client")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["full", "reassessment"])),
                        name="consultations_consultation_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("interest__in", ["undecided", "injection", "electro"])),
                        name="consultations_consultation_interest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "answered", "screened", "decided", "signed", "abandoned"])
                        ),
                        name="consultations_consultation_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False), ("state", "signed")),
                            models.Q(models.Q(("state", "signed"), _negated=True), ("signed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="consultations_consultation_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("abandoned_at__isnull", False), ("state", "abandoned")),
                            models.Q(models.Q(("state", "abandoned"), _negated=True), ("abandoned_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="consultations_consultation_abandoned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllergyCoding",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codings",
                        to="consultations.consultation",
                    ),
                ),
                ("question", models.CharField(max_length=20)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="coding.words")),
                ("tags", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="coding.tags")),
                ("coded_at", models.DateTimeField()),
                (
                    "coded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "question", "position"), name="consultations_coding_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningRun",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="consultations.consultation",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                ("subject_id", models.UUIDField(blank=True, db_index=True, null=True)),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("answers", "Answers confirmed"),
                            ("analysis", "Skin analysis recorded"),
                            ("products", "Products chosen"),
                            ("session", "Before the session"),
                            ("allergy", "Allergy entry changed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.contentversion"
                    ),
                ),
                (
                    "inputs",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="screening.inputs"),
                ),
                (
                    "findings",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="screening.findings"),
                ),
                ("ran_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["consultation", "ran_at"], name="consultations_run_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("trigger__in", ["answers", "analysis", "products", "session", "allergy"])),
                        name="consultations_run_trigger",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clearance",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="consultations.screeningrun",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("done_at", models.DateTimeField()),
                (
                    "finding",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="clearance.finding"),
                ),
                (
                    "seen",
                    models.CharField(
                        choices=[
                            ("letter", "A letter from the GP or specialist"),
                            ("result", "A test result"),
                            ("seen", "Seen by me today (device removed, pen present, skin healed)"),
                            ("patch_test", "A patch test"),
                            ("prescriber", "A prescriber's advice"),
                            ("answered", "The client's explanation, asked again"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="clearance.reason")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seen__in", ["letter", "result", "seen", "patch_test", "prescriber", "answered"])
                        ),
                        name="consultations_clearance_seen",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsultationPhoto",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.photo"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalConsultation",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("full", "Full consultation"), ("reassessment", "Re-assessment")], max_length=14
                    ),
                ),
                (
                    "interest",
                    models.CharField(
                        choices=[
                            ("undecided", "Not decided yet"),
                            ("injection", "Injection"),
                            ("electro", "Electro-mesotherapy"),
                        ],
                        default="undecided",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Questions open"),
                            ("answered", "Answered"),
                            ("screened", "Screened"),
                            ("decided", "Decided"),
                            ("signed", "Signed"),
                            ("abandoned", "Ended without treatment"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("screened_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("abandoned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "abandon_reason",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="consultation.abandon_reason"
                    ),
                ),
                (
                    "summary",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consultation.summary"),
                ),
                (
                    "sign_checks",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="consultation.sign_checks"
                    ),
                ),
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
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.visit",
                    ),
                ),
                (
                    "signed_by",
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
                "verbose_name": "historical consultation",
                "verbose_name_plural": "historical consultations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="QuestionnaireResponse",
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
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="response",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.contentversion"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("submitted", "Given by the client"),
                            ("confirmed", "Confirmed by the practitioner"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("tablet", "The client on the tablet"), ("aloud", "Asked aloud by staff")],
                        default="tablet",
                        max_length=8,
                    ),
                ),
                (
                    "answers",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="response.answers"),
                ),
                (
                    "previous",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="response.previous"),
                ),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "submitted", "confirmed"])),
                        name="consultations_response_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_by__in", ["tablet", "aloud"])),
                        name="consultations_response_asked_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", False), ("confirmed_by__isnull", False), ("state", "confirmed")
                            ),
                            models.Q(models.Q(("state", "confirmed"), _negated=True), ("confirmed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="consultations_response_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("declined_at__isnull", True), ("confirmed_at__isnull", True), _connector="OR"
                        ),
                        name="consultations_response_declined",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalProposedCorrection",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("field", models.CharField(max_length=30)),
                (
                    "proposed",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="correction.proposed"),
                ),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("is_accepted", models.BooleanField(null=True)),
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
                    "response",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.questionnaireresponse",
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
                "verbose_name": "historical proposed correction",
                "verbose_name_plural": "historical proposed corrections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuestionnaireResponse",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("submitted", "Given by the client"),
                            ("confirmed", "Confirmed by the practitioner"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("tablet", "The client on the tablet"), ("aloud", "Asked aloud by staff")],
                        default="tablet",
                        max_length=8,
                    ),
                ),
                (
                    "answers",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="response.answers"),
                ),
                (
                    "previous",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="response.previous"),
                ),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.contentversion",
                    ),
                ),
                (
                    "confirmed_by",
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
                "verbose_name": "historical questionnaire response",
                "verbose_name_plural": "historical questionnaire responses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalServicePlan",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "modality",
                    models.CharField(
                        choices=[("injection", "Injection"), ("electro", "Electro-mesotherapy")], max_length=10
                    ),
                ),
                ("technique", models.CharField(max_length=4)),
                ("zones", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="plan.zones")),
                ("protocol", models.CharField(max_length=4)),
                ("sessions", models.PositiveSmallIntegerField()),
                ("interval_days", models.PositiveSmallIntegerField(default=14)),
                (
                    "sessions_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="plan.sessions_reason"),
                ),
                ("aim", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="plan.aim")),
                (
                    "factors",
                    clinic.encryption.SealedJSON(default=None, holder="client_id", null=True, sealed_as="plan.factors"),
                ),
                (
                    "shared",
                    clinic.encryption.SealedJSON(default=None, holder="client_id", null=True, sealed_as="plan.shared"),
                ),
                ("price_pence", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("agreed", "Agreed"), ("superseded", "Replaced")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agreed_with",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="plan.agreed_with"),
                ),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "agreed_by",
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
                "verbose_name": "historical service plan",
                "verbose_name_plural": "historical service plans",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSkinAnalysis",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("scores", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="skin.scores")),
                ("notes", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="skin.notes")),
                ("analysed_at", models.DateTimeField()),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "analysed_by",
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
                "verbose_name": "historical skin analysis",
                "verbose_name_plural": "historical skin analysiss",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Override",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="consultations.screeningrun",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("done_at", models.DateTimeField()),
                (
                    "finding",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="override.finding"),
                ),
                ("reason", clinic.encryption.SealedText(holder="client_id", sealed_as="override.reason")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PhotographRefusal",
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
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photograph_refusal",
                        to="consultations.consultation",
                    ),
                ),
                ("refused_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServicePlan",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "modality",
                    models.CharField(
                        choices=[("injection", "Injection"), ("electro", "Electro-mesotherapy")], max_length=10
                    ),
                ),
                ("technique", models.CharField(max_length=4)),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                ("zones", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="plan.zones")),
                ("protocol", models.CharField(max_length=4)),
                ("sessions", models.PositiveSmallIntegerField()),
                ("interval_days", models.PositiveSmallIntegerField(default=14)),
                (
                    "sessions_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="plan.sessions_reason"),
                ),
                ("aim", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="plan.aim")),
                (
                    "factors",
                    clinic.encryption.SealedJSON(default=None, holder="client_id", null=True, sealed_as="plan.factors"),
                ),
                (
                    "shared",
                    clinic.encryption.SealedJSON(default=None, holder="client_id", null=True, sealed_as="plan.shared"),
                ),
                ("price_pence", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("agreed", "Agreed"), ("superseded", "Replaced")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agreed_with",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="plan.agreed_with"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("modality__in", ["injection", "electro"])),
                        name="consultations_plan_modality",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "agreed", "superseded"])),
                        name="consultations_plan_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sessions__gte", 1), ("sessions__lte", 40)),
                        name="consultations_plan_sessions",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("interval_days__gte", 1), ("interval_days__lte", 120)),
                        name="consultations_plan_interval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), ("agreed_at__isnull", True)),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("agreed_at__isnull", False),
                                ("agreed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="consultations_plan_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanSupersession",
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
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supersession",
                        to="consultations.serviceplan",
                    ),
                ),
                (
                    "by_plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consultations.serviceplan"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProposedCorrection",
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
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="consultations.questionnaireresponse",
                    ),
                ),
                ("field", models.CharField(max_length=30)),
                (
                    "proposed",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="correction.proposed"),
                ),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("is_accepted", models.BooleanField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("response", "field"), name="consultations_correction_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_accepted__isnull", True), ("resolved_at__isnull", True)),
                            models.Q(("is_accepted__isnull", False), ("resolved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="consultations_correction_resolved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkinAnalysis",
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
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skin_analysis",
                        to="consultations.consultation",
                    ),
                ),
                ("scores", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="skin.scores")),
                ("notes", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="skin.notes")),
                ("analysed_at", models.DateTimeField()),
                (
                    "analysed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SuitabilityDecision",
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="consultations.consultation",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("suitable", "Suitable"),
                            ("defer", "Wait and come back"),
                            ("refer", "Refer to somebody else"),
                            ("decline", "Do not treat"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", clinic.encryption.SealedText(holder="client_id", sealed_as="decision.reason")),
                (
                    "recommendation",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="decision.recommendation"),
                ),
                (
                    "summary",
                    clinic.encryption.SealedText(
                        default=None, holder="client_id", null=True, sealed_as="decision.summary"
                    ),
                ),
                (
                    "methods",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="decision.methods"
                    ),
                ),
                (
                    "gaps",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="decision.gaps"
                    ),
                ),
                (
                    "expectation",
                    clinic.encryption.SealedText(
                        default=None, holder="client_id", null=True, sealed_as="decision.expectation"
                    ),
                ),
                (
                    "expectation_words",
                    clinic.encryption.SealedText(
                        default=None, holder="client_id", null=True, sealed_as="decision.expectation_words"
                    ),
                ),
                ("run_id", models.UUIDField()),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["consultation", "decided_at"], name="consultations_decision_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["suitable", "defer", "refer", "decline"])),
                        name="consultations_decision_kind",
                    )
                ],
            },
        ),
    ]
