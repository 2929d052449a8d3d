"""TrustVision's API: its shapes, its signatures and its operations over the local verbs."""

from localverify.vendors.base.declaration import CredentialField, Vendor

VENDOR = Vendor(
    name="trustvision",
    title="TrustVision",
    credentials=(CredentialField("access_key", "uuid"), CredentialField("secret")),
    application="localverify.vendors.trustvision.routes:build",
)
