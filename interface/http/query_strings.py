"""Query strings as models: one that came before is not read again.

FastAPI reads a model field by field, at each request; ten fields take it longer than a hit does.
"""

from functools import lru_cache
from typing import Any, Generic, TypeVar, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

_LONGEST = 500  # bytes of a string that is kept

Model = TypeVar("Model", bound=BaseModel)


class QueryString(Generic[Model]):
    """A dependency: gives a request's query string as a model; raises as FastAPI does, but before
    it has looked at the path.

    The model is frozen, as requests share it; its fields are scalars or tuples, without aliases.
    """

    def __init__(self, model: type[Model]) -> None:
        if not model.model_config.get("frozen"):
            raise TypeError(f"Requests share a {model.__name__}: freeze it.")
        self._model = model
        fields = model.model_fields.items()
        self._lists = {name for name, field in fields if get_origin(field.annotation) is tuple}
        self._known = lru_cache(maxsize=1000)(self._read)

    async def __call__(self, request: Request) -> Model:
        sent: bytes = request.scope["query_string"]
        # callers choose what is kept: no long ones
        return self._known(sent) if len(sent) <= _LONGEST else self._read(sent)

    @property
    def described(self) -> dict[str, Any]:
        """Its parameters, for `openapi_extra` of a route."""
        schema = self._model.model_json_schema()
        fields = _inlined(schema["properties"], schema.get("$defs", {}))
        required = schema.get("required", ())
        parameters = [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in fields.items()
        ]
        return {"parameters": parameters}

    def _read(self, sent: bytes) -> Model:
        values = QueryParams(sent)
        named = {
            name: values.getlist(name) if name in self._lists else values[name] for name in values
        }
        try:
            return self._model.model_validate(named)
        except ValidationError as error:
            found = [
                one | {"loc": ("query", *one["loc"])} for one in error.errors(include_url=False)
            ]
            raise RequestValidationError(found) from None


def _inlined(part: Any, named: dict[str, Any]) -> Any:
    """Put what a schema refers to in the place of the reference."""
    if isinstance(part, list):
        return [_inlined(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref", "").rpartition("/")[2]
    rest = {key: _inlined(each, named) for key, each in part.items() if key != "$ref"}
    return named.get(reference, {}) | rest
