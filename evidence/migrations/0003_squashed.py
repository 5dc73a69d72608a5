import clinic.clock
import clinic.encryption
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("evidence", "0001_initial"),
        ("evidence", "0002_initial"),
        ("evidence", "0003_appeals_reported_samples"),
    ]

    initial = True

    dependencies = [
        ("clinic", "0002_squashed"),
        ("treatments", "0003_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enrolment",
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
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.contentversion"
                    ),
                ),
                ("student_number", models.CharField(max_length=40)),
                ("enrolled_on", models.DateField()),
                ("entry_seen", models.JSONField(blank=True, default=list)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "student_number"), name="evidence_enrolment_number"
                    ),
                    models.UniqueConstraint(fields=("organisation", "learner", "pack"), name="evidence_enrolment_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verified_at__isnull", True), ("verified_by__isnull", True)),
                            models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="evidence_enrolment_verified_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceItem",
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
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="evidence.enrolment"
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.organisation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("observation", "Assessor observation"),
                            ("witness", "Witness testimony"),
                            ("product", "Learner product"),
                            ("worksheet", "Worksheet"),
                            ("assignment", "Assignment, project or report"),
                            ("questioning", "Oral or written questioning"),
                            ("report", "Learner or peer report"),
                            ("prior_learning", "Recognition of prior learning"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_items",
                        to="treatments.session",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.client",
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("criteria", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("under_review", "Under review"),
                            ("decided", "Decided"),
                            ("withdrawn", "Withdrawn with the client's permission"),
                        ],
                        default="offered",
                        max_length=20,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "state", "offered_at"], name="evidence_item_inbox")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "observation",
                                    "witness",
                                    "product",
                                    "worksheet",
                                    "assignment",
                                    "questioning",
                                    "report",
                                    "prior_learning",
                                ],
                            )
                        ),
                        name="evidence_item_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["offered", "under_review", "decided", "withdrawn"])),
                        name="evidence_item_state",
                    ),
                    models.UniqueConstraint(fields=("session", "enrolment", "kind"), name="evidence_item_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "observation")),
                        fields=("session",),
                        name="evidence_item_one_observation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "observation"), _negated=True),
                            models.Q(("assessor__isnull", False), ("session__isnull", False)),
                            _connector="OR",
                        ),
                        name="evidence_item_observed_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="evidence.evidenceitem",
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        choices=[("qualified", "Qualified assessor"), ("trainee", "Trainee assessor")], max_length=12
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting_countersignature", "Awaiting countersignature"),
                            ("effective", "Effective"),
                            ("returned", "Returned"),
                        ],
                        max_length=30,
                    ),
                ),
                ("is_valid", models.BooleanField()),
                ("is_authentic", models.BooleanField()),
                ("is_current", models.BooleanField()),
                ("is_sufficient", models.BooleanField()),
                (
                    "marks",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="decision.marks"),
                ),
                (
                    "basis",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="decision.basis"),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="decision.standing"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["awaiting_countersignature", "effective", "returned"])),
                        name="evidence_decision_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__in", ["qualified", "trainee"])),
                        name="evidence_decision_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "effective"), _negated=True),
                            ("effective_at__isnull", False),
                            _connector="OR",
                        ),
                        name="evidence_decision_effective_at",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "awaiting_countersignature")),
                        fields=("item",),
                        name="evidence_decision_one_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
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
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeal", to="evidence.decision"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Waiting for quality assurance"), ("answered", "Answered")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld: to be decided anew"),
                            ("not_upheld", "Not upheld: the decision stands"),
                        ],
                        max_length=12,
                    ),
                ),
                ("appealed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", clinic.encryption.SealedText(holder="organisation_id", sealed_as="appeal.reason")),
                (
                    "answer",
                    clinic.encryption.SealedText(
                        default="", holder="organisation_id", null=True, sealed_as="appeal.answer"
                    ),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="organisation_id", null=True, sealed_as="appeal.standing"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered"])), name="evidence_appeal_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("outcome", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("outcome__in", ["upheld", "not_upheld"]),
                                ("state", "answered"),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_appeal_answered_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Countersignature",
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
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countersignature",
                        to="evidence.decision",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "action",
                    models.CharField(
                        choices=[("agree", "Agree"), ("change", "Change"), ("return", "Return")], max_length=10
                    ),
                ),
                (
                    "marks",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="organisation_id", sealed_as="countersignature.marks"
                    ),
                ),
                (
                    "reason",
                    clinic.encryption.SealedText(
                        default="", holder="organisation_id", sealed_as="countersignature.reason"
                    ),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="organisation_id", sealed_as="countersignature.standing"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["agree", "change", "return"])),
                        name="evidence_countersign_action",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackForm",
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
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="evidence.decision"
                    ),
                ),
                (
                    "fields",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="feedback.fields"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalAppeal",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Waiting for quality assurance"), ("answered", "Answered")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld: to be decided anew"),
                            ("not_upheld", "Not upheld: the decision stands"),
                        ],
                        max_length=12,
                    ),
                ),
                ("appealed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("reason", clinic.encryption.SealedText(holder="organisation_id", sealed_as="appeal.reason")),
                (
                    "answer",
                    clinic.encryption.SealedText(
                        default="", holder="organisation_id", null=True, sealed_as="appeal.answer"
                    ),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="organisation_id", null=True, sealed_as="appeal.standing"
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
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="evidence.decision",
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
                    "answered_by",
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
                "verbose_name": "historical appeal",
                "verbose_name_plural": "historical appeals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDecision",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "position",
                    models.CharField(
                        choices=[("qualified", "Qualified assessor"), ("trainee", "Trainee assessor")], max_length=12
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting_countersignature", "Awaiting countersignature"),
                            ("effective", "Effective"),
                            ("returned", "Returned"),
                        ],
                        max_length=30,
                    ),
                ),
                ("is_valid", models.BooleanField()),
                ("is_authentic", models.BooleanField()),
                ("is_current", models.BooleanField()),
                ("is_sufficient", models.BooleanField()),
                (
                    "marks",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="decision.marks"),
                ),
                (
                    "basis",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="decision.basis"),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="decision.standing"),
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
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="evidence.evidenceitem",
                    ),
                ),
                (
                    "assessor",
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
                "verbose_name": "historical decision",
                "verbose_name_plural": "historical decisions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalEnrolment",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("student_number", models.CharField(max_length=40)),
                ("enrolled_on", models.DateField()),
                ("entry_seen", models.JSONField(blank=True, default=list)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
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
                    "pack",
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
                "verbose_name": "historical enrolment",
                "verbose_name_plural": "historical enrolments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalEvidenceItem",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("observation", "Assessor observation"),
                            ("witness", "Witness testimony"),
                            ("product", "Learner product"),
                            ("worksheet", "Worksheet"),
                            ("assignment", "Assignment, project or report"),
                            ("questioning", "Oral or written questioning"),
                            ("report", "Learner or peer report"),
                            ("prior_learning", "Recognition of prior learning"),
                        ],
                        max_length=20,
                    ),
                ),
                ("criteria", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("under_review", "Under review"),
                            ("decided", "Decided"),
                            ("withdrawn", "Withdrawn with the client's permission"),
                        ],
                        default="offered",
                        max_length=20,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
                    "enrolment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="evidence.enrolment",
                    ),
                ),
                (
                    "clinic",
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
                    "session",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.session",
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
                    "assessor",
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
                "verbose_name": "historical evidence item",
                "verbose_name_plural": "historical evidence items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalObservation",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "how",
                    models.CharField(
                        choices=[("in_person", "In the room"), ("live_video", "Live video")], max_length=20
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("watching", "Watching"), ("closed", "Closed")], default="watching", max_length=12
                    ),
                ),
                (
                    "seen",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="observation.seen"),
                ),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="observation.note")),
                ("observer_permitted", models.BooleanField()),
                ("evidence_permitted", models.BooleanField()),
                (
                    "standing",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="organisation_id", sealed_as="observation.standing"
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
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="evidence.evidenceitem",
                    ),
                ),
                (
                    "assessor",
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
                "verbose_name": "historical observation",
                "verbose_name_plural": "historical observations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSampling",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "moment",
                    models.CharField(choices=[("interim", "Interim"), ("summative", "Summative")], max_length=12),
                ),
                ("method", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("sampled", "Sampled"),
                            ("awaiting_countersignature", "Awaiting countersignature"),
                            ("reported", "Reported"),
                        ],
                        default="planned",
                        max_length=30,
                    ),
                ),
                (
                    "result",
                    models.CharField(blank=True, choices=[("accept", "Accept"), ("action", "Action")], max_length=10),
                ),
                ("planned_at", models.DateTimeField()),
                ("sampled_at", models.DateTimeField(blank=True, null=True)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                (
                    "comments",
                    clinic.encryption.SealedText(default="", holder="organisation_id", sealed_as="sampling.comments"),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="sampling.standing"),
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
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="evidence.decision",
                    ),
                ),
                (
                    "iqa",
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
                "verbose_name": "historical sampling",
                "verbose_name_plural": "historical samplings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Observation",
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
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observation",
                        to="evidence.evidenceitem",
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("in_person", "In the room"), ("live_video", "Live video")], max_length=20
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("watching", "Watching"), ("closed", "Closed")], default="watching", max_length=12
                    ),
                ),
                (
                    "seen",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="observation.seen"),
                ),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="observation.note")),
                ("observer_permitted", models.BooleanField()),
                ("evidence_permitted", models.BooleanField()),
                (
                    "standing",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="organisation_id", sealed_as="observation.standing"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["in_person", "live_video"])), name="evidence_observation_how"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "watching")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="evidence_observation_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sampling",
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
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="samplings", to="evidence.decision"
                    ),
                ),
                (
                    "iqa",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "moment",
                    models.CharField(choices=[("interim", "Interim"), ("summative", "Summative")], max_length=12),
                ),
                ("method", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("sampled", "Sampled"),
                            ("awaiting_countersignature", "Awaiting countersignature"),
                            ("reported", "Reported"),
                        ],
                        default="planned",
                        max_length=30,
                    ),
                ),
                (
                    "result",
                    models.CharField(blank=True, choices=[("accept", "Accept"), ("action", "Action")], max_length=10),
                ),
                ("planned_at", models.DateTimeField()),
                ("sampled_at", models.DateTimeField(blank=True, null=True)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                (
                    "comments",
                    clinic.encryption.SealedText(default="", holder="organisation_id", sealed_as="sampling.comments"),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(default=dict, holder="organisation_id", sealed_as="sampling.standing"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "sampled", "awaiting_countersignature", "reported"])
                        ),
                        name="evidence_sampling_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("moment__in", ["interim", "summative"])), name="evidence_sampling_moment"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "planned"),
                            models.Q(("result__in", ["accept", "action"]), ("sampled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="evidence_sampling_result",
                    ),
                    models.UniqueConstraint(fields=("decision", "iqa", "moment"), name="evidence_sampling_once"),
                ],
            },
        ),
    ]
