"""Where documents, lists, lake and published copies lie: a folder on disk, or a bucket of S3-compatible storage.

Both keep the same promises, by their own means: a file is there whole or not at all (a rename on disk, one PUT in a
bucket), and a log grows by whole lines. A bucket's files cannot grow, so a log there is a folder of parts, each named
after the byte at which it begins; what another part already covers does not count, so that parts can be merged at any
time, and a merging that is cut short changes nothing.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import pairwise, takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from filelock import FileLock

from pipelines.errors import DemarcheError, InputError

if TYPE_CHECKING:  # pyarrow takes its time to import, and a folder does without
    import pyarrow as pa
    import pyarrow.fs as pafs

log = logging.getLogger(__name__)

Lock = Callable[[str], AbstractContextManager]
PART_LINES = 200  # so many parts of a bucket's log are merged into one
MERGED = "-merged"
ATTEMPTS = 10  # of one request, with growing pauses
AT_ONCE = 16  # requests to a bucket at the same time
SCHEMES = ("s3://",)


class StorageError(DemarcheError):
    """The storage refuses or does not answer; the message names the place and what it said."""


class Folder:
    """A folder on this machine's disk. Names are relative to it, with slashes."""

    is_remote = False

    def __init__(self, root: Path, lock: Lock | None = None) -> None:
        self.root = Path(root)
        self._lock = lock

    def __str__(self) -> str:
        return str(self.root)

    def sub(self, name: str) -> Folder:
        """A folder in this one."""
        return Folder(self.root / name, self._lock and (lambda inner: self._lock(f"{name}/{inner}")))

    def place(self, name: str) -> Path:
        """Where a file lies, for messages."""
        return self.root / name

    def lock(self, name: str) -> AbstractContextManager:
        """Hold a name alone, among all that use this storage."""
        if self._lock:
            return self._lock(name)
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path)

    def size(self, name: str) -> int | None:
        """Bytes of a file; None where it is not there."""
        try:
            return self.place(name).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes:
        """A file's content; FileNotFoundError where it is not there."""
        return self.place(name).read_bytes()

    def read_all(self, names: list[str]) -> list[bytes | None]:
        """Many files' contents, None for one that is gone meanwhile."""
        return [_unless_gone(self.read, name) for name in names]

    def write(self, name: str, content: bytes) -> None:
        """Put a file there, or replace it: a reader sees the old one or the new one, never half of it."""
        path = self.place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Take a file away; it may be gone already."""
        self.place(name).unlink(missing_ok=True)

    def files(self, folder: str = "") -> dict[str, int]:
        """Every file below a folder, by name, with its size; what is still being written is left out."""
        top = self.root / folder
        return {
            path.relative_to(self.root).as_posix(): path.stat().st_size
            for path in sorted(top.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    def matching(self, pattern: str) -> list[str]:
        """The files that a pattern names, in order."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern))

    def folders(self) -> list[str]:
        """The folders right below."""
        return sorted(path.name for path in self.root.glob("*") if path.is_dir())

    def open(self, name: str) -> Path:
        """A file for Arrow's readers."""
        return self.place(name)

    # -- logs -----------------------------------------------------------------------------------------------------
    def logs(self, folder: str) -> list[str]:
        """The logs in a folder, as `append` names them."""
        return sorted(f"{folder}/{path.name}" for path in (self.root / folder).glob("*.jsonl"))

    def append(self, name: str, line: bytes) -> None:
        """Add whole lines at the end of a log. What a killed writer left of its line is set aside first."""
        path = self.place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock(f"{Path(name).parent}/.lock"), open(path, "a+b") as file:
            _set_torn_line_aside(file, path)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def log_size(self, name: str) -> int:
        """Bytes of a log."""
        return self.size(name) or 0

    def read_log(self, name: str, offset: int = 0) -> bytes:
        """A log from a byte on; its last line may still be in the making."""
        try:
            with open(self.place(name), "rb") as file:
                file.seek(offset)
                return file.read()
        except FileNotFoundError:
            return b""


def _set_torn_line_aside(file, path: Path) -> None:
    """Move a last line without its end (a killed writer's) to `<log>.torn`, so that the next line stands alone."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return
    file.seek(end - 1)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    content = file.read()
    start = content.rfind(b"\n") + 1
    aside = path.with_suffix(".torn")
    with open(aside, "ab") as torn:
        torn.write(content[start:] + b"\n")
    file.truncate(start)
    log.warning("%s: its last line was cut short and is now in %s", path, aside.name)


class Bucket:
    """A folder in a bucket of S3-compatible storage, through Arrow's own filesystem.

    Requests that the server refuses for a while (5xx, time-outs) are repeated for some minutes. `lock` is whatever all
    writers of the bucket share; endpoint: the service's address, where it is not Amazon.
    """

    is_remote = True

    def __init__(
        self, url: str, lock: Lock, endpoint: str = "", filesystem: pafs.FileSystem | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._base = self.url.removeprefix("s3://")
        self._lock = lock
        self._fs = filesystem or _s3(endpoint)

    def __str__(self) -> str:
        return self.url

    @property
    def root(self) -> str:
        return self.url

    def sub(self, name: str) -> Bucket:
        """A folder in this one."""
        return Bucket(f"{self.url}/{name}", lambda inner: self._lock(f"{name}/{inner}"), filesystem=self._fs)

    def place(self, name: str) -> str:
        """A file's address, for messages."""
        return f"{self.url}/{name}"

    def lock(self, name: str) -> AbstractContextManager:
        """Hold a name alone, among all that use this storage."""
        return self._lock(name)

    def _key(self, name: str) -> str:
        return f"{self._base}/{name}" if name else self._base

    def size(self, name: str) -> int | None:
        """Bytes of a file; None where it is not there."""
        found = self._info(name)
        return found.size if found.is_file else None

    def read(self, name: str) -> bytes:
        """A file's content; FileNotFoundError where it is not there."""
        with _said(self.place(name)), self._fs.open_input_stream(self._key(name), compression=None) as file:
            return file.read()

    def read_all(self, names: list[str]) -> list[bytes | None]:
        """Many files' contents, some at a time, None for one that is gone meanwhile."""
        if not names:
            return []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda name: _unless_gone(self.read, name), names))

    def write(self, name: str, content: bytes) -> None:
        """Put a file there, or replace it: it appears when all of it has arrived."""
        with _said(self.place(name)), self._fs.open_output_stream(self._key(name), compression=None) as file:
            file.write(content)

    def remove(self, name: str) -> None:
        """Take a file away; it may be gone already."""
        with _said(self.place(name)):
            try:
                self._fs.delete_file(self._key(name))
            except FileNotFoundError:
                return

    def files(self, folder: str = "") -> dict[str, int]:
        """Every file below a folder, by name, with its size."""
        from pyarrow.fs import FileSelector

        selector = FileSelector(self._key(folder), allow_not_found=True, recursive=True)
        with _said(self.place(folder)):
            found = self._fs.get_file_info(selector)
        names = {f.path.removeprefix(f"{self._base}/"): f.size for f in found if f.is_file}
        return dict(sorted(names.items()))

    def put(self, name: str, file: Path) -> None:
        """Copy a file of this machine there; it appears when all of it has arrived. The copies get one time."""
        with (
            _said(self.place(name)),
            open(file, "rb") as content,
            self._fs.open_output_stream(self._key(name), compression=None) as there,
        ):
            while chunk := content.read(2**23):
                there.write(chunk)
        self._stamp(name, file)

    def get(self, name: str, file: Path) -> None:
        """Copy a file from there, in one step, unless this machine has that very copy."""
        info = self._info(name)
        if file.exists() and abs(file.stat().st_mtime - info.mtime.timestamp()) < 1e-3:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with (
                _said(self.place(name)),
                self._fs.open_input_stream(self._key(name), compression=None) as there,
                open(fresh, "wb") as content,
            ):
                while chunk := there.read(2**23):
                    content.write(chunk)
            self._stamp(name, fresh)
            os.replace(fresh, file)
        finally:
            fresh.unlink(missing_ok=True)

    def _stamp(self, name: str, file: Path) -> None:
        at = self._info(name).mtime.timestamp()
        os.utime(file, (at, at))

    def _info(self, name: str) -> pafs.FileInfo:
        with _said(self.place(name)):
            return self._fs.get_file_info(self._key(name))

    def matching(self, pattern: str) -> list[str]:
        """The files that a pattern names, in order; it is listed from the pattern's first folder on."""
        start = pattern.partition("*")[0].rpartition("/")[0]
        return [name for name in self.files(start) if PurePosixPath(name).match(pattern)]

    def folders(self) -> list[str]:
        """The folders right below."""
        return sorted(f.base_name for f in self._below("") if not f.is_file)

    def _below(self, folder: str) -> list[pafs.FileInfo]:
        from pyarrow.fs import FileSelector

        selector = FileSelector(self._key(folder), allow_not_found=True)
        with _said(self.place(folder)):
            return self._fs.get_file_info(selector)

    def open(self, name: str) -> pa.BufferReader:
        """A file for Arrow's readers, fetched whole in one request: they take every column of it."""
        import pyarrow as pa

        return pa.BufferReader(self.read(name))

    # -- logs -----------------------------------------------------------------------------------------------------
    def logs(self, folder: str) -> list[str]:
        """The logs in a folder, as `append` names them."""
        return sorted(
            f"{folder}/{f.base_name}" for f in self._below(folder) if f.base_name.endswith(".jsonl")
        )

    def append(self, name: str, line: bytes) -> None:
        """Add whole lines at the end of a log: one more part."""
        with self.lock(f"{Path(name).parent}/.lock"):
            parts = self._parts(name)
            self.write(f"{name}/{_end(parts):015d}", line)
            alone = list(takewhile(lambda part: not part.file.endswith(MERGED), reversed(parts)))
            if len(alone) >= PART_LINES:
                self.write(alone[-1].file + MERGED, self._join(alone[::-1], alone[-1].start))
                for part in alone:
                    self.remove(part.file)

    def log_size(self, name: str) -> int:
        """Bytes of a log."""
        return _end(self._parts(name))

    def read_log(self, name: str, offset: int = 0) -> bytes:
        """A log from a byte on."""
        for last in (False, False, False, True):  # while parts are being merged, one of the list may be gone
            try:
                return self._join([part for part in self._parts(name) if part.end > offset], offset)
            except FileNotFoundError as error:
                if last:
                    raise StorageError(
                        f"{self.place(name)}: part of this log is missing ({error}); restore it from a copy"
                    ) from error
        return b""

    def _join(self, parts: list[_Part], offset: int) -> bytes:
        for before, after in pairwise(parts):
            if before.end != after.start:
                raise FileNotFoundError(f"bytes {before.end} to {after.start}")
        contents = self.read_all([part.file for part in parts])
        if None in contents:
            raise FileNotFoundError(parts[contents.index(None)].file)
        return b"".join(contents)[offset - parts[0].start :] if parts else b""

    def _parts(self, name: str) -> list[_Part]:
        """The parts that count, in order: those that no earlier or longer one covers."""
        found = [
            _Part(int(file.rpartition("/")[2].removesuffix(MERGED)), size, file)
            for file, size in self.files(name).items()
        ]
        parts: list[_Part] = []
        for part in sorted(found, key=lambda part: (part.start, -part.size)):
            if part.start >= _end(parts):
                parts.append(part)
        return parts


class _Part(NamedTuple):
    """A part of a log: its first byte, its size, its file."""

    start: int
    size: int
    file: str

    @property
    def end(self) -> int:
        return self.start + self.size


def _end(parts: list[_Part]) -> int:
    return parts[-1].end if parts else 0


def _unless_gone(read: Callable[[str], bytes], name: str) -> bytes | None:
    try:
        return read(name)
    except FileNotFoundError:
        return None


class _said:
    """What the storage says when it refuses, as one line that names the place."""

    def __init__(self, place: object) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> None:
        if error is not None and isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise StorageError(
                f"{self.place}: the object storage answers: {error}; look at AWS_ENDPOINT_URL, the credentials and "
                "the bucket, and run again: nothing that was kept is lost"
            ) from None


def _s3(endpoint: str) -> pafs.FileSystem:
    """Arrow's S3 filesystem; credentials and region are the usual AWS variables, which it reads by itself."""
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    scheme, _, host = endpoint.rpartition("://")
    return S3FileSystem(
        endpoint_override=host or None,
        scheme=scheme or "https",
        allow_delayed_open=True,  # one PUT for what fits into one
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        connect_timeout=10,
        request_timeout=60,
    )


def is_url(place: str) -> bool:
    """Whether a place is an address of object storage, not a folder."""
    return "://" in place


def open_storage(place: str | Path, lock: Lock, endpoint: str = "") -> Folder | Bucket:
    """The storage at a folder or an s3:// address (at Amazon, or at the endpoint of another service)."""
    if isinstance(place, Path) or not is_url(place):
        return Folder(Path(place), lock)
    if not place.startswith(SCHEMES) or not place.removeprefix("s3://").strip("/"):
        raise InputError(f"{place!r}: documents and lake lie in a folder or at s3://BUCKET/PREFIX")
    return Bucket(place, lock, endpoint)


Storage = Folder | Bucket


def storage(root: Path | Storage) -> Storage:
    """A storage as it is, or the folder at a path."""
    return root if isinstance(root, Folder | Bucket) else Folder(Path(root))
