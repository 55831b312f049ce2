"""Settings from files: `NAME_FILE` names a file with the value of `NAME`, as the secrets of Docker
and Kubernetes are."""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from core.errors import WrongSetting


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the files that the environment names; raises WrongSetting."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = field_name.upper()
        path = os.environ.get(f"{name}_FILE")
        if path and os.environ.get(name):
            raise WrongSetting(f"{name}_FILE: {name} is set too: unset one of them")
        return _content(name, path) if path else None, field_name, False

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in found.items() if value is not None}


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text().rstrip("\r\n")
    except OSError as error:
        raise WrongSetting(f"{name}_FILE: {path}: {error.strerror}") from error
    except UnicodeError as error:
        raise WrongSetting(f"{name}_FILE: {path}: it is not UTF-8") from error
