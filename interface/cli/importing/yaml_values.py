"""YAML of front matter: true, false and null; all other scalars are text.

So a title of `No` stays text, `0000-00-00` reaches the reader of dates, and no objects are made.
"""

from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.reader import ReaderError

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.depth import DEPTH_LIMIT, too_deep

_NODES_LIMIT = DEPTH_LIMIT + 1  # with the scalars of the innermost table
_PLAIN = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _Loader(yaml.BaseLoader):
    """Makes nodes, not objects."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        # a few nested aliases expand to more than fits in memory
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise ComposerError(None, None, "an alias, write out what it stands for", mark)
        self._depth += 1
        if self._depth > _NODES_LIMIT:
            raise too_deep(self.peek_event().start_mark.line + 2)  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def parsed_yaml(text: str) -> dict[str, Any]:
    """Read front matter, from the file's second line on; raises BadFile."""
    try:
        node = yaml.compose(text, Loader=_Loader)
        values = {} if node is None else _value(node)
    except ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise _not_yaml(line, "a character that can't be in it") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise _not_yaml(line, str(error.problem)) from error
    if not isinstance(values, dict):
        raise _not_yaml(0, "no keys and values")
    return values


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _table(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each) for each in node.value]
    is_quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
    return node.value if is_quoted else _PLAIN.get(node.value, node.value)


def _table(node: yaml.MappingNode) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _not_yaml(key.start_mark.line, "a key that is no word")
        if key.value in table:
            raise _not_yaml(key.start_mark.line, f"{key.value!r} is there twice")
        table[key.value] = _value(value)
    return table


def _not_yaml(line: int, reason: str) -> BadFile:
    return BadFile(line + 2, f"The front matter is not YAML: {reason}: correct it.")
