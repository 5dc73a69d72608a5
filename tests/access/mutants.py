"""Mutants of the permission policy, one change each; `python -m tests.access.mutants` prints how many are caught.

A mutant of a function is compiled and its code put into the living function; a mutant of the grants changes the living
table. So whoever imported the policy sees the mutant, and nothing has to be imported again. A mutant counts as caught
when one of the judges in tests/access/policy.py raises.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from clinic import access  # noqa: E402 - settings go first
from clinic.choices import Role  # noqa: E402
from tests.access import policy  # noqa: E402

SOURCE = Path(__file__).resolve().parents[2] / "clinic" / "access.py"
Judges = tuple[Callable[[], None], ...]
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
}  # fmt: skip
_COMBINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Sub: ast.BitOr, ast.Add: ast.Sub,
}  # fmt: skip
_SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min", "Allow": "Deny", "Deny": "Allow"}


@dataclass(frozen=True)
class Mutant:
    """One change: what it is, how it is put in and taken out, and which judges look at it."""

    text: str
    applied: Callable[[], Any]
    judges: Judges


@dataclass
class Outcome:
    """How many there were and which nobody noticed."""

    total: int = 0
    survivors: list[str] = field(default_factory=list)


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every changed copy of one node, with what was done."""
    kind = type(node).__name__
    maker = globals().get(f"_{kind.lower()}")
    if maker is not None:
        yield from maker(node)
    if isinstance(node, (ast.If, ast.IfExp)):
        turned = copy.deepcopy(node)
        turned.test = ast.UnaryOp(ast.Not(), turned.test)
        yield "condition negated", turned
    if isinstance(node, (ast.If, ast.Raise, ast.AugAssign)) or _is_call(node):
        yield "removed", ast.Pass()


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _compare(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    other = _COMPARED.get(type(node.ops[0]))
    if other is not None:
        turned = copy.deepcopy(node)
        turned.ops[0] = other()
        yield "comparison flipped", turned


def _boolop(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    swapped = copy.deepcopy(node)
    swapped.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and/or swapped", swapped
    for value in node.values:
        yield "only one side kept", copy.deepcopy(value)


def _unaryop(node: ast.UnaryOp) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.op, ast.Not):
        yield "not removed", copy.deepcopy(node.operand)


def _binop(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    other = _COMBINED.get(type(node.op))
    if other is not None:
        turned = copy.deepcopy(node)
        turned.op = other()
        yield "set operation changed", turned
        yield "right side dropped", copy.deepcopy(node.left)


def _augassign(node: ast.AugAssign) -> Iterator[tuple[str, ast.AST]]:
    other = _COMBINED.get(type(node.op))
    if other is not None:
        turned = copy.deepcopy(node)
        turned.op = other()
        yield "set operation changed", turned


def _constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.value, bool):
        yield "truth turned", ast.Constant(not node.value)
    elif isinstance(node.value, str):
        yield "text changed", ast.Constant(f"{node.value}-mutant")


def _name(node: ast.Name) -> Iterator[tuple[str, ast.AST]]:
    if node.id in _SWAPPED:
        yield f"{node.id} became {_SWAPPED[node.id]}", ast.Name(_SWAPPED[node.id], node.ctx)


def _attribute(node: ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.value, ast.Name) and node.value.id == "Relation":
        names = [relation.name for relation in access.Relation]
        other = names[(names.index(node.attr) + 1) % len(names)]
        yield f"{node.attr} became {other}", ast.Attribute(node.value, other, node.ctx)


def _set(node: ast.Set) -> Iterator[tuple[str, ast.AST]]:
    for index in range(len(node.elts)):
        left = [copy.deepcopy(element) for position, element in enumerate(node.elts) if position != index]
        yield "member dropped", ast.Set(left) if left else ast.Call(ast.Name("set", ast.Load()), [], [])


def _comprehension(node: ast.comprehension) -> Iterator[tuple[str, ast.AST]]:
    for index, condition in enumerate(node.ifs):
        turned, bare = copy.deepcopy(node), copy.deepcopy(node)
        turned.ifs[index] = ast.UnaryOp(ast.Not(), copy.deepcopy(condition))
        del bare.ifs[index]
        yield "filter negated", turned
        yield "filter removed", bare


def _return(node: ast.Return) -> Iterator[tuple[str, ast.AST]]:
    if node.value is not None:
        yield "returns nothing", ast.Return(None)


class _Put(ast.NodeTransformer):
    """Puts one changed node in the place of the node with a number."""

    def __init__(self, number: int, changed: ast.AST) -> None:
        self.number, self.changed = number, changed

    def visit(self, node: ast.AST) -> Any:
        """Numbers were written on the nodes beforehand."""
        if getattr(node, "number", None) == self.number:
            return self.changed
        return self.generic_visit(node)


def _numbered(tree: ast.Module) -> ast.Module:
    for number, node in enumerate(ast.walk(tree)):
        node.number = number  # type: ignore[attr-defined]
    return tree


def _body(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes that decide: not the signature, the annotations or the docstring."""
    has_words = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    for statement in function.body[1 if has_words else 0 :]:
        yield from _deciding(statement)


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, child in ast.iter_fields(node):
        if name != "annotation":
            for one in child if isinstance(child, list) else [child]:
                if isinstance(one, ast.AST):
                    yield from _deciding(one)


def _codes(code: CodeType, path: str = "") -> dict[str, CodeType]:
    """Code of every function of a module, by its path such as `decide` or `Refused.__init__`."""
    found: dict[str, CodeType] = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not constant.co_name.startswith("<"):
            found[path + constant.co_name] = constant
            found |= _codes(constant, f"{path}{constant.co_name}.")
    return found


@contextmanager
def _code_of(module: ModuleType, path: str, code: CodeType) -> Iterator[None]:
    """A function keeps its identity and gets other code; a method, which may lose its `super()`, is replaced."""
    *owners, name = path.split(".")
    owner: Any = module
    for one in owners:
        owner = getattr(owner, one)
    function: FunctionType = vars(owner)[name]
    own = function.__code__
    if owners:
        closure = function.__closure__ if code.co_freevars else None
        changed = FunctionType(code, function.__globals__, name, function.__defaults__, closure)
        setattr(owner, name, changed)
    else:
        function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = own
        setattr(owner, name, function)


def _functions(tree: ast.AST, path: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield path + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{path}{node.name}.")


def of_functions(module: ModuleType, only: str = "", judges: Judges = policy.JUDGES) -> Iterator[Mutant]:
    """Mutants of what decides in a module; `only` is what the path of a function ends with."""
    assert module.__file__ is not None
    source = Path(module.__file__)
    tree = _numbered(ast.parse(source.read_text(encoding="utf-8")))
    chosen = [(path, function) for path, function in _functions(tree) if path.endswith(only)]
    for path, function in chosen:
        for node in _body(function):
            for text, changed in changes(node):
                put: ast.Module = _Put(node.number, changed).visit(copy.deepcopy(tree))  # type: ignore[attr-defined]
                code = _codes(compile(ast.fix_missing_locations(put), source.name, "exec"))[path]
                line = getattr(node, "lineno", function.lineno)
                yield Mutant(f"{path} line {line}: {text}", partial(_code_of, module, path, code), judges)


@contextmanager
def _granted(cell: tuple[Any, Any], verbs: frozenset[Any]) -> Iterator[None]:
    own = access.GRANTS.get(cell)
    access.GRANTS[cell] = verbs
    try:
        yield
    finally:
        if own is None:
            del access.GRANTS[cell]
        else:
            access.GRANTS[cell] = own


def of_grants() -> Iterator[Mutant]:
    """Each grant dropped, each absent one added: role × relation × verb."""
    for role in (*Role, access.HANDED_ROLE):
        for relation in access.Relation:
            held = access.GRANTS.get((role, relation), frozenset())
            for can in access.Can:
                text = f"{role} {relation}: {can} {'dropped' if can in held else 'added'}"
                judge = partial(policy.judge_cell, role, relation)
                yield Mutant(text, partial(_granted, (role, relation), held ^ {can}), (judge,))


def _is_caught(judges: Judges) -> bool:
    try:
        for judge in judges:
            judge()
    except Exception:  # noqa: BLE001 - a mutant that breaks the policy in any way is caught
        return True
    return False


def tried(mutants: Iterable[Mutant]) -> Outcome:
    """Try every mutant before its judges."""
    outcome = Outcome()
    for mutant in mutants:
        outcome.total += 1
        with mutant.applied():
            if not _is_caught(mutant.judges):
                outcome.survivors.append(mutant.text)
    return outcome


def run() -> Outcome:
    """Try every mutant of the policy. Raises AssertionError when the judges refuse the policy as it is."""
    assert not _is_caught(policy.JUDGES), "The policy itself does not pass."
    return tried([*of_functions(access), *of_grants()])


def main() -> int:
    """The line of `do.py security`."""
    outcome = run()
    print(f"policy: {outcome.total - len(outcome.survivors)} of {outcome.total} mutants caught")
    for text in outcome.survivors:
        print(f"  not caught: {text}")
    shutil.rmtree(settings.TEST_DATA, ignore_errors=True)
    return 1 if outcome.survivors else 0


if __name__ == "__main__":
    sys.exit(main())
