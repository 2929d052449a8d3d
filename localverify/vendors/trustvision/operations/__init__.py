"""TrustVision's operations, one file a group: a call and its parsed body in, the documented answer out."""
