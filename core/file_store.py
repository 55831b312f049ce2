"""MEDIA_URL: where the store of files is."""

from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import urlsplit

from application.files import FileStore
from core.errors import WrongSetting
from infra.files.folder import FolderFiles

_S3 = "s3://"
# its library takes 0.3 s and some memory of each process that loads it
_S3_FILES = "infra.files.s3:S3Files"


def file_store(variable: str, value: str, unset: Path) -> FileStore:
    """Return the store that a setting names, and a folder where it is unset; this opens no
    connection. Raises WrongSetting."""
    check_file_store(variable, value)
    if not value.startswith(_S3):
        return FolderFiles(Path(value) if value else unset)
    bucket, prefix = _bucket_of(value)
    store: FileStore = resolve_name(_S3_FILES)(bucket, prefix)
    return store


def check_file_store(variable: str, value: str) -> None:
    """Raise WrongSetting where a setting names no store."""
    if value.startswith(_S3):
        if not _bucket_of(value)[0]:
            raise WrongSetting(f"{variable}: write s3://bucket or s3://bucket/prefix")
    elif "://" in value:
        raise WrongSetting(f"{variable}: it is a folder, or s3://bucket/prefix")


def _bucket_of(value: str) -> tuple[str, str]:
    parts = urlsplit(value)
    return parts.netloc, parts.path.strip("/")
