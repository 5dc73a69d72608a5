"""What every answer must carry, written by hand from security.md 5.10 and decision 30, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpResponse

# decision 30: stack.md 3's header, without `wasm-unsafe-eval` as no page scans; the nonce only where a page used it
PAGE_POLICY = {
    "default-src": {"'none'"}, "script-src": {"'self'"}, "style-src": {"'self'"},
    "img-src": {"'self'", "data:", "blob:"}, "font-src": {"'self'"}, "connect-src": {"'self'"},
    "worker-src": {"'self'"}, "manifest-src": {"'self'"}, "form-action": {"'self'"}, "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"}, "object-src": {"'none'"},
}  # fmt: skip
FILE_POLICY: dict[str, set[str]] = {
    "sandbox": set(), "default-src": {"'none'"}, "base-uri": {"'none'"}, "form-action": {"'none'"},
    "frame-ancestors": {"'none'"},
}  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # docs/decisions/0006: `no-referrer` makes browsers send `Origin: null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
HSTS = "max-age=63072000; includeSubDomains; preload"
NEVER = ("Server", "X-Powered-By", "Via", "X-AspNet-Version")
FILES = ("application/pdf", "application/zip", "image/jpeg")
NONCE = re.compile(r"'nonce-[A-Za-z0-9+/=]{24}'")


def policy_of(answer: HttpResponse) -> dict[str, set[str]]:
    """The content policy by directive; a nonce of 16 bytes is taken out."""
    found = {}
    for part in answer.get("Content-Security-Policy", "").split(";"):
        name, *values = part.split() or [""]
        found[name] = {value for value in values if not (name == "script-src" and NONCE.fullmatch(value))}
    return found


def wrong(answer: HttpResponse, *, path: str, cached: bool = False, is_https: bool = True) -> list[str]:
    """Everything that is wrong with the headers of one answer; `cached` for a hashed static file."""
    return [*_fixed(answer, is_https=is_https), *_cached(answer, cached), *_typed(answer, path), *_cookies(answer)]


def _fixed(answer: HttpResponse, *, is_https: bool) -> Iterator[str]:
    for name, value in ALWAYS.items():
        if answer.get(name) != value:
            yield f"{name}: {answer.get(name)}"
    if is_https and answer.get("Strict-Transport-Security") != HSTS:
        yield f"HSTS: {answer.get('Strict-Transport-Security')}"
    is_file = answer.get("Content-Type", "").split(";")[0] in FILES and "/static/" not in answer.request["PATH_INFO"]
    if policy_of(answer) != (FILE_POLICY if is_file else PAGE_POLICY):
        yield f"policy: {answer.get('Content-Security-Policy')}"
    for name in answer.headers:
        if name in NEVER or name.startswith("Access-Control-"):
            yield f"{name} is sent"


def _cached(answer: HttpResponse, cached: bool) -> Iterator[str]:
    control = answer.get("Cache-Control", "")
    if control != "no-store" and not (cached and control == "max-age=315360000, public, immutable"):
        yield f"cached: {control}"
    if cached and control == "no-store":
        yield "a hashed file is not kept"


def _typed(answer: HttpResponse, path: str) -> Iterator[str]:
    kind = answer.get("Content-Type", "")
    if not path.startswith("/api/") or not _has_body(answer) or kind.startswith(FILES):
        return
    if kind.split(";")[0] not in ("application/json", "application/vnd.oai.openapi+json"):
        yield f"type: {kind}"


def _has_body(answer: HttpResponse) -> bool:
    return answer.streaming or bool(answer.content)


def _cookies(answer: HttpResponse) -> Iterator[str]:
    for name, morsel in answer.cookies.items():
        held = (morsel["samesite"], morsel["path"], morsel["domain"])
        if not name.startswith("__Host-") or not morsel["secure"] or held != ("Strict", "/", ""):
            yield f"cookie {name}: {morsel.OutputString()}"
        if morsel.value and not morsel["httponly"] and name != "__Host-csrf":
            yield f"cookie {name} can be read by scripts"
