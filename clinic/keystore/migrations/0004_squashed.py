import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("keystore", "0001_initial"),
        ("keystore", "0002_rotation"),
        ("keystore", "0003_destroyed_holders"),
        ("keystore", "0004_escrow"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder_id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("wrapped", models.BinaryField()),
                ("kek_version", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("sealed", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["kek_version", "id"], name="keystore_datakey_kek")],
                "constraints": [
                    models.UniqueConstraint(fields=("holder_id", "version"), name="keystore_datakey_holder_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="DestroyedHolder",
            fields=[
                ("holder_id", models.UUIDField(primary_key=True, serialize=False)),
                ("destroyed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="EscrowCopy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=120)),
                ("recipient", models.BinaryField()),
                ("kek_version", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="KeyRotation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "level",
                    models.CharField(choices=[("kek", "Key-encryption key"), ("data", "Data keys")], max_length=4),
                ),
                ("target", models.PositiveIntegerField(default=0)),
                ("holder_id", models.UUIDField(null=True)),
                ("compromised", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("level",),
                        name="keystore_rotation_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("wrapped", models.BinaryField()),
                ("public", models.BinaryField()),
                ("kek_version", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
    ]
