"""Routes: matched without regard to case, a slash at the end tolerated, 405 with the right `Allow` (section 4)."""

from collections.abc import Callable

from elko_mock.verify.asker import Arguments, fill
from elko_mock.verify.check import Check, Trial
from elko_mock.verify.scope import READ_ONLY

_FORMS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("in lower case", str.lower),
    ("in upper case", str.upper),
    ("with a slash at its end", lambda path: path + "/"),
)


def routes_alike(trial: Trial) -> None:
    """A path in another case, or with a slash at its end, is the same path."""
    for name, operation in trial.asker.operations.items():
        arguments = trial.facts.arguments(name) if name in READ_ONLY else None
        if arguments is None:
            continue
        plain = trial.ask(name, arguments)
        if plain.status != 200:
            continue
        for words, form in _FORMS:
            reply = trial.ask(name, arguments, path=_literal(operation.path, arguments, form), own_status=True)
            trial.expect(reply.status == 200, name, f"the path {words} is answered {reply.status}", reply)


def allow(trial: Trial) -> None:
    """A method that a path does not have is answered 405, with `Allow` naming those it has."""
    templates = [(operation.method, operation.path) for operation in trial.asker.contract.operations]
    done: set[str] = set()
    for name, operation in trial.asker.operations.items():
        if operation.path.lower() in done:
            continue
        done.add(operation.path.lower())
        arguments = Arguments(tuple("1" for parameter in operation.parameters if parameter.location == "path"))
        reply = trial.ask(name, arguments, method="PATCH", own_status=True, authorization=trial.bearer)
        if not trial.expect(reply.status == 405, name, f"PATCH is answered {reply.status}, not 405", reply):
            continue
        named = {word.strip().upper() for word in (reply.response.header(b"allow") or "").split(",") if word.strip()}
        owed = {method for method, path in templates if path.lower() == operation.path.lower()}
        # `Cart/Add` is also a `Cart/{lineId}`: routing by templates names its verbs too, and is not wrong to.
        fine = {method for method, path in templates if _fits(reply.request.path, path)} | {"HEAD", "OPTIONS"}
        shown = ", ".join(sorted(named)) or "nothing"
        message = f"Allow names {shown}; the path has {', '.join(sorted(owed))}"
        trial.expect(owed <= named <= fine, name, message, reply)


def _fits(path: str, template: str) -> bool:
    segments, wanted = path.lower().split("/"), template.lower().split("/")
    return len(segments) == len(wanted) and all(
        pattern.startswith("{") or segment == pattern for segment, pattern in zip(segments, wanted, strict=True)
    )


def _literal(template: str, arguments: Arguments, form: Callable[[str], str]) -> str:
    """The path with its literal segments in another form; values stay as they are."""
    return fill(form(template), arguments.path)


CHECKS = (
    Check("route-forms", "A path in any case, with or without a slash at its end, is the same path", routes_alike),
    Check(
        "allow-header", "405 for a method that a path does not have, with Allow naming those it has", allow, writes=True
    ),
)
