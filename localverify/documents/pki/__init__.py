"""The certificates, signatures, lists and trust of travel documents (ICAO Doc 9303-11 and 9303-12)."""
