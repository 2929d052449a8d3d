"""A page a vendor that lists its operations, from its OpenAPI description: plain HTML, no script, nothing outside."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{font-size:1.1rem;margin:2rem 0 .2rem}code,pre{font:14px/1.4 ui-monospace,monospace}"
    "pre{background:#f4f4f4;padding:.6rem;overflow:auto}summary{cursor:pointer}"
)


class Reference:
    """The page of one vendor.

    Args:
        title: the vendor's name.
        prefix: where its paths start.
        description: its OpenAPI document.
    """

    def __init__(self, title: str, prefix: str, description: Mapping[str, Any]) -> None:
        self._page = "".join(_render(title, prefix, description))

    async def show(self, _request: Request) -> Response:
        """Answers the page."""
        return HTMLResponse(self._page, headers=_HEADERS)


def _render(title: str, prefix: str, description: Mapping[str, Any]) -> Iterator[str]:
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f"<style>{_STYLE}</style><h1>{escape(title)}</h1>"
    yield f'<p>For programs: <a href="{prefix}/openapi.json">openapi.json</a></p>'
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {escape(prefix + path)}</code></h2>"
            yield f"<p>{escape(operation.get('description', ''))}</p>"
            yield from _shape("Body", operation.get("requestBody", {}))
            yield "<ul>"
            for status, answer in operation["responses"].items():
                yield f"<li><code>{status}</code> {escape(answer['description'])}</li>"
            yield "</ul>"
    yield from _shape("Shapes", description.get("components", {}).get("schemas", {}))


def _shape(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    if value:
        text = json.dumps(value, indent=2, ensure_ascii=False)
        yield f"<details><summary>{name}</summary><pre>{escape(text)}</pre></details>"
