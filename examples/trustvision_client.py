"""A TrustVision client with nothing but the standard library, as a bank's back end would write it.

It knows nothing of localverify: point `base_url` at the vendor or at a local server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from typing import Any


class TrustVisionClient:
    """Signs and sends requests.

    Args:
        base_url: up to, and without, ``/v1``.
        access_key: names the key.
        secret: signs.
    """

    def __init__(self, base_url: str, access_key: str, secret: str) -> None:
        self.base_url = base_url
        self.access_key = access_key
        self._secret = secret

    def upload(self, picture: bytes, label: str) -> str:
        """Uploads a picture as multipart/form-data; returns its id."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="label"\r\n\r\n{label}\r\n'.encode(),
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="picture.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n".encode(),
            picture,
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        answer = self.send("POST", "/v1/images", b"".join(parts), f"multipart/form-data; boundary={boundary}")
        image_id: str = answer["data"]["image_id"]
        return image_id

    def call(self, operation: str, **body: object) -> dict[str, Any]:
        """Sends a JSON body to ``/v1/<operation>``."""
        return self.send("POST", f"/v1/{operation}", json.dumps(body).encode(), "application/json")

    def send(self, method: str, path: str, body: bytes, content_type: str) -> dict[str, Any]:
        """Signs method, path and time; returns the JSON answer, of an error too."""
        timestamp = datetime.now(UTC).isoformat(timespec="seconds")
        text = f"{method}\n{path}\n{timestamp}"
        digest = hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).digest()
        headers = {
            "Authorization": f"TV {self.access_key}:{base64.b64encode(digest).decode()}",
            "X-TV-Timestamp": timestamp,
            "Content-Type": content_type,
        }
        request = urllib.request.Request(self.base_url + path, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            answer = json.load(error)
        return answer
