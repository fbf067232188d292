"""Reads a law's thresholds from the page a manager can read, and says all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pkgutil import get_data
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

Policy = TypeVar("Policy")
EXPLAINS = ("unit", "why", "source", "who")


@dataclass(frozen=True)
class Between:
    """The legal range of a threshold, both ends included.

    >>> Between(0, 1).allows(0.5), Between(0, 1).allows(2)
    (True, False)
    """

    lowest: float
    highest: float

    def allows(self, value: float) -> bool:
        """Whether the value lies in the range."""
        return self.lowest <= value <= self.highest


class WrongPolicy(ValueError):
    """A policy cannot be used; the text lists every problem, and the lines that would mend it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def load(kind: type[Policy], text: str, changes: Mapping[str, Any] | None = None) -> Policy:
    """Return the policy that a TOML text sets, with a desk's own changes over it.

    Each threshold is a table: `value`, and for the reader `unit`, `why`, `source` and `who` may
    change it. `changes` maps dotted names to values. Raises `WrongPolicy` with every problem.

    >>> @dataclass(frozen=True)
    ... class Patience:
    ...     days: Annotated[int, Between(1, 90)]
    >>> page = '''[days]
    ... value = 14
    ... unit = "days"
    ... why = "two weeks of silence"
    ... source = "choice"
    ... who = "admin"'''
    >>> load(Patience, page)
    Patience(days=14)
    >>> load(Patience, page, {"days": 7})
    Patience(days=7)
    >>> load(Patience, page, {"days": 900, "hours": 2})
    Traceback (most recent call last):
    ...
    wingbeat.laws.policy.WrongPolicy: days: 900 is outside 1 to 90
    hours: no such threshold; there are: days
    """
    import tomllib  # here and below: importing a law costs only what every law needs

    try:
        page = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongPolicy([f"not a TOML page: {error}"]) from error
    problems: list[str] = []
    changed = dict(changes or {})
    policy = _read(kind, page, changed, "", problems)
    known = ", ".join(name for name, _ in thresholds(kind))
    problems += [f"{name}: no such threshold; there are: {known}" for name in changed]
    if problems:
        raise WrongPolicy(problems)
    return policy


def thresholds(kind: type[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted name and the type of every threshold of a policy."""
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        hint = hints[field.name]
        if is_dataclass(hint):
            yield from thresholds(hint, f"{prefix}{field.name}.")  # type: ignore[arg-type]
        else:
            yield prefix + field.name, hint


def _read(
    kind: type[Policy], page: dict[str, Any], changes: dict[str, Any], prefix: str,
    problems: list[str],
) -> Policy:  # fmt: skip
    hints = get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        entry = page.get(name)
        if is_dataclass(hint):
            inner = entry if isinstance(entry, dict) else {}
            values[name] = _read(hint, inner, changes, f"{prefix}{name}.", problems)  # type: ignore[arg-type]
        else:
            values[name] = _threshold(prefix + name, hint, entry, changes, problems)
    unknown = [name for name in page if name not in hints]
    allowed = ", ".join(hints)
    problems += [f"{prefix}{name}: no such threshold; there are: {allowed}" for name in unknown]
    return kind(**values) if not problems else None  # type: ignore[return-value]


def _threshold(
    name: str, hint: Any, entry: Any, changes: dict[str, Any], problems: list[str]
) -> Any:
    if not isinstance(entry, dict) or "value" not in entry:
        problems.append(f"{name}: missing; add\n{_lines(name, hint)}")
        changes.pop(name, None)
        return None
    silent = [key for key in EXPLAINS if not entry.get(key)]
    if silent:
        problems.append(f"{name}: says nothing for {', '.join(silent)}")
    value = changes.pop(name, entry["value"])
    if isinstance(value, list):
        value = tuple(value)
    wrong = _wrong(hint, value)
    if wrong:
        problems.append(f"{name}: {wrong}")
        return None
    return float(value) if _bare(hint) is float else value


def _wrong(hint: Any, value: Any) -> str:
    wanted, rules = _bare(hint), get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    if get_origin(wanted) is tuple:
        each = get_args(wanted)[0]
        if not isinstance(value, tuple) or not value:
            return f"{value!r} is not a list of {_spoken(each)}"
        return next((wrong for one in value if (wrong := _wrong_one(each, rules, one))), "")
    return _wrong_one(wanted, rules, value)


def _wrong_one(wanted: Any, rules: tuple[Any, ...], value: Any) -> str:
    accepted = (int, float) if wanted is float else (wanted,)
    if not isinstance(value, accepted) or (isinstance(value, bool) and wanted is not bool):
        return f"{value!r} is not {_spoken(wanted)}"
    for rule in rules:
        if not rule.allows(value):
            return f"{value!r} is outside {rule.lowest} to {rule.highest}"
    return ""


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _spoken(wanted: Any) -> str:
    return {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}[wanted]


def _lines(name: str, hint: Any) -> str:
    example = {"int": "0", "float": "0.0", "str": '""', "bool": "false"}
    value = example.get(getattr(_bare(hint), "__name__", ""), "[]")
    return "\n".join(
        [f"    [{name}]", f"    value = {value}", *(f'    {key} = "..."' for key in EXPLAINS)]
    )


def shipped(kind: type[Policy], package: str) -> Policy:
    """Return a policy as the package ships it, such as `wingbeat.laws.memory`."""
    return load(kind, shipped_text(package))


def shipped_text(package: str) -> str:
    """Return the shipped page itself, reasons and all."""
    page = get_data(package, "policy.toml")
    if page is None:
        raise FileNotFoundError(f"{package} has no policy.toml")
    return page.decode()


def fingerprint(policy: Any) -> str:
    """Return twelve hex digits that differ whenever a threshold does.

    >>> fingerprint(Between(0, 1)) == fingerprint(Between(0.0, 1.0))
    True
    """
    import hashlib
    import json

    told = {name: _value(policy, name) for name, _ in thresholds(type(policy))}
    canonical = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _value(policy: Any, dotted: str) -> Any:
    for name in dotted.split("."):
        policy = getattr(policy, name)
    return float(policy) if isinstance(policy, int) else policy
