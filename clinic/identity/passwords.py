"""What a password may not be: names of people, clinics and product; a common one made longer; one sign repeated."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from clinic.identity import rules
from clinic.models import Organisation


class NamesValidator:
    """Refuses context words (ASVS 6.2.11): a password with the clinic's name in it is guessed first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError naming what kind of word it holds, not which."""
        names = [*Organisation.objects.values_list("name", flat=True), "MesoRecord", "mesotherapy"]
        if user is not None:
            names += [user.name, user.email.partition("@")[0]]
        if rules.forbidden_words(password, names):
            raise ValidationError("Leave out names: of the clinic, of yourself, of this record.", code="holds_a_name")

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "No names: of the clinic, of yourself, of this record."


def _half(letters: str) -> str:
    """The first half of something written twice, else all of it."""
    half = len(letters) // 2
    return letters[:half] if letters[:half] == letters[half:] else letters


class LengthenedValidator(CommonPasswordValidator):
    """Refuses common passwords made long: with digits and signs around them, twice in a row, or one sign many times."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        letters = re.sub(r"[\W\d_]", "", password.casefold())
        cores = {letters, _half(letters)}
        if len(set(password)) < rules.FEWEST_SIGNS or (cores - {""}) & set(self.passwords):
            raise ValidationError("This is a common password made longer. Take unrelated words.", code="too_common")

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "No common password made longer."
