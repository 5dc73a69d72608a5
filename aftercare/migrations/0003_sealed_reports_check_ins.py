"""Seal what was reported (decision 16), and keep the calls of check-ins (decision 52).

A seal cannot be made by a migration, so the two clear columns are dropped and come back sealed; nothing was released.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.clock
import clinic.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("aftercare", "0002_initial"),
        ("clinic", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="reactionreport", name="aftercare_report_kind"),
        migrations.RemoveField(model_name="reactionreport", name="kind"),
        migrations.RemoveField(model_name="reactionreport", name="is_growing"),
        migrations.AddField(
            model_name="reactionreport",
            name="kind",
            field=clinic.encryption.SealedText(holder="client_id", null=True, sealed_as="reaction_report.kind"),
        ),
        migrations.AddField(
            model_name="reactionreport",
            name="is_growing",
            field=clinic.encryption.SealedJSON(holder="client_id", null=True, sealed_as="reaction_report.is_growing"),
        ),
        migrations.CreateModel(
            name="CheckInCall",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=clinic.clock.now, editable=False)),
                ("recorded_by_id", models.UUIDField(editable=False, null=True)),
                ("follow_up", models.CharField(max_length=10)),
                (
                    "reached",
                    models.CharField(
                        choices=[("answered", "Answered"), ("not_reached", "Not reached")], max_length=12
                    ),
                ),
                (
                    "words",
                    clinic.encryption.SealedText(default="", holder="client_id", sealed_as="check_in.words"),
                ),
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.client"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.organisation"
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
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="aftercare.aftercaresheet",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="checkincall",
            constraint=models.CheckConstraint(
                condition=models.Q(("reached__in", ["answered", "not_reached"])), name="aftercare_check_in_reached"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkincall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reached", "answered")),
                fields=("sheet", "follow_up"),
                name="aftercare_check_in_answered_once",
            ),
        ),
    ]
