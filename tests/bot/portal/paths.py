"""Lists the paths of the portal's pages."""

from typing import Any

from starlette.routing import Mount, Route

from bot.portal.app import portal_routes
from bot.portal.page_context import PageContext


def portal_paths() -> list[str]:
    """Return the path of every route; a path with two methods occurs twice."""
    nothing: Any = None
    routes = portal_routes(PageContext(*[nothing] * 7))
    return [route.path for route in routes if isinstance(route, Route | Mount)]
