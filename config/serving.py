"""The programs of one installation, side by side: the web server and the worker (standard library only; do.py's)."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 20


class Taken(RuntimeError):
    """The port cannot be listened on; the message says why."""


def free_address(port: str) -> str:
    """The local address of a port. Raises Taken when it is no port, or when somebody listens there."""
    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", int(port)))
    except (ValueError, OverflowError) as error:
        raise Taken(f"{port} is not a port.") from error
    except OSError as error:
        raise Taken(f"Port {port} is taken ({error.strerror}).") from error
    return f"127.0.0.1:{port}"


def side_by_side(*commands: Sequence[object], folder: Path, env: dict[str, str]) -> int:
    """Run programs until one ends or we are told to stop, then end all; 0 when we were told.

    They get sessions of their own, so that Ctrl-C reaches this program only, which ends them in order.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    words = [[str(word) for word in command] for command in commands]
    children = [
        subprocess.Popen(command, cwd=folder, env=env, start_new_session=True)  # noqa: S603 - our own programs
        for command in words
    ]
    while not stop.wait(LOOK_SECONDS) and all(child.poll() is None for child in children):
        pass
    codes = [child.poll() for child in children]
    for child in children:
        child.terminate()
    for child in children:
        end(child)
    return 0 if stop.is_set() else max(1, *(code or 0 for code in codes))


def end(child: subprocess.Popen[bytes]) -> None:
    """Wait for a program that was told to stop; a deaf one is killed."""
    try:
        child.wait(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
