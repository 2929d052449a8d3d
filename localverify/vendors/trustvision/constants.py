"""The values that TrustVision's pages list: labels of images and types of selfies."""

from __future__ import annotations


def _sides(names: str) -> tuple[str, ...]:
    return tuple(f"id_card.{name}.{side}" for name in names.split() for side in ("front", "back"))


IMAGE_LABELS = frozenset(
    (
        "portrait",
        "qr_code",
        "doc.vn.business_license",
        "id_card.vn.passport.front",
        "id_card.vn.passport_new.front",
        *_sides("global.passport in.aadhaar in.pan in.voter in.passport"),
        *_sides("vn.national_id vn.cmnd_old vn.cmnd_new vn.cccd vn.cccd_new vn.tcc"),
        *_sides(
            "ph.national_id ph.nid ph.ump ph.tin ph.dl ph.sss ph.passport ph.postal ph.philhealth ph.prc ph.loyalty"
        ),
    )
)

SELFIE_TYPES = frozenset(
    (
        "id_card",
        "light",
        "passive",
        "active",
        "flash",
        "flash_8",
        "flash_16",
        "flash_32",
        "flash_edge",
        "flash_advanced",
    )
)

# "The input image size exceeds the allowed limit (15MB)", of the file itself.
IMAGE_BYTES = 15 * 1024 * 1024
MEDIA_TYPES = frozenset(("image/jpeg", "image/png"))

# "If the difference between 2 timestamps is more than 15 minutes, it will reject the request".
SKEW_S = 15 * 60

# "Active liveness: 2-4 images, Passive: 1-3 images."
PASSIVE_IMAGES = (1, 3)
ACTIVE_IMAGES = (2, 4)

PORTRAIT_VERDICTS = frozenset(
    (
        "good",
        "image_too_blur",
        "image_too_dark",
        "image_too_bright",
        "face_too_dark",
        "face_too_bright",
        "image_has_no_faces",
        "image_has_multiple_faces",
        "not_white_background",
        "right",
        "left",
        "not_qualified",
        "open_eye,closed_eye",
        "closed_eye,open_eye",
        "open_eye,sunglasses",
        "sunglasses,open_eye",
        "closed_eye,closed_eye",
        "closed_eye,sunglasses",
        "sunglasses,closed_eye",
        "face_too_small",
        "face_too_big",
    )
)
