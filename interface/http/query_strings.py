"""Query strings as models, each parsed once.

FastAPI parses a model field by field at each request; ten fields take longer than a cache hit.
"""

from typing import Annotated, Any, Generic, TypeVar, get_origin

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from application.memoizing import memoized
from application.pages import PageQuery

Model = TypeVar("Model", bound=BaseModel)


class QueryString(Generic[Model]):
    """A dependency that gives a request's query string as a model; raises as FastAPI does, but
    before the path is validated.

    The model must be frozen, as requests share it; its fields are scalars or tuples, without
    aliases.
    """

    def __init__(self, model: type[Model]) -> None:
        if not model.model_config.get("frozen"):
            raise TypeError(f"Requests share a {model.__name__}: freeze it.")
        self._model = model
        fields = model.model_fields.items()
        self._lists = {name for name, field in fields if get_origin(field.annotation) is tuple}
        self._known = memoized(_length)(self._read)

    async def __call__(self, request: Request) -> Model:
        sent: bytes = request.scope["query_string"]
        return self._known(sent)

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """What it takes, as the API's description has it."""
        schema = self._model.model_json_schema()
        fields = _inlined(schema["properties"], schema.get("$defs", {}))
        required = schema.get("required", ())
        return [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in fields.items()
        ]

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


def _length(sent: bytes) -> int:
    return len(sent)


PageInQuery = Annotated[PageQuery, Depends(QueryString(PageQuery))]


def _inlined(part: Any, named: dict[str, Any]) -> Any:
    """Replace references of a schema by their targets."""
    if isinstance(part, list):
        return [_inlined(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref", "").rpartition("/")[2]
    said = {key: each for key, each in part.items() if key != "$ref" and each is not None}
    rest = {key: _inlined(each, named) for key, each in said.items()}
    return named.get(reference, {}) | rest
