import clinic.clock
import django.db.models.deletion
import simple_history.models
import uuid
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("catalogue", "0001_initial")]

    initial = True

    dependencies = [
        ("clinic", "0002_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="DepthLimit",
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
                ("technique", models.CharField(max_length=4)),
                ("level", models.PositiveSmallIntegerField()),
                ("depth_mm", models.DecimalField(decimal_places=2, max_digits=4)),
                ("source", models.CharField(max_length=200)),
                (
                    "force",
                    models.CharField(
                        choices=[
                            ("law", "Law"),
                            ("awarding_body", "Awarding body"),
                            ("guidance", "Guidance"),
                            ("clinic_policy", "Clinic policy"),
                        ],
                        default="clinic_policy",
                        max_length=14,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("block", "Block"), ("warn", "Warn and ask for a reason")],
                        default="block",
                        max_length=6,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "technique", "level"), name="catalogue_depthlimit_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("depth_mm__gte", 0), ("depth_mm__lte", Decimal("13.0"))),
                        name="catalogue_depthlimit_depth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", (3, 4, 5, 6, 7))), name="catalogue_depthlimit_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("force__in", ["law", "awarding_body", "guidance", "clinic_policy"])),
                        name="catalogue_depthlimit_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["block", "warn"])), name="catalogue_depthlimit_action"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("electro", "Electro-mesotherapy"),
                            ("injector", "Injector"),
                            ("microneedling", "Microneedling"),
                        ],
                        default="electro",
                        max_length=14,
                    ),
                ),
                ("make", models.CharField(max_length=80)),
                ("model", models.CharField(max_length=80)),
                ("serial", models.CharField(max_length=80)),
                ("mark", models.CharField(blank=True, max_length=40)),
                ("ifu_version", models.CharField(blank=True, max_length=40)),
                ("modes", models.JSONField(blank=True, default=list)),
                ("electrode_cm2", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("serviced_on", models.DateField(blank=True, null=True)),
                ("service_due_on", models.DateField(blank=True, null=True)),
                ("safety_tested_on", models.DateField(blank=True, null=True)),
                ("safety_test_due_on", models.DateField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "make", "serial"), name="catalogue_device_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["electro", "injector", "microneedling"])),
                        name="catalogue_device_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceRange",
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
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ranges", to="catalogue.device"
                    ),
                ),
                ("mode", models.CharField(max_length=24)),
                ("parameter", models.CharField(max_length=40)),
                ("minimum", models.DecimalField(decimal_places=3, max_digits=10)),
                ("maximum", models.DecimalField(decimal_places=3, max_digits=10)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "mode", "parameter"), name="catalogue_devicerange_once"),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__lte", models.F("maximum"))), name="catalogue_devicerange_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDepthLimit",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("technique", models.CharField(max_length=4)),
                ("level", models.PositiveSmallIntegerField()),
                ("depth_mm", models.DecimalField(decimal_places=2, max_digits=4)),
                ("source", models.CharField(max_length=200)),
                (
                    "force",
                    models.CharField(
                        choices=[
                            ("law", "Law"),
                            ("awarding_body", "Awarding body"),
                            ("guidance", "Guidance"),
                            ("clinic_policy", "Clinic policy"),
                        ],
                        default="clinic_policy",
                        max_length=14,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("block", "Block"), ("warn", "Warn and ask for a reason")],
                        default="block",
                        max_length=6,
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical depth limit",
                "verbose_name_plural": "historical depth limits",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDevice",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("electro", "Electro-mesotherapy"),
                            ("injector", "Injector"),
                            ("microneedling", "Microneedling"),
                        ],
                        default="electro",
                        max_length=14,
                    ),
                ),
                ("make", models.CharField(max_length=80)),
                ("model", models.CharField(max_length=80)),
                ("serial", models.CharField(max_length=80)),
                ("mark", models.CharField(blank=True, max_length=40)),
                ("ifu_version", models.CharField(blank=True, max_length=40)),
                ("modes", models.JSONField(blank=True, default=list)),
                ("electrode_cm2", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("serviced_on", models.DateField(blank=True, null=True)),
                ("service_due_on", models.DateField(blank=True, null=True)),
                ("safety_tested_on", models.DateField(blank=True, null=True)),
                ("safety_test_due_on", models.DateField(blank=True, null=True)),
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
                "verbose_name": "historical device",
                "verbose_name_plural": "historical devices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDeviceRange",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("mode", models.CharField(max_length=24)),
                ("parameter", models.CharField(max_length=40)),
                ("minimum", models.DecimalField(decimal_places=3, max_digits=10)),
                ("maximum", models.DecimalField(decimal_places=3, max_digits=10)),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical device range",
                "verbose_name_plural": "historical device ranges",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProduct",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("name", models.CharField(max_length=120)),
                ("maker", models.CharField(max_length=120)),
                (
                    "legal",
                    models.CharField(
                        choices=[
                            ("POM", "Prescription-only medicine"),
                            ("device", "Medical device for use in the skin"),
                            ("cosmetic", "Cosmetic, surface use only"),
                            ("unlicensed", "Unlicensed special or import"),
                            ("blocked", "Blocked by the clinic"),
                            ("unknown", "Not checked yet"),
                        ],
                        default="unknown",
                        max_length=12,
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[("standard", "Standard"), ("pharmaceutical", "Prescription strength")],
                        default="standard",
                        max_length=16,
                    ),
                ),
                ("concentration", models.CharField(blank=True, max_length=160)),
                ("unit", models.CharField(default="vial", max_length=40)),
                ("unit_ml", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("labelled_areas", models.JSONField(blank=True, default=list)),
                ("max_session_ml", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                (
                    "polarity",
                    models.CharField(
                        choices=[
                            ("negative", "Negative"),
                            ("positive", "Positive"),
                            ("neutral", "Not ionic"),
                            ("unknown", "Not stated"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("labelled_for_electro", models.BooleanField(default=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("none", "No animal or human origin"),
                            ("animal", "Animal"),
                            ("pork", "Pork"),
                            ("beef", "Beef"),
                            ("fish", "Fish"),
                            ("human", "Human"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
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
                "verbose_name": "historical product",
                "verbose_name_plural": "historical products",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Product",
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
                ("maker", models.CharField(max_length=120)),
                (
                    "legal",
                    models.CharField(
                        choices=[
                            ("POM", "Prescription-only medicine"),
                            ("device", "Medical device for use in the skin"),
                            ("cosmetic", "Cosmetic, surface use only"),
                            ("unlicensed", "Unlicensed special or import"),
                            ("blocked", "Blocked by the clinic"),
                            ("unknown", "Not checked yet"),
                        ],
                        default="unknown",
                        max_length=12,
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[("standard", "Standard"), ("pharmaceutical", "Prescription strength")],
                        default="standard",
                        max_length=16,
                    ),
                ),
                ("concentration", models.CharField(blank=True, max_length=160)),
                ("unit", models.CharField(default="vial", max_length=40)),
                ("unit_ml", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("labelled_areas", models.JSONField(blank=True, default=list)),
                ("max_session_ml", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                (
                    "polarity",
                    models.CharField(
                        choices=[
                            ("negative", "Negative"),
                            ("positive", "Positive"),
                            ("neutral", "Not ionic"),
                            ("unknown", "Not stated"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("labelled_for_electro", models.BooleanField(default=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("none", "No animal or human origin"),
                            ("animal", "Animal"),
                            ("pork", "Pork"),
                            ("beef", "Beef"),
                            ("fish", "Fish"),
                            ("human", "Human"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name", "maker"), name="catalogue_product_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("legal__in", ["POM", "device", "cosmetic", "unlicensed", "blocked", "unknown"])
                        ),
                        name="catalogue_product_legal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("strength__in", ["standard", "pharmaceutical"])),
                        name="catalogue_product_strength",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("polarity__in", ["negative", "positive", "neutral", "unknown"])),
                        name="catalogue_product_polarity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["none", "animal", "pork", "beef", "fish", "human"])),
                        name="catalogue_product_origin",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_session_ml__isnull", True),
                            models.Q(("max_session_ml__gt", 0), ("max_session_ml__lte", Decimal("50"))),
                            _connector="OR",
                        ),
                        name="catalogue_product_max_session",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalProductIngredient",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("ingredient", models.CharField(max_length=4)),
                ("strength", models.CharField(blank=True, max_length=80)),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical product ingredient",
                "verbose_name_plural": "historical product ingredients",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProductTag",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("tag", models.CharField(max_length=30)),
                ("is_present", models.BooleanField(null=True)),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical product tag",
                "verbose_name_plural": "historical product tags",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProductIngredient",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="ingredients", to="catalogue.product"
                    ),
                ),
                ("ingredient", models.CharField(max_length=4)),
                ("strength", models.CharField(blank=True, max_length=80)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product", "ingredient"), name="catalogue_productingredient_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductTag",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="tags", to="catalogue.product"
                    ),
                ),
                ("tag", models.CharField(max_length=30)),
                ("is_present", models.BooleanField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("product", "tag"), name="catalogue_producttag_once")],
            },
        ),
    ]
