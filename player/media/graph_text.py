"""The text of a libavfilter graph, `scale=640:-2,hflip`, read as FFmpeg reads it: one chain of filters."""

from __future__ import annotations

from player.errors import UsageError, plain
from player.quick_dataclass import dataclass

_SPACE = " \n\t\r"


@dataclass(frozen=True, slots=True)
class FilterStep:
    """One filter of a chain: `name@label=arguments`."""

    name: str
    arguments: str = ""
    """As the filter takes them: the graph's own level of quoting is removed, the filter's is left in."""
    label: str = ""


def parse_graph(text: str) -> tuple[FilterStep, ...]:
    """The filters of `text` in order; none for an empty text.

    Quotes and backslashes mean what they mean to FFmpeg. Raises UsageError for what is not one
    chain: link labels, several chains, a missing name, an open quote.
    """
    if not text.strip(_SPACE):
        return ()
    if "\0" in text or not _is_utf8(text):
        raise _refusal(text, "it holds characters that are no text")
    steps: list[FilterStep] = []
    at = 0
    while True:
        name, at = _token(text, at, "=,;[")
        arguments = ""
        if text[at : at + 1] == "=":
            arguments, at = _token(text, at + 1, "[],;")
        if text[at : at + 1] in ("[", "]"):
            raise _refusal(text, "link labels need several chains, and only a single chain of filters can be used")
        if text[at : at + 1] == ";":
            raise _refusal(text, "only a single chain of filters can be used")
        name, _, label = name.partition("@")
        if not name:
            raise _refusal(text, "a filter's name is missing")
        steps.append(FilterStep(name, arguments, label))
        if at >= len(text):
            return tuple(steps)
        at += 1  # the comma


def _token(text: str, at: int, ends: str) -> tuple[str, int]:
    """What stands up to one of `ends`, unquoted, and where it ends: av_get_token's rules.

    A backslash takes the next character as it is, single quotes all up to the next one; space
    around the token goes, quoted space stays.
    """
    while text[at : at + 1] and text[at] in _SPACE:
        at += 1
    kept = ""
    firm = 0  # up to here nothing is stripped: it was quoted
    while at < len(text) and text[at] not in ends:
        character = text[at]
        at += 1
        if character == "\\" and at < len(text):
            kept += text[at]
            at += 1
            firm = len(kept)
        elif character == "'":
            close = text.find("'", at)
            if close < 0:
                raise _refusal(text, "a quote is not closed")
            kept += text[at:close]
            at = close + 1
            firm = len(kept)
        else:
            kept += character
    return kept[:firm] + kept[firm:].rstrip(_SPACE), at


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(text: str, reason: str) -> UsageError:
    return UsageError(plain(f"The filter graph {text!r} cannot be used: {reason}."))
