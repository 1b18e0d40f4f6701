"""Builds this package's wheel and source archive (PEP 517) with the standard library alone."""

import base64
import hashlib
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Dict, Optional

HERE = Path(__file__).resolve().parent
FILES = ["pyproject.toml", "build_backend.py", "README.md", "LICENSE"]
Settings = Optional[Dict[str, object]]


def _field(name: str) -> str:
    # Python 3.9 and 3.10 have no reader of TOML; the fields are lines of `name = "value"`.
    found = re.search(rf'^{name} = "([^"]*)"$', (HERE / "pyproject.toml").read_text("utf-8"), re.M)
    if found is None:
        raise ValueError(f'Expected a line {name} = "…" in pyproject.toml, found none.')
    return found.group(1)


def _metadata() -> str:
    fields = {
        "Metadata-Version": "2.1",
        "Name": _field("name"),
        "Version": _field("version"),
        "Summary": _field("description"),
        "License": "Apache-2.0",
        "License-File": "LICENSE",
        "Requires-Python": _field("requires-python"),
        "Description-Content-Type": "text/markdown",
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"{head}\n{(HERE / 'README.md').read_text('utf-8')}"


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: Optional[str] = None
) -> str:
    sources = {f"heliosdb/{path.name}": path.read_bytes() for path in _modules()}
    return _wheel(wheel_directory, sources)


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: Optional[str] = None
) -> str:
    return _wheel(wheel_directory, {"heliosdb.pth": f"{HERE / 'src'}\n".encode()})


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    base = f"{_field('name')}-{_field('version')}"
    with tarfile.open(Path(sdist_directory) / f"{base}.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name in [*FILES, *(f"src/heliosdb/{path.name}" for path in _modules())]:
            archive.add(HERE / name, f"{base}/{name}")
    return f"{base}.tar.gz"


def _modules() -> "list[Path]":
    package = HERE / "src" / "heliosdb"
    return sorted([*package.glob("*.py"), package / "py.typed"])


def _wheel(folder: str, files: Dict[str, bytes]) -> str:
    base = f"{_field('name')}-{_field('version')}"
    info = f"{base}.dist-info"
    tags = "Wheel-Version: 1.0\nGenerator: heliosdb\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        **files,
        f"{info}/METADATA": _metadata().encode(),
        f"{info}/WHEEL": tags.encode(),
        f"{info}/LICENSE": (HERE / "LICENSE").read_bytes(),
    }
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    name = f"{base}-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            # A fixed time: the same sources give the same wheel.
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            wheel.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return name


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
