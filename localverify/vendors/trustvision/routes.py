"""TrustVision over HTTP: signature, rate, body, then the operation on a worker.

The signature does not cover the body, so it is checked before any of the body is read.
"""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from pydantic.json_schema import models_json_schema

from localverify.errors import Busy, InputError, LocalVerifyError
from localverify.vendors.base.declaration import VendorApplication
from localverify.vendors.base.ids import RequestIds
from localverify.vendors.base.services import read_body
from localverify.vendors.trustvision import auth, schema, translate
from localverify.vendors.trustvision.auth import TIMESTAMP_HEADER, SignedRequest
from localverify.vendors.trustvision.call import Call
from localverify.vendors.trustvision.constants import IMAGE_BYTES
from localverify.vendors.trustvision.operations import faces, images, liveness, nfc, portraits
from localverify.vendors.trustvision.operations.body import parse
from localverify.vendors.trustvision.operations.operation import INLINE_IMAGE_BYTES, Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from localverify.vendors.base.services import Services

OPERATIONS: tuple[Operation, ...] = (*faces.OPERATIONS, *liveness.OPERATIONS, *portraits.OPERATIONS, *nfc.OPERATIONS)

_DOWNLOAD_BASE64 = "X-DOWNLOAD-BASE64"
# Names, boundaries, label and metadata of an upload form.
_FORM_OVERHEAD = 64 * 1024
_REF = "#/components/schemas/{model}"
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": schema.Answer[schema.NoData], "description": description}
    for status, description in (
        (400, "invalid_parameter_exception or request_time_too_skewed"),
        (401, "access_denied_exception"),
        (404, "image_not_found_exception"),
        (408, "request_timeout_exception"),
        (413, "image_too_large_exception"),
        (415, "invalid_image_format_exception"),
        (429, "rate_limit_exception"),
        (500, "internal_server_error"),
    )
}


def build(services: Services) -> VendorApplication:
    """The API, its paths starting at /v1."""
    app = FastAPI(title="TrustVision", docs_url=None, redoc_url=None, redirect_slashes=False, responses=_ERRORS)
    gate = _Gate(services)
    gate.add_images(app)
    for operation in OPERATIONS:
        gate.add(app, operation)
    _answer_in_own_shape(app)
    _document_bodies(app)
    largest = max(operation.max_body for operation in OPERATIONS)
    return VendorApplication(app, translate.error, largest, app.openapi())


class _Gate:
    """The way of every request to its operation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def add(self, app: FastAPI, operation: Operation) -> None:
        """One POST of JSON."""

        async def endpoint(request: Request) -> Response:
            call = await self._enter(request, operation.name)
            body = await read_body(request.stream(), operation.max_body)
            return await self._services.on_compute(_compute, operation, call, body)

        app.add_api_route(
            operation.path,
            endpoint,
            methods=["POST"],
            name=operation.name,
            description=_summary(operation.run),
            response_model=schema.Answer[operation.answer],  # type: ignore[name-defined]
            openapi_extra=_request_body({"application/json": _reference(operation.body)}),
        )

    def add_images(self, app: FastAPI) -> None:
        """Upload and download."""

        async def upload_image(request: Request) -> Response:
            call = await self._enter(request, "upload_image")
            content_type = request.headers.get("content-type", "")
            if content_type.lower().startswith("multipart/"):
                body = await read_body(request.stream(), IMAGE_BYTES + _FORM_OVERHEAD)
                return await self._services.on_disk(_finish, call, lambda: images.upload_form(call, content_type, body))
            body = await read_body(request.stream(), INLINE_IMAGE_BYTES)
            return await self._services.on_disk(_finish, call, lambda: images.upload_json(call, body))

        async def download_image(request: Request, image_id: str) -> Response:
            call = await self._enter(request, "download_image")
            as_text = request.headers.get(_DOWNLOAD_BASE64, "").lower() == "true"
            data, media_type = await self._services.on_disk(images.download, call, image_id, as_text)
            return Response(data, media_type=media_type)

        app.add_api_route(
            "/v1/images",
            upload_image,
            methods=["POST"],
            description=_summary(images.upload_form),
            response_model=schema.Answer[schema.UploadedImage],
            openapi_extra=_request_body(
                {"multipart/form-data": _UPLOAD_FORM, "application/json": _reference(schema.ImageUpload)}
            ),
        )
        app.add_api_route(
            "/v1/images/{image_id}",
            download_image,
            methods=["GET"],
            description=_summary(images.download),
            response_class=Response,
        )

    async def _enter(self, request: Request, operation: str) -> Call:
        """Who is it, and may it?

        Raises:
            InputError: the signature is missing, wrong or stale.
            Busy: the key has spent its rate.
        """
        services = self._services
        ids = RequestIds.of(request.scope)
        signed = _signed_parts(request)
        key = await services.on_disk(auth.authenticate, services.store, services.vendor, signed)
        if not services.allow(key.identifier):
            raise Busy("the number of requests exceeded your throughput limit", reason="rate_limit")
        return Call(services, key, operation, ids.server, ids.client)


def _signed_parts(request: Request) -> SignedRequest:
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or request.url.path
    prefix = request.scope.get("root_path", "")
    return SignedRequest(
        method=request.method,
        paths=(path, path.removeprefix(prefix)),
        timestamp=request.headers.get(TIMESTAMP_HEADER, ""),
        authorization=request.headers.get("Authorization", ""),
    )


def _compute(operation: Operation, call: Call, body: bytes) -> Response:
    parsed = parse(operation.body, body)
    return _finish(call, lambda: operation.run(call, parsed))


def _finish(call: Call, run: Callable[[], BaseModel]) -> Response:
    text = translate.to_json(run())
    call.finish(json.loads(text))
    return Response(text, media_type="application/json")


def _answer_in_own_shape(app: FastAPI) -> None:
    """Errors, unknown paths and unknown methods too, answer as the documents say."""

    def respond(request: Request, problem: LocalVerifyError) -> Response:
        answer = translate.error(problem, RequestIds.of(request.scope).server)
        return Response(json.dumps(answer.body), answer.status, media_type="application/json")

    async def own(request: Request, problem: LocalVerifyError) -> Response:
        return respond(request, problem)

    async def unknown_path(request: Request, _problem: Exception) -> Response:
        return respond(request, InputError("there is no such path", reason="unknown_path", field="path"))

    async def unknown_method(request: Request, _problem: Exception) -> Response:
        return respond(request, InputError("not with this method", reason="unknown_method", field="method"))

    async def unexpected(request: Request, _problem: Exception) -> Response:
        return respond(request, LocalVerifyError("an unexpected error occurred"))

    app.add_exception_handler(LocalVerifyError, own)  # type: ignore[arg-type]
    app.add_exception_handler(404, unknown_path)
    app.add_exception_handler(405, unknown_method)
    app.add_exception_handler(Exception, unexpected)


_UPLOAD_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file", "label"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "label": {"type": "string"},
        "metadata": {"type": "string", "description": "A JSON object of text, numbers and booleans."},
        "tag": {"type": "string"},
    },
}


def _summary(function: Callable[..., Any]) -> str:
    """The first paragraph of a docstring."""
    return inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0]


def _reference(shape: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": _REF.format(model=shape.__name__)}


def _request_body(shapes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": shape} for kind, shape in shapes.items()}}}


def _document_bodies(app: FastAPI) -> None:
    """Adds the shapes of the request bodies to the OpenAPI page: FastAPI does not parse them, so it knows none."""
    bodies = [operation.body for operation in OPERATIONS] + [schema.ImageUpload]
    _, found = models_json_schema([(body, "validation") for body in bodies], ref_template=_REF)
    without = app.openapi

    def with_bodies() -> dict[str, Any]:
        page = without()
        page["components"]["schemas"].update(found["$defs"])
        return page

    app.openapi = with_bodies  # type: ignore[method-assign]
