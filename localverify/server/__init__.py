"""The HTTP server: one sub-application a vendor."""
