"""Countries of zones and of certificates."""

from __future__ import annotations

import pytest

from localverify.documents.countries import alpha_2, alpha_3, signing_countries


@pytest.mark.parametrize(
    ("issuer", "country"), [("D", "DE"), ("VNM", "VN"), ("GBD", "GB"), ("RKS", "KS"), ("fra", "FR")]
)
def test_an_issuer_has_its_countrys_two_letters(issuer, country):
    assert alpha_2(issuer) == country
    assert country in signing_countries(issuer)


def test_a_country_has_its_three_letters():
    assert (alpha_3("vn"), alpha_3("PT"), alpha_3("??")) == ("VNM", "PRT", None)


def test_hong_kongs_certificates_may_sign_what_names_china():
    assert signing_countries("CHN") == {"CN", "HK", "MO"}


def test_nothing_is_concluded_for_an_unknown_state():
    assert signing_countries("QQQ") == frozenset()
