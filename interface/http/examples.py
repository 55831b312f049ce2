"""Examples of requests and responses, composed of the examples of models' fields."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


class Examples:
    """Returns examples of the schemas of an API description."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of(self, schema: Schema) -> list[Any]:
        """Return one example, or none: its own, or else that of what it consists of."""
        if "examples" in schema:
            return [schema["examples"][0]]
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].rpartition("/")[2]])
        if "properties" in schema:
            return self._of_fields(schema["properties"])
        if "items" in schema:
            return [[item] for item in self.of(schema["items"])]
        return next(filter(None, map(self.of, schema.get("anyOf", ()))), [])

    def _of_fields(self, fields: Mapping[str, Schema]) -> list[Any]:
        found = {name: each for name, field in fields.items() for each in self.of(field)}
        return [found] if found or not fields else []

    def remove(self) -> None:
        """Take them out of the schemas: they are shown beside what goes in and out."""
        for schema in self._schemas.values():
            for field in schema.get("properties", {}).values():
                field.pop("examples", None)
