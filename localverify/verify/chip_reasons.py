"""Every reason that a chip's checks can give, in words. docs/chips.md lists the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "sod_malformed": "The security object cannot be read",
    "message_digest_mismatch": "The content of the security object was changed",
    "content_type_mismatch": "The signature is over another type of content",
    "signed_attributes_missing": "The signature has no signed attributes",
    "signature_invalid": "The signature of the security object does not hold",
    "data_group_mismatch": "A data group was changed",
    "data_group_not_in_sod": "A data group is not covered by the security object",
    "issuer_signature_invalid": "The document signer's certificate was not signed by its issuer",
    "signer_not_for_documents": "The certificate may not sign documents",
    "signer_critical_extension": "The certificate has a critical extension that is not known",
    "signer_not_yet_valid": "The document signer's certificate is not valid yet",
    "signer_expired": "The document signer's certificate has expired",
    "signed_outside_validity": "The document was signed outside the validity of its signer",
    "issuer_not_valid": "The issuer's certificate is not valid, or was not when it signed",
    "signer_revoked": "The document signer's certificate is revoked",
    "issuer_revoked": "The issuer's certificate is revoked",
    "country_mismatch": "The issuing state is not the country of the certificates",
    "trust_store_empty": "No authority is trusted: fill the trust store",
    "issuer_unknown": "No trusted authority has the issuer's key",
    "chain_unsupported": "The issuer's algorithm or key cannot be computed",
    "signature_unsupported": "The signer's algorithm or key cannot be computed",
    "hash_unsupported": "The hash algorithm is not known",
    "signer_certificate_missing": "The security object does not bring its signer's certificate",
    "sod_profile_deviation": "Unsigned parts of the security object deviate from the standard",
    "no_data_groups": "No data group was given",
    "country_unknown": "The issuing state cannot be told",
}
