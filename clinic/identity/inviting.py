"""Sends an invitation's link to the address it is for."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from clinic.choices import Role
from clinic.identity.models import Invitation


def link_of(request: HttpRequest, token: str) -> str:
    """The address that opens the invitation."""
    return request.build_absolute_uri(reverse("invitation", args=[token]))


def send(request: HttpRequest, invitation: Invitation, token: str) -> bool:
    """Send the link; whether the mail went out."""
    context = {
        "organisation": invitation.organisation,
        "role": Role(invitation.role).label,
        "link": link_of(request, token),
        "expires_at": invitation.expires_at,
    }
    body = render_to_string("identity/invitation_mail.txt", context)
    try:
        EmailMessage(f"Invitation to {invitation.organisation.name}", body, to=[invitation.email]).send()
    except (OSError, smtplib.SMTPException):
        return False
    return True
