"""Two views: a page of rows from one statement, and rows written plainly in one transaction."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from bench.floor.models import Plain
from clinic import clock


def read(request: HttpRequest) -> HttpResponse:
    """`rows` rows, padded so that the page has about `bytes` bytes, like the page it is compared with."""
    rows = list(Plain.objects.all()[: int(request.GET.get("rows", "50"))])
    padding = "x" * max(0, int(request.GET.get("bytes", "0")) - 200 - 190 * len(rows))
    return render(request, "floor/page.html", {"rows": rows, "padding": padding})


def write(request: HttpRequest) -> HttpResponse:
    """`rows` rows, written plainly."""
    with transaction.atomic():
        for _ in range(int(request.GET.get("rows", "1"))):
            Plain(name="a", phone="b", born_on=date(1990, 1, 1), state="c", at=clock.now(), note="d" * 200).save()
    return JsonResponse({"ok": True})
