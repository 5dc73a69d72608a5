import clinic.clock
import clinic.encryption
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("aftercare", "0001_initial"),
        ("aftercare", "0002_initial"),
        ("aftercare", "0003_sealed_reports_check_ins"),
    ]

    initial = True

    dependencies = [
        ("clinic", "0002_squashed"),
        ("treatments", "0003_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="AftercareSheet",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheet", to="treatments.session"
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.contentversion"
                    ),
                ),
                (
                    "snapshot",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="client_id", sealed_as="aftercare_sheet.snapshot"
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("drafted", "Drafted"), ("issued", "Issued"), ("acknowledged", "Acknowledged")],
                        default="drafted",
                        max_length=14,
                    ),
                ),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("screen", "Read on the screen"), ("print", "Printed"), ("pdf", "As a file")],
                        max_length=8,
                    ),
                ),
                (
                    "note",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="aftercare_sheet.note"),
                ),
                (
                    "ph_product",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="aftercare_sheet.ph_product"
                    ),
                ),
                ("record_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.document",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["drafted", "issued"])), name="aftercare_sheet_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["", "screen", "print", "pdf"])),
                        name="aftercare_sheet_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "drafted"),
                            models.Q(("document__isnull", False), ("issued_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="aftercare_sheet_issued",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
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
                    "sheet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgement",
                        to="aftercare.aftercaresheet",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("client", "By the client"), ("staff", "Recorded by staff")], max_length=8
                    ),
                ),
                (
                    "reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="acknowledgement.reason"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("handover_id", models.UUIDField(null=True)),
                ("acknowledged_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handover_id__isnull", False), ("how", "client")),
                            models.Q(("how", "staff"), ("made_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="aftercare_acknowledgement_by_whom",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReactionReport",
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
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="aftercare.aftercaresheet",
                    ),
                ),
                ("kind", clinic.encryption.SealedText(holder="client_id", null=True, sealed_as="reaction_report.kind")),
                ("words", clinic.encryption.SealedText(holder="client_id", sealed_as="reaction_report.words")),
                (
                    "is_growing",
                    clinic.encryption.SealedJSON(holder="client_id", null=True, sealed_as="reaction_report.is_growing"),
                ),
                ("reported_at", models.DateTimeField()),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.adverseevent",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CheckInCall",
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
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="aftercare.aftercaresheet"
                    ),
                ),
                ("follow_up", models.CharField(max_length=10)),
                (
                    "reached",
                    models.CharField(choices=[("answered", "Answered"), ("not_reached", "Not reached")], max_length=12),
                ),
                ("words", clinic.encryption.SealedText(default="", holder="client_id", sealed_as="check_in.words")),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="aftercare.reactionreport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reached__in", ["answered", "not_reached"])),
                        name="aftercare_check_in_reached",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reached", "answered")),
                        fields=("sheet", "follow_up"),
                        name="aftercare_check_in_answered_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAftercareSheet",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "snapshot",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="client_id", sealed_as="aftercare_sheet.snapshot"
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("drafted", "Drafted"), ("issued", "Issued"), ("acknowledged", "Acknowledged")],
                        default="drafted",
                        max_length=14,
                    ),
                ),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("screen", "Read on the screen"), ("print", "Printed"), ("pdf", "As a file")],
                        max_length=8,
                    ),
                ),
                (
                    "note",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="aftercare_sheet.note"),
                ),
                (
                    "ph_product",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="aftercare_sheet.ph_product"
                    ),
                ),
                ("record_sha256", models.CharField(blank=True, max_length=64)),
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
                    "issued_by",
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
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.document",
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
                "verbose_name": "historical aftercare sheet",
                "verbose_name_plural": "historical aftercare sheets",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
