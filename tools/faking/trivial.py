"""Swaps the body of one function for a trivial value while its module is being imported."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.abc
import importlib.machinery
import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

Make = Callable[[tuple[Any, ...], dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Value:
    """Something a function could return without doing its work."""

    name: str
    make: Make


def constant(name: str, factory: Callable[[], Any]) -> tuple[Value, ...]:
    return (Value(name, lambda _args, _kwargs: factory()),)


NOTHING = constant("None", lambda: None)
EMPTY_MAPPING = constant("{}", dict)
EMPTY_SEQUENCE = constant("()", tuple)
EMPTY_ITERATOR = constant("an empty iterator", lambda: iter(()))

# A yes-or-no answer is only proven by a test that sees it say both.
VALUES: dict[str, tuple[Value, ...]] = {
    "bool": constant("False", lambda: False) + constant("True", lambda: True),
    "int": constant("0", int),
    "float": constant("0.0", float),
    "str": constant("''", str),
    "bytes": constant("b''", bytes),
    "list": constant("[]", list),
    "set": constant("set()", set),
    "frozenset": constant("frozenset()", frozenset),
    "dict": EMPTY_MAPPING,
    "Mapping": EMPTY_MAPPING,
    "tuple": EMPTY_SEQUENCE,
    "Sequence": EMPTY_SEQUENCE,
    "Iterable": EMPTY_ITERATOR,
    "Iterator": EMPTY_ITERATOR,
    "Self": (Value("self", lambda args, _kwargs: args[0]),),
}


def empty_page(_args: tuple[Any, ...], _kwargs: dict[str, Any]) -> Any:
    from django.http import HttpResponse  # only a faked view needs Django

    return HttpResponse()


def query_values(original: FunctionType) -> tuple[Value, ...]:
    """Neither no row nor every row may pass for the rows that were asked for."""

    def none(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return original(*args, **kwargs).none()

    def every(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        rows = original(*args, **kwargs)
        return type(rows)(model=rows.model, using=rows.db)

    return Value("no rows", none), Value("every row", every)


def annotated(annotation: object) -> str:
    """The outermost name of a return annotation: `list` for `list[Message]`."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "None")
    node: ast.expr = ast.parse(text, mode="eval").body
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Attribute):
            return node.attr
        else:  # None, or a union, of which None is the trivial member
            return "None"
    return node.id


def values_for(function: FunctionType) -> tuple[Value, ...]:
    """What to try in place of a function, chosen by what it says it returns."""
    name = annotated(function.__annotations__.get("return", "None"))
    owner = function.__qualname__.rpartition(".")[0]
    if name.endswith("QuerySet") or (name == "Self" and owner.endswith("QuerySet")):
        original = FunctionType(
            function.__code__,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        original.__kwdefaults__ = function.__kwdefaults__
        return query_values(original)
    if name.startswith("HttpResponse"):
        return (Value("an empty page", empty_page),)
    return VALUES.get(name, NOTHING)


def innermost(found: object) -> tuple[FunctionType, bool]:
    """The plain function below its decorators, and whether it manages a context."""
    in_contextlib = False
    while True:
        if isinstance(found, staticmethod | classmethod):
            found = found.__func__
        elif isinstance(found, property):
            found = found.fget
        elif isinstance(found, functools.cached_property):
            found = found.func
        elif hasattr(found, "__wrapped__"):
            code = getattr(found, "__code__", None)
            in_contextlib |= code is not None and code.co_filename == contextlib.__file__
            found = found.__wrapped__
        elif isinstance(found, FunctionType):
            return found, in_contextlib and inspect.isgeneratorfunction(found)
        else:
            message = f"{found!r} is not a function"
            raise TypeError(message)


def swap(function: FunctionType, make: Make, *, manages_context: bool = False) -> None:
    """Give a function another body in place, so that every reference to it is changed.

    The names it closed over stay, because Python lets code be swapped only where their number
    stays the same.
    """
    value = f"__trivial_{id(function)}__"
    free = function.__code__.co_freevars
    kept = [f"    {name} = None" for name in free]
    if manages_context:
        body = [f"yield {value}(args, kwargs)"]
    elif inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        body = ["return", "yield"]
    else:
        body = [f"return {value}(args, kwargs)"]
    is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    source = "\n".join(
        [
            "def outer():",
            *kept,
            f"    {'async ' if is_async else ''}def {function.__name__}(*args, **kwargs):",
            f"        ({', '.join([*free, ''])})" if free else "        ()",
            *[f"        {line}" for line in body],
            f"    return {function.__name__}",
        ]
    )
    built: dict[str, Any] = {}
    exec(compile(source, "<a trivial value>", "exec"), built)
    function.__globals__[value] = make
    function.__code__ = built["outer"]().__code__


class Replacer(importlib.abc.MetaPathFinder):
    """Stands first among the finders and changes the wanted function once its module has run."""

    def __init__(self, path: str, *, choice: int, report: Path) -> None:
        self.path = path
        self.choice = choice
        self.report = report

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not self.path.startswith(f"{fullname}."):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_replace(module: ModuleType) -> None:
            execute(module)
            self.replace_in(module)

        spec.loader.exec_module = execute_and_replace  # type: ignore[method-assign]
        return spec

    def replace_in(self, module: ModuleType) -> None:
        """Replace the function if this is the module that holds it, and report what was done."""
        found: object = module
        for name in self.path.removeprefix(f"{module.__name__}.").split("."):
            found = inspect.getattr_static(found, name, None)
            if found is None:
                return
        function, manages_context = innermost(found)
        values = values_for(function)
        value = values[self.choice]
        swap(function, value.make, manages_context=manages_context)
        self.report.write_text(json.dumps({"value": value.name, "choices": len(values)}))
