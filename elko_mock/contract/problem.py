"""What is wrong with a document, for people: each finding with its place."""

from typing import NamedTuple

_SHOWN = 10


class Finding(NamedTuple):
    """One thing wrong in a document."""

    where: str
    """`line 3, column 7` for syntax, a JSON pointer (`#/paths/~1Orders/get`) for structure, empty for the whole."""
    message: str
    """What is wrong and what was wanted."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class DocumentProblem(ValueError):
    """A document cannot be used; says which, where and why, and what to do about it."""

    def __init__(self, source: str, *findings: Finding) -> None:
        self.source = source
        self.findings = findings
        shown = [str(finding) for finding in findings[:_SHOWN]]
        if len(findings) > _SHOWN:
            shown.append(f"... and {len(findings) - _SHOWN} more")
        super().__init__(f"{source}: {shown[0]}" if len(shown) == 1 else "\n  ".join([f"{source}:", *shown]))
