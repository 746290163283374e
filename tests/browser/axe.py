"""Checks pages with the rules of axe-core, and that they fit on a narrow screen."""

from importlib import resources
from typing import Any

from playwright.async_api import Page

# WCAG 2.2 up to AA, what axe-core counts as best practice, and rules that it still tries out.
TAGS = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
    *("best-practice", "experimental"),
)
NARROW = 320
RUN = (
    "tags => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}})"
)
# Elements that scroll sideways: the page itself, or a part of it that people would have to scroll.
WIDE = """() => [...document.querySelectorAll("*")]
    .filter((node) => node.scrollWidth > node.clientWidth + 1)
    .filter((node) => node === document.documentElement
        || ["auto", "scroll"].includes(getComputedStyle(node).overflowX))
    .map((node) => node.outerHTML.slice(0, 120))"""


async def findings(page: Page) -> list[str]:
    """Return what axe-core finds wrong, and what is wider than a narrow screen; at best nothing."""
    found = await axe_findings(page)
    size = page.viewport_size
    assert size is not None
    await page.set_viewport_size({"width": NARROW, "height": 700})
    found += [f"scrolls sideways: {node}" for node in await page.evaluate(WIDE)]
    found += [f"narrow: {one}" for one in await axe_findings(page)]
    await page.set_viewport_size(size)
    return found


async def axe_findings(page: Page) -> list[str]:
    """Return what axe-core finds wrong: the rule and the elements."""
    script = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    await page.evaluate(script)
    result: dict[str, Any] = await page.evaluate(RUN, list(TAGS))
    return [
        f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}"
        for rule in result["violations"]
    ]
