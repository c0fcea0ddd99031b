"""`overplay models`: what models there are, what is known of one, fetching one, writing one in another form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from player.cli.options import Parser
from player.errors import plain

if TYPE_CHECKING:
    from player.analysis.catalogue import Entry

_MB = 1_000_000
MODEL_HELP = "a model file, or the name of an installed or a catalogue's model"

USAGE = """overplay models list [--json]
       overplay models info M [--json]
       overplay models get NAME [--force] [--json]
       overplay models export M -o F [--force]"""


def run(arguments: Sequence[str]) -> int:
    """The exit code; raises PlayerError."""
    commands = {"list": _list, "info": _info, "get": _get, "export": _export}
    if arguments and arguments[0] in commands:
        commands[arguments[0]](arguments[1:])
        return 0
    parser = Parser(
        "overplay models",
        usage=USAGE,
        description="Models for the detection overlay and for `overplay analyze`: the catalogue's, and your own.",
    )
    parser.add_argument("command", choices=list(commands), help="what to do; each has its own --help")
    parser.parse_args(arguments[:1])
    return 0


# list


def _list(arguments: Sequence[str]) -> None:
    parser = Parser(
        "overplay models list",
        usage="overplay models list [--json]",
        description="The models that came in the box, the catalogue's, and those that are installed.",
    )
    parser.add_argument("--json", action="store_true", help="as a JSON array")
    given = parser.parse_args(arguments)
    models = list(_all_models())
    if given.json:
        print(json.dumps(models, indent=2, ensure_ascii=False))
        return
    from player.home import models_folder

    width = max(len(plain(each["name"])) for each in models)
    for each in models:
        size = f"{each['size'] / _MB:.1f} MB" if each["size"] is not None else "?"
        said = f"{plain(each['name']):<{width}}  {each['state']:<13}  {size:>8}  {each['task'] or '':<6}"
        print(f"{said}  {each['licence'] or '':<12}  {plain(each['title'])}".rstrip())
    print(f"Installed models are in {models_folder()}; `overplay models get NAME` fetches one.")


def _all_models() -> Iterator[dict[str, Any]]:
    """Those in the box, the catalogue's, the user's own.

    `state`: in the box, available, installed, other file (in the place of one), own.
    """
    from player.analysis.card_file import read_card
    from player.analysis.catalogue import catalogue
    from player.analysis.model_names import installed_models, models_in_box, place_of

    for model in models_in_box():
        card = read_card(model.path.with_suffix(".toml"))
        yield {
            "name": model.name,
            "title": model.title,
            "task": card.task,
            "licence": card.licence,
            "size": model.path.stat().st_size,
            "sha256": card.sha256,
            "address": None,
            "state": "in the box",
            "path": str(model.path),
        }
    for entry in catalogue():
        state = _state_of(entry)
        yield {
            "name": entry.name,
            "title": entry.title,
            "task": entry.task,
            "licence": entry.licence,
            "size": entry.size,
            "sha256": entry.sha256,
            "address": entry.address,
            "state": state,
            "path": None if state == "available" else str(place_of(entry)),
        }
    unknown = dict.fromkeys(("task", "licence", "sha256", "address"))
    for model in installed_models():
        if model.entry is None:
            size = model.path.stat().st_size
            yield {"name": model.name, "title": model.path.name, **unknown, "size": size} | {
                "state": "own",
                "path": str(model.path),
            }


def _state_of(entry: Entry) -> str:
    from player.analysis.download import is_right
    from player.analysis.model_names import place_of

    place = place_of(entry)
    if not place.is_file():
        return "available"
    is_its_size = place.stat().st_size == entry.size
    return "installed" if is_its_size and is_right(place.read_bytes(), entry) else "other file"


# info


def _info(arguments: Sequence[str]) -> None:
    parser = Parser(
        "overplay models info",
        usage="overplay models info M [--json]",
        description="What a model is, where it is from, how a picture goes in and boxes come out.",
    )
    parser.add_argument("model", metavar="M", help=MODEL_HELP)
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    given = parser.parse_args(arguments)
    from player.cli.model_info import describe, facts_of, to_json

    facts = facts_of(given.model)
    print(to_json(facts) if given.json else "\n".join(describe(facts)))


# get


def _get(arguments: Sequence[str]) -> None:
    parser = Parser(
        "overplay models get",
        usage="overplay models get NAME [--force] [--json]",
        description="Fetches a model of the catalogue; it is used without the network from then on.",
    )
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--force", action="store_true", help="replace what is in its place")
    parser.add_argument("--json", action="store_true", help="how far it is, on standard output, one JSON object a line")
    given = parser.parse_args(arguments)
    from player.analysis.catalogue import catalogue, find_entry
    from player.errors import ModelError

    entry = find_entry(given.name)
    if entry is None:
        names = ", ".join(each.name for each in catalogue())
        raise ModelError(f"There is no {given.name} in the catalogue, which has {names}.")
    if _state_of(entry) == "installed" and not given.force:
        _say_installed(entry, given.json)
        return
    if given.json:
        _get_telling(entry, replace=given.force)
    else:
        from player.analysis.download import install
        from player.cli.progress import Progress

        with Progress("MB", entry.size, unit=_MB) as progress:
            install(entry, progress.advance, replace=given.force)
    _say_installed(entry, given.json)


def _get_telling(entry: Entry, *, replace: bool) -> None:
    """For a program that watches: what came so far."""
    from player.analysis.download import install

    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        print(json.dumps({"name": entry.name, "done": done, "size": entry.size}), flush=True)

    install(entry, advance, replace=replace)


def _say_installed(entry: Entry, as_json: bool) -> None:
    from player.analysis.model_names import place_of

    place = str(place_of(entry))
    if as_json:
        print(json.dumps({"name": entry.name, "path": place}), flush=True)
    else:
        print(f"{entry.name} is in {plain(place)}")


# export


def _export(arguments: Sequence[str]) -> None:
    parser = Parser(
        "overplay models export",
        usage="overplay models export M -o F [--force]",
        description="Writes the weights of a built-in network, with its card beside it, in the form that F's name\n"
        "says: .safetensors, .onnx (for any batch), or .pt2 (a program, which Overplay then trusts).",
    )
    parser.add_argument("model", metavar="M", help=MODEL_HELP)
    parser.add_argument("-o", "--output", required=True, metavar="F", help="the file to write")
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    given = parser.parse_args(arguments)
    from player.analysis.export import export_model
    from player.analysis.model_names import resolve_model
    from player.analysis.trust import Trust, registry_file

    written = export_model(
        resolve_model(given.model), given.output, trust=Trust(registry_file()), overwrite=given.force
    )
    print("\n".join(plain(str(path)) for path in written))
