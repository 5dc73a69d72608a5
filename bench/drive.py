"""A signed-in client of the running site, and what a request costs: CPU, statements, bytes."""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    """What is asked; `body` is a form (dict) or, with `is_json`, a document.

    `{n}` in a document becomes a running number, so that every save changes something; `If-Match` follows the answers.
    """

    path: str
    method: str = "GET"
    body: dict[str, object] | None = None
    is_json: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cost:
    """Medians of wall milliseconds, CPU milliseconds per request, statements and bytes of one answer."""

    wall_ms: float
    cpu_ms: float
    statements: int
    size: int
    status: int
    writes: int = 0


def cpu_seconds(root: int) -> float:
    """User and system time of a process and all its descendants."""
    table: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            table[int(entry.name)] = (int(words[1]), sum(map(int, words[11:15])) / TICKS)
    total, waiting = 0.0, [root]
    while waiting:
        one = waiting.pop()
        total += table[one][1] if one in table else 0.0
        waiting += [number for number, (parent, _) in table.items() if parent == one]
    return total


class Browser:
    """Keeps one connection and the cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.sent = 0

    def send(self, request: Request) -> tuple[http.client.HTTPResponse, bytes]:
        """One request; the CSRF token goes as a header."""
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("csrf", ""),
        }
        headers |= {"Origin": f"http://127.0.0.1:{self.connection.port}", **dict(request.headers)}
        if "If-Match" in headers:
            headers["If-Match"] = self.versions.get(request.path, headers["If-Match"])
        self.sent += 1
        body = None
        if request.body is not None:
            body = (
                json.dumps(request.body).replace("{n}", str(self.sent))
                if request.is_json
                else urlencode(request.body, doseq=True)
            )
            headers["Content-Type"] = "application/json" if request.is_json else "application/x-www-form-urlencoded"
        self.connection.request(request.method, request.path, body=body, headers=headers)
        response = self.connection.getresponse()
        content = response.read()
        if "ETag" in response.headers:
            self.versions[request.path] = str(response.headers["ETag"])
        for header in response.headers.get_all("Set-Cookie") or []:
            name, value = re.match(r"([^=]+)=([^;]*)", header).groups()  # type: ignore[union-attr]
            self.cookies[name] = value
        return response, content

    def sign_in(self, email: str, password: str) -> None:
        """Through the sign-in page, as people do."""
        self.send(Request("/sign-in/"))
        response, _ = self.send(Request("/sign-in/", "POST", {"login": email, "password": password}))
        if response.status not in (302, 303):
            raise RuntimeError(f"Sign-in of {email} answered {response.status}.")


def measure(browser: Browser, pid: int, request: Request, times: int) -> Cost:
    """Cost of a request, sent `times` times."""
    walls, answer, content = [], None, b""
    before = cpu_seconds(pid)
    for _ in range(times):
        start = time.perf_counter()
        answer, content = browser.send(request)
        walls.append(1000 * (time.perf_counter() - start))
    assert answer is not None
    spent = 1000 * (cpu_seconds(pid) - before) / times
    statements, writes = (int(answer.headers.get(name, "0")) for name in ("X-Statements", "X-Writes"))
    return Cost(median(walls), spent, statements, len(content), answer.status, writes)
