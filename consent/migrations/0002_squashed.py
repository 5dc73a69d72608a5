import clinic.clock
import clinic.encryption
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("consent", "0001_initial"), ("consent", "0002_initial")]

    initial = True

    dependencies = [
        ("catalogue", "0001_squashed"),
        ("clinic", "0002_squashed"),
        ("consultations", "0005_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
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
                        related_name="consents",
                        to="consultations.serviceplan",
                    ),
                ),
                (
                    "performer",
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
                ("zones", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="consent.zones")),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.contentversion"
                    ),
                ),
                (
                    "snapshot",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="consent.snapshot"),
                ),
                ("text_digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("offered", "Information given"), ("given", "Given"), ("declined", "Declined")],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("info_given_at", models.DateTimeField()),
                (
                    "info_form",
                    models.CharField(
                        choices=[("paper", "On paper"), ("screen", "Read on the screen"), ("email", "By e-mail")],
                        max_length=10,
                    ),
                ),
                (
                    "info_given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "info_note",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.info_note"),
                ),
                ("cooling_off_hours", models.PositiveSmallIntegerField()),
                ("draft", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="consent.draft")),
                (
                    "statements",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="consent.statements"),
                ),
                (
                    "permissions",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="consent.permissions"),
                ),
                (
                    "signed_how",
                    models.CharField(blank=True, choices=[("drawn", "Drawn"), ("typed", "Typed")], max_length=6),
                ),
                (
                    "signed_name",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.signed_name"),
                ),
                (
                    "signature",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.signature"),
                ),
                (
                    "decline_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.decline_reason"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("handover_id", models.UUIDField(blank=True, null=True)),
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
                "indexes": [models.Index(fields=["client", "info_given_at"], name="consent_consent_client")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["offered", "given", "declined"])),
                        name="consent_consent_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modality__in", ["injection", "electro"])), name="consent_consent_modality"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("info_form__in", ["paper", "screen", "email"])), name="consent_consent_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_how__in", ["", "drawn", "typed"])),
                        name="consent_consent_signed_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), ("decided_at__isnull", True)),
                            models.Q(
                                models.Q(("state", "offered"), _negated=True),
                                ("decided_at__isnull", False),
                                models.Q(("record_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="consent_consent_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "given"), _negated=True),
                            models.Q(("document__isnull", False), models.Q(("signed_how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="consent_consent_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientPermission",
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
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="consent.consent",
                    ),
                ),
                ("code", models.CharField(max_length=6)),
                (
                    "answer",
                    clinic.encryption.SealedJSON(
                        default=None, holder="client_id", null=True, sealed_as="client_permission.answer"
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("is_withdrawal", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["client", "code", "decided_at"], name="consent_permission_newest")],
            },
        ),
        migrations.CreateModel(
            name="ConsentConversation",
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
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="consent.consent"
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("before", "Before the signature"), ("today", "Confirmed on the day")],
                        default="before",
                        max_length=10,
                    ),
                ),
                ("held_at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        choices=[("in_person", "In person"), ("video", "By video"), ("telephone", "By telephone")],
                        max_length=10,
                    ),
                ),
                (
                    "questions",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="consent_conversation.questions"
                    ),
                ),
                (
                    "matters",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="consent_conversation.matters"
                    ),
                ),
                (
                    "interpreter",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="consent_conversation.interpreter"
                    ),
                ),
                (
                    "interpreter_note",
                    clinic.encryption.SealedText(
                        default="", holder="client_id", sealed_as="consent_conversation.interpreter_note"
                    ),
                ),
                (
                    "capacity",
                    clinic.encryption.SealedJSON(
                        default=dict, holder="client_id", sealed_as="consent_conversation.capacity"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["in_person", "video", "telephone"])),
                        name="consent_conversation_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["before", "today"])), name="consent_conversation_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalConsent",
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
                ("zones", clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="consent.zones")),
                (
                    "snapshot",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="consent.snapshot"),
                ),
                ("text_digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("offered", "Information given"), ("given", "Given"), ("declined", "Declined")],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("info_given_at", models.DateTimeField()),
                (
                    "info_form",
                    models.CharField(
                        choices=[("paper", "On paper"), ("screen", "Read on the screen"), ("email", "By e-mail")],
                        max_length=10,
                    ),
                ),
                (
                    "info_note",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.info_note"),
                ),
                ("cooling_off_hours", models.PositiveSmallIntegerField()),
                ("draft", clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="consent.draft")),
                (
                    "statements",
                    clinic.encryption.SealedJSON(default=list, holder="client_id", sealed_as="consent.statements"),
                ),
                (
                    "permissions",
                    clinic.encryption.SealedJSON(default=dict, holder="client_id", sealed_as="consent.permissions"),
                ),
                (
                    "signed_how",
                    models.CharField(blank=True, choices=[("drawn", "Drawn"), ("typed", "Typed")], max_length=6),
                ),
                (
                    "signed_name",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.signed_name"),
                ),
                (
                    "signature",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.signature"),
                ),
                (
                    "decline_reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent.decline_reason"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("handover_id", models.UUIDField(blank=True, null=True)),
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
                    "performer",
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
                    "info_given_by",
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
                "verbose_name": "historical consent",
                "verbose_name_plural": "historical consents",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ReflectionShortening",
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
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shortenings", to="consent.consent"
                    ),
                ),
                (
                    "shortened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("shortened_at", models.DateTimeField()),
                ("reason", clinic.encryption.SealedText(holder="client_id", sealed_as="consent_shortening.reason")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
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
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="withdrawals", to="consent.consent"
                    ),
                ),
                ("withdrawn_at", models.DateTimeField()),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("in_person", "In person"), ("video", "By video"), ("telephone", "By telephone")],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="consent_withdrawal.reason"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["in_person", "video", "telephone"])),
                        name="consent_withdrawal_how",
                    )
                ],
            },
        ),
    ]
