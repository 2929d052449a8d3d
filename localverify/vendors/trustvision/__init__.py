"""TrustVision's API shape over the local verbs."""
