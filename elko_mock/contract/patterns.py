"""A text that matches a regular expression, for the plain ones that documents use."""

import re
from importlib import import_module
from typing import Any

parser: Any = import_module("re._parser")  # has no types; mypy is of two minds about it
_MOST = 1000
_CLASSES = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_SPACE": " \t", "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz"}
_NEGATED = {"CATEGORY_NOT_DIGIT": "abc", "CATEGORY_NOT_SPACE": "abc", "CATEGORY_NOT_WORD": " -."}
_ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:/"


def matching(pattern: str, least: int = 0, number: int = 0) -> str:
    """A short text that the pattern accepts, with at least that many characters where repetition allows.

    `number` asks for another one. Empty text when the pattern is beyond this: look-around, back references.
    """
    try:
        parsed = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return ""
    for extra in range(_MOST):
        text = "".join(_piece(code, value, extra, number) for code, value in parsed)
        if len(text) >= least or extra > least:
            break
    return text


def _piece(code: Any, value: Any, extra: int, number: int) -> str:
    match str(code):
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return next(c for c in _ANY if ord(c) != value)
        case "ANY":
            return _ANY[number % len(_ANY)]
        case "IN":
            chosen = _choices(value)
            return chosen[number % len(chosen)] if chosen else ""
        case "SUBPATTERN":
            return "".join(_piece(c, v, extra, number) for c, v in value[-1])
        case "BRANCH":
            branches = value[1]
            return "".join(_piece(c, v, extra, number) for c, v in branches[number % len(branches)])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = value
            times = min(max(least + extra, 1 if number else 0), most)
            within = extra if times == most else 0  # what cannot be repeated more may grow inside
            return "".join(_piece(c, v, within, number) for c, v in inner) * int(times)
        case _:
            return ""


def _choices(members: Any) -> str:
    chosen: list[str] = []
    negated = False
    for code, value in members:
        match str(code):
            case "NEGATE":
                negated = True
            case "LITERAL":
                chosen.append(chr(value))
            case "RANGE":
                low, high = value
                chosen.extend(chr(c) for c in range(low, min(high, low + 64) + 1))
            case "CATEGORY":
                chosen.extend(_CLASSES.get(str(value)) or _NEGATED[str(value)])
    if negated:
        return "".join(c for c in _ANY if c not in chosen)
    return "".join(chosen)
