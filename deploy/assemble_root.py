"""Assembles the root file system of the image: Python, the installed product, what both load.

Runs in the build stage of `Containerfile`, as `assemble_root.py VENV ROOT`. The root has no shell
and no package manager.
"""

import compileall
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

USER = 10001
DATA = "var/lib/imi-bot"
# What a server needs beside libraries that files name themselves: the certificates, the init.
OTHER_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/openssl.cnf", "/usr/bin/tini")
# Parts of the standard library that only developers use.
STDLIB_WITHOUT = (
    *("__pycache__", "config-*", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test"),
    *("tkinter", "turtledemo", "_pyrepl", "dist-packages", "site-packages", "EXTERNALLY-MANAGED"),
)
# Parts of packages that the product never loads: where a telephone number is from and who its
# carrier is, and what only tests and compilers read.
UNUSED_DIRECTORIES = (
    *("phonenumbers/carrierdata", "phonenumbers/geodata", "phonenumbers/tzdata"),
    *("*/testing", "*/tests", "*/include", "greenlet/platform"),
)
UNUSED_FILES = ("*.pyi", "*.pyx", "*.pxd", "*.c", "*.cpp", "*.h")
# The official languages of the European Union.
LANGUAGES = (
    *("bg", "es", "cs", "da", "de", "et", "el", "en", "fr", "ga", "hr", "it"),
    *("lv", "lt", "hu", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "fi", "sv"),
)
ACCOUNTS = {
    "etc/passwd": f"imi-bot:x:{USER}:{USER}::/{DATA}:/sbin/nologin\n",
    "etc/group": f"imi-bot:x:{USER}:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}


def main(venv: Path, root: Path) -> None:
    """Write the root file system into the new directory `root`."""
    root.mkdir()
    for directory in ("lib", "lib64"):
        (root / "usr" / directory).mkdir(parents=True)
        (root / directory).symlink_to(f"usr/{directory}")
    stdlib = Path(sysconfig.get_path("stdlib"))
    interpreter = Path(sys.executable).resolve()
    ignore = shutil.ignore_patterns(*STDLIB_WITHOUT)
    shutil.copytree(stdlib, _within(root, stdlib), symlinks=True, ignore=ignore)
    shutil.copytree(venv, _within(root, venv), symlinks=True)
    for file in (interpreter, *map(Path, OTHER_FILES)):
        _copy(file, root)
    # The interpreter of the virtual environment is a link to this one.
    (root / "usr/bin/python3").symlink_to(interpreter.name)
    _remove_unused_parts(_within(root, venv))
    for library in sorted(set(_libraries(root))):
        _copy(library, root)
    _strip(root)
    _write_accounts(root)
    _note_packages(root)
    compile_to_bytecode(root)


def compile_to_bytecode(root: Path) -> None:
    """Compile all modules; the files count whatever their times, which a copy may change."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    # Some packages carry templates of modules, which are no modules.
    compileall.compile_dir(
        root,
        maxlevels=30,
        quiet=2,
        workers=0,
        stripdir=root,
        prependdir="/",
        invalidation_mode=mode,
    )


def _within(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _copy(file: Path, root: Path) -> None:
    """Copy the file; of a link, the file that it leads to under the name of the link."""
    target = _within(root, file)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copy2(file.resolve(), target)


def _libraries(root: Path) -> Iterator[Path]:
    """Yield the system's libraries that programs and extension modules under the root need."""
    for file in _binaries(root):
        answer = subprocess.run(["ldd", file], capture_output=True, text=True, check=False)
        for word in answer.stdout.split():
            is_of_the_system = word.startswith(("/lib", "/usr/lib"))
            if is_of_the_system and not word.startswith(str(root)):
                yield Path(word)


def _binaries(root: Path) -> list[Path]:
    candidates = (file for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    return [file for file in candidates if _is_elf(file)]


def _is_elf(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(4) == b"\x7fELF"


def _strip(root: Path) -> None:
    for file in _binaries(root):
        subprocess.run(["strip", "--strip-unneeded", file], check=True)


def _remove_unused_parts(venv: Path) -> None:
    """Remove what the product never reads: other languages, data of places, tests, sources in C."""
    packages = next(venv.glob("lib/python3.*/site-packages"))
    for file in (packages / "babel/locale-data").glob("*.dat"):
        if file.stem.split("_")[0] not in {"root", *LANGUAGES}:
            file.unlink()
    for file in (packages / "pygments/lexers").glob("*.py"):
        if file.stem not in {"__init__", "_mapping", "python", "special"}:
            file.unlink()
    for directory in [found for name in UNUSED_DIRECTORIES for found in packages.glob(name)]:
        shutil.rmtree(directory)
    for file in [found for name in UNUSED_FILES for found in packages.rglob(name)]:
        file.unlink()
    for script in (venv / "bin").iterdir():
        if not script.name.startswith(("python", "imi-bot")):
            script.unlink()


def _write_accounts(root: Path) -> None:
    for name, text in ACCOUNTS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    data, temporary = root / DATA, root / "tmp"
    data.mkdir(parents=True)
    shutil.chown(data, USER, USER)
    data.chmod(0o700)
    temporary.mkdir()
    temporary.chmod(0o1777)


def _note_packages(root: Path) -> None:
    """Note the Debian packages of the files as scanners read them, with their licences."""
    status, doc = root / "var/lib/dpkg/status.d", root / "usr/share/doc"
    status.mkdir(parents=True)
    for package in sorted(_packages(root)):
        name = package.split(":")[0]
        shown = subprocess.run(["dpkg-query", "--status", package], capture_output=True, check=True)
        (status / name).write_bytes(shown.stdout)
        licence = Path("/usr/share/doc") / name / "copyright"
        if licence.exists():
            (doc / name).mkdir(parents=True)
            shutil.copy(licence, doc / name / "copyright")


def _packages(root: Path) -> set[str]:
    """Return the packages that the files under the root come from."""
    listed: dict[str, str] = {}
    for listing in Path("/var/lib/dpkg/info").glob("*.list"):
        for line in listing.read_text("utf-8").splitlines():
            listed[line.removeprefix("/usr")] = listing.stem
    files = (
        f"/{file.relative_to(root)}".removeprefix("/usr")
        for file in root.rglob("*")
        if not file.is_dir()
    )
    return {listed[file] for file in files if file in listed}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
