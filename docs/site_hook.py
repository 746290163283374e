"""The part of the documentation's site that mkdocs calls while it builds.

It brings in the pages at the top of the repository, and follows links between them and `docs/`.
"""
# ruff: noqa: INP001 - docs is no package

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

# The name of each page at the top of the repository, and its name on the site.
TOP_PAGES = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "UPGRADING.md": "upgrading.md",
    "README.md": "index.md",
}
_LINK = re.compile(r"(?<=\]\()(?P<up>(?:\.\./)*)(?P<page>[A-Z]+\.md)(?=[)#])")
_INTO_DOCS = re.compile(r"(?<=\]\()docs/")


def on_files(files: Files, config: Any) -> Files:  # noqa: ANN401 - mkdocs has no types
    """Add the pages that are at the top of the repository, except README: the site has an index."""
    top = Path(config.config_file_path).parent
    for name, page in TOP_PAGES.items():
        if page != "index.md" and (top / name).exists():
            text = _INTO_DOCS.sub("", (top / name).read_text("utf-8"))
            files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_others: Any) -> str:  # noqa: ANN401
    """Point links to pages at the top of the repository to their place on the site."""
    up = "../" * page.file.src_uri.count("/")
    return _LINK.sub(lambda link: up + TOP_PAGES.get(link["page"], link["page"]), markdown)


def on_post_page(output: str, page: Any, **_others: Any) -> str:  # noqa: ANN401
    """Say in the page's HTML that a Danish page is Danish."""
    if not page.file.src_uri.endswith(".da.md"):
        return output
    return output.replace('<html lang="en"', '<html lang="da"', 1)
