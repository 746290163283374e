"""Writes a software bill of materials (SBOM) in CycloneDX format, for `make sbom`.

python -m docs.sbom FILE              of all pinned packages: the product, the demo, the tools
python -m docs.sbom FILE --image DIR  of the image, whose Debian packages are described in DIR
"""
# ruff: noqa: INP001 - docs is no package

import argparse
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import Any

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PRODUCT = "imi-bot"
# The licences of packages whose metadata only point to a file with the text.
FROM_FILES = {"axe-playwright-python": "MIT AND MPL-2.0"}
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[^]]*\])?==(?P<version>[^ ;]+)")
_HASH = re.compile(r"^ +--hash=(?P<hash>sha256:[0-9a-f]{64})")
_VIA = re.compile(r"^ +#(   | via )(?P<name>[a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """A package of the lock file, with the hashes of its files and the packages that require it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    wanted_by: frozenset[str]


def main() -> None:
    """Write the bill to the file named on the command line, unless it is invalid."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--image", type=Path, help="the image's directory /var/lib/dpkg/status.d")
    typed = parser.parse_args()
    if typed.image is None:
        text = bill((ROOT / "requirements-dev.lock").read_text("utf-8"))
    else:
        lock = (ROOT / "requirements.lock").read_text("utf-8")
        text = bill(lock, [_debian_component(file) for file in sorted(typed.image.iterdir())])
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        raise SystemExit(f"The bill of materials is not CycloneDX: {fault}")
    typed.file.write_text(text + "\n", "utf-8")


def bill(lock: str, others: Sequence[Component] = ()) -> str:
    """Return the bill of the pinned packages, and of the other components, as JSON."""
    pins = tuple(pins_in(lock))
    product, scopes = _product(), _scopes(pins)
    # Not by name: two versions of a package can be pinned for different versions of Python.
    components = [(pin, _component(pin, scopes[pin.name])) for pin in pins]
    bom = Bom(components=[*(component for _, component in components), *others])
    bom.metadata.component = product
    dependents = [(PRODUCT, product), *((pin.name, component) for pin, component in components)]
    for name, dependent in dependents:
        wanted = [component for pin, component in components if name in pin.wanted_by]
        wanted += others if name == PRODUCT else ()
        bom.register_dependency(dependent, wanted)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def pins_in(lock: str) -> Iterator[Pin]:
    """Yield the packages of the lock file."""
    lines = lock.splitlines()
    begins = [number for number, line in enumerate(lines) if _PIN.match(line)]
    for first, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        pin = _PIN.match(lines[first])
        assert pin is not None  # noqa: S101 - it matched above
        hashes = [found["hash"] for line in lines[first:end] if (found := _HASH.match(line))]
        wanted_by = [found["name"] for line in lines[first:end] if (found := _VIA.match(line))]
        yield Pin(pin["name"], pin["version"], tuple(hashes), frozenset(wanted_by))


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def _scopes(pins: tuple[Pin, ...]) -> dict[str, ComponentScope]:
    """Return for each package whether the product needs it, only the demo, or neither."""
    project = _project()
    running = _closure(project["dependencies"], pins)
    demo = _closure(project["optional-dependencies"]["demo"], pins)
    return (
        {pin.name: ComponentScope.EXCLUDED for pin in pins}
        | dict.fromkeys(demo, ComponentScope.OPTIONAL)
        | dict.fromkeys(running, ComponentScope.REQUIRED)
    )


def _closure(requirements: list[str], pins: tuple[Pin, ...]) -> set[str]:
    """Return the names of the packages that these requirements install."""
    found = {Requirement(requirement).name.lower() for requirement in requirements}
    while more := {pin.name for pin in pins if pin.wanted_by & found} - found:
        found |= more
    return found


def _product() -> Component:
    project = _project()
    return Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        licenses=[LicenseFactory().make_from_string(project["license"])],
        bom_ref=PRODUCT,
    )


def _component(pin: Pin, scope: ComponentScope) -> Component:
    purl = PackageURL("pypi", name=pin.name, version=pin.version)
    # A package URL names no host: the files are the same wherever they come from, and the hashes
    # identify them.
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(purl.to_string()),
        hashes=[HashTypeFactory().from_composite_str(file_hash) for file_hash in pin.hashes],
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=pin.name,
        version=pin.version,
        purl=purl,
        scope=scope,
        bom_ref=purl.to_string(),
        licenses=_licences(pin),
        external_references=[files],
    )


def _debian_component(description: Path) -> Component:
    """Return the Debian package that the file describes as `dpkg-query --status` does."""
    fields = HeaderParser().parsestr(description.read_text("utf-8"))
    name, version = str(fields["Package"]), str(fields["Version"])
    qualifiers = {"arch": str(fields["Architecture"])}
    purl = PackageURL("deb", "debian", name, version, qualifiers)
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=purl,
        scope=ComponentScope.REQUIRED,
        bom_ref=purl.to_string(),
    )


def _licences(pin: Pin) -> list[License]:
    """Return the licences that the installed package declares; none if it is not installed here."""
    try:
        package_metadata = metadata.metadata(pin.name)
    except metadata.PackageNotFoundError:
        return []
    fields = [
        package_metadata[name]
        for name in ("License-Expression", "License")
        if name in package_metadata
    ]
    text = next(iter(fields), FROM_FILES.get(pin.name, ""))
    # Some packages put the whole text of the licence here.
    if text and "\n" not in text:
        return [LicenseFactory().make_from_string(text)]
    classifiers = package_metadata.get_all("Classifier") or []
    names = {
        classifier.rsplit(" :: ", 1)[1]
        for classifier in classifiers
        if classifier.startswith("License :: ")
    }
    return [LicenseFactory().make_with_name(name) for name in sorted(names)]


if __name__ == "__main__":
    main()
