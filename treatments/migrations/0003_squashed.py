import clinic.clock
import clinic.encryption
import django.db.models.deletion
import simple_history.models
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("treatments", "0001_initial"),
        ("treatments", "0002_reviews_patch_tests_prescriptions"),
        ("treatments", "0003_session_skin_checks"),
    ]

    initial = True

    dependencies = [
        ("catalogue", "0001_squashed"),
        ("clinic", "0002_squashed"),
        ("consultations", "0005_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="consultations.serviceplan",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "modality",
                    models.CharField(
                        choices=[("injection", "Injection"), ("electro", "Electro-mesotherapy")], max_length=10
                    ),
                ),
                ("technique", models.CharField(max_length=4)),
                ("protocol", models.CharField(max_length=4)),
                ("sessions_planned", models.PositiveSmallIntegerField()),
                ("interval_days", models.PositiveSmallIntegerField()),
                ("earliest_days", models.PositiveSmallIntegerField()),
                ("latest_days", models.PositiveSmallIntegerField()),
                ("min_days", models.PositiveSmallIntegerField(null=True)),
                ("starts_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("active", "Active"),
                            ("review_due", "Review due"),
                            ("maintenance", "Maintenance"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                (
                    "state_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="course.state_reason"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "active", "review_due", "maintenance", "completed", "stopped"])
                        ),
                        name="treatments_course_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modality__in", ["injection", "electro"])),
                        name="treatments_course_modality",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sessions_planned__gte", 1), ("sessions_planned__lte", 60)),
                        name="treatments_course_sessions",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedSession",
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
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="planned", to="treatments.course"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("earliest_on", models.DateField()),
                ("latest_on", models.DateField()),
                (
                    "visit",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_session",
                        to="clinic.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("course", "number"), name="treatments_plannedsession_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earliest_on__lte", models.F("due_on")), ("due_on__lte", models.F("latest_on"))
                        ),
                        name="treatments_plannedsession_window",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
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
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="treatments.course"
                    ),
                ),
                (
                    "planned",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="treatments.plannedsession",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="clinic.visit",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.device"
                    ),
                ),
                (
                    "checklists",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.contentversion",
                    ),
                ),
                (
                    "modality",
                    models.CharField(
                        choices=[("injection", "Injection"), ("electro", "Electro-mesotherapy")], max_length=10
                    ),
                ),
                ("technique", models.CharField(max_length=4)),
                ("protocol", models.CharField(max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Prepared"),
                            ("started", "Running"),
                            ("paused", "Paused"),
                            ("stopped", "Stopped early"),
                            ("finished", "Finished"),
                            ("signed", "Signed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="prepared",
                        max_length=12,
                    ),
                ),
                ("for_assessment", models.BooleanField(default=False)),
                ("told_learner", models.BooleanField(default=False)),
                ("prepared_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("paused_seconds", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("zones", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="session.zones")),
                (
                    "start_gates",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="session.start_gates"),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="session.standing"),
                ),
                (
                    "stop_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="session.stop_reason"),
                ),
                (
                    "adapted_because",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="session.adapted_because"),
                ),
                ("notes", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="session.notes")),
                (
                    "end_check",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="session.end_check"),
                ),
                (
                    "skin_checks",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="session.skin_checks"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "prepared_at"], name="treatments_session_client")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["prepared", "started", "paused", "stopped", "finished", "signed", "cancelled"],
                            )
                        ),
                        name="treatments_session_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modality__in", ["injection", "electro"])),
                        name="treatments_session_modality",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "signed"), _negated=True),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_session_signed_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["started", "paused", "finished", "stopped"]), _negated=True),
                            ("started_at__isnull", False),
                            _connector="OR",
                        ),
                        name="treatments_session_started_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdverseEvent",
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
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="treatments.session",
                    ),
                ),
                ("kind", clinic.encryption.SealedText(holder="client_id", sealed_as="adverseevent.kind")),
                ("grade", clinic.encryption.SealedJSON(holder="client_id", sealed_as="adverseevent.grade")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("in_care", "In care"),
                            ("resolved", "Resolved"),
                            ("escalated", "Escalated"),
                        ],
                        default="reported",
                        max_length=10,
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["reported", "in_care", "resolved", "escalated"])),
                        name="treatments_adverseevent_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistEntry",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ticks", to="treatments.session"
                    ),
                ),
                ("item", models.CharField(max_length=16)),
                (
                    "phase",
                    models.CharField(
                        choices=[("preparation", "Preparation"), ("treatment", "Treatment"), ("after", "After")],
                        max_length=12,
                    ),
                ),
                ("is_done", models.BooleanField()),
                ("note", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="checklistentry.note")),
                (
                    "detail",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="checklistentry.detail"),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", ["preparation", "treatment", "after"])),
                        name="treatments_checklistentry_phase",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ComfortScore",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comfort", to="treatments.session"
                    ),
                ),
                ("score", clinic.encryption.SealedJSON(holder="client_id", sealed_as="comfortscore.score")),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="comfortscore.words")),
                (
                    "action",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="comfortscore.action"),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["occurred_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="DayCheck",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="day_checks", to="treatments.session"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("outcome", clinic.encryption.SealedText(holder="client_id", sealed_as="daycheck.outcome")),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="daycheck.words")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["consent", "capacity", "answers"])),
                        name="treatments_daycheck_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="catalogue.product"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.site"),
                ),
                ("number", models.CharField(max_length=60)),
                ("expires_on", models.DateField()),
                ("received_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("usable", "In use"), ("quarantined", "Quarantined"), ("recalled", "Recalled")],
                        default="usable",
                        max_length=12,
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=240)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "product", "number", "site"), name="treatments_lot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["usable", "quarantined", "recalled"])),
                        name="treatments_lot_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ElectroPhase",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="phases", to="treatments.session"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.device"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.lot"
                    ),
                ),
                ("mode", models.CharField(max_length=24)),
                (
                    "zones",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="electrophase.zones"),
                ),
                (
                    "setting",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="electrophase.setting"),
                ),
                (
                    "skin_checks",
                    clinic.encryption.SealedJSON(
                        default=list, holder="client_id", sealed_as="electrophase.skin_checks"
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "position"), name="treatments_electrophase_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="EventEntry",
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="treatments.adverseevent",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("in_care", "In care"),
                            ("resolved", "Resolved"),
                            ("escalated", "Escalated"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "detail",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="evententry.detail"),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["recorded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAdverseEvent",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("kind", clinic.encryption.SealedText(holder="client_id", sealed_as="adverseevent.kind")),
                ("grade", clinic.encryption.SealedJSON(holder="client_id", sealed_as="adverseevent.grade")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("in_care", "In care"),
                            ("resolved", "Resolved"),
                            ("escalated", "Escalated"),
                        ],
                        default="reported",
                        max_length=10,
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical adverse event",
                "verbose_name_plural": "historical adverse events",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCourse",
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
                ("protocol", models.CharField(max_length=4)),
                ("sessions_planned", models.PositiveSmallIntegerField()),
                ("interval_days", models.PositiveSmallIntegerField()),
                ("earliest_days", models.PositiveSmallIntegerField()),
                ("latest_days", models.PositiveSmallIntegerField()),
                ("min_days", models.PositiveSmallIntegerField(null=True)),
                ("starts_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("active", "Active"),
                            ("review_due", "Review due"),
                            ("maintenance", "Maintenance"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                (
                    "state_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="course.state_reason"),
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
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.serviceplan",
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
                "verbose_name": "historical course",
                "verbose_name_plural": "historical courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalElectroPhase",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("mode", models.CharField(max_length=24)),
                (
                    "zones",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="electrophase.zones"),
                ),
                (
                    "setting",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="electrophase.setting"),
                ),
                (
                    "skin_checks",
                    clinic.encryption.SealedJSON(
                        default=list, holder="client_id", sealed_as="electrophase.skin_checks"
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
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
                    "device",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalogue.device",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.lot",
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
                "verbose_name": "historical electro phase",
                "verbose_name_plural": "historical electro phases",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLot",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("number", models.CharField(max_length=60)),
                ("expires_on", models.DateField()),
                ("received_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("usable", "In use"), ("quarantined", "Quarantined"), ("recalled", "Recalled")],
                        default="usable",
                        max_length=12,
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=240)),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical lot",
                "verbose_name_plural": "historical lots",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLotUse",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("drawn_ml", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=6)),
                ("frozen_at", models.DateTimeField(null=True)),
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
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.lot",
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
                "verbose_name": "historical lot use",
                "verbose_name_plural": "historical lot uses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPass",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("technique", models.CharField(max_length=4)),
                ("zone", clinic.encryption.SealedText(holder="client_id", sealed_as="pass.zone")),
                ("setting", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="pass.setting")),
                ("points", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="pass.points")),
                ("anatomy_format", models.CharField(max_length=20)),
                ("anatomy_digest", models.CharField(max_length=64)),
                ("occurred_at", models.DateTimeField()),
                ("frozen_at", models.DateTimeField(null=True)),
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
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.lot",
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
                "verbose_name": "historical pass",
                "verbose_name_plural": "historical passs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPlannedSession",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("earliest_on", models.DateField()),
                ("latest_on", models.DateField()),
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
                    "course",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.course",
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical planned session",
                "verbose_name_plural": "historical planned sessions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSession",
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
                ("protocol", models.CharField(max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Prepared"),
                            ("started", "Running"),
                            ("paused", "Paused"),
                            ("stopped", "Stopped early"),
                            ("finished", "Finished"),
                            ("signed", "Signed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="prepared",
                        max_length=12,
                    ),
                ),
                ("for_assessment", models.BooleanField(default=False)),
                ("told_learner", models.BooleanField(default=False)),
                ("prepared_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("paused_seconds", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("zones", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="session.zones")),
                (
                    "start_gates",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="session.start_gates"),
                ),
                (
                    "standing",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="session.standing"),
                ),
                (
                    "stop_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="session.stop_reason"),
                ),
                (
                    "adapted_because",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="session.adapted_because"),
                ),
                ("notes", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="session.notes")),
                (
                    "end_check",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="session.end_check"),
                ),
                (
                    "skin_checks",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="session.skin_checks"
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
                    "course",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.course",
                    ),
                ),
                (
                    "planned",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatments.plannedsession",
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
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalogue.device",
                    ),
                ),
                (
                    "checklists",
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
                "verbose_name": "historical session",
                "verbose_name_plural": "historical sessions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LotUse",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lot_uses", to="treatments.session"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="treatments.lot"
                    ),
                ),
                ("drawn_ml", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=6)),
                ("frozen_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("session", "lot"), name="treatments_lotuse_once"),
                    models.CheckConstraint(
                        condition=models.Q(("drawn_ml__gte", 0), ("drawn_ml__lte", Decimal("60.0"))),
                        name="treatments_lotuse_drawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeReview",
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
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="treatments.course"
                    ),
                ),
                (
                    "next_step",
                    models.CharField(
                        choices=[
                            ("maintenance", "Maintenance every 2 to 3 months"),
                            ("another", "Another course"),
                            ("stop", "Stop here"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "detail",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="outcomereview.detail"),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["occurred_at", "recorded_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("next_step__in", ["maintenance", "another", "stop"])),
                        name="treatments_outcomereview_next",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pass",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="passes", to="treatments.session"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "lot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passes",
                        to="treatments.lot",
                    ),
                ),
                ("technique", models.CharField(max_length=4)),
                ("zone", clinic.encryption.SealedText(holder="client_id", sealed_as="pass.zone")),
                ("setting", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="pass.setting")),
                ("points", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="pass.points")),
                ("anatomy_format", models.CharField(max_length=20)),
                ("anatomy_digest", models.CharField(max_length=64)),
                ("occurred_at", models.DateTimeField()),
                ("frozen_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "position"), name="treatments_pass_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="PatchTest",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.product"
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("site", clinic.encryption.SealedText(holder="client_id", sealed_as="patchtest.site")),
                ("result", clinic.encryption.SealedText(holder="client_id", sealed_as="patchtest.result")),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="patchtest.words")),
                ("placed_at", models.DateTimeField()),
                ("read_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["read_at", "recorded_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("read_at__gt", models.F("placed_at"))),
                        name="treatments_patchtest_read_after",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Prescription",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.product"
                    ),
                ),
                (
                    "prescriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                ("valid_until", models.DateField()),
                (
                    "detail",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="prescription.detail"),
                ),
                ("prescribed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["prescribed_at", "recorded_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__lte", models.F("prescribed_at"))),
                        name="treatments_prescription_seen_before",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMove",
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
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="treatments.lot"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("used", "Used in a session"),
                            ("wasted", "Drawn up and not used"),
                            ("discarded", "Thrown away"),
                            ("corrected", "Counted and corrected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("units", models.DecimalField(decimal_places=3, max_digits=9)),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_moves",
                        to="treatments.session",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.client"
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["received", "used", "wasted", "discarded", "corrected"])),
                        name="treatments_stockmove_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "used"), _negated=True),
                            models.Q(("client__isnull", False), ("session__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_stockmove_used_for_whom",
                    ),
                ],
            },
        ),
    ]
