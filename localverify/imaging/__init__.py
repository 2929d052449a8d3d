"""Bytes to pictures, once, and the geometry of boxes and quads."""
