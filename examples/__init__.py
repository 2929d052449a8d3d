"""A client of TrustVision's API in plain Python, and the demo that runs it against this server."""
