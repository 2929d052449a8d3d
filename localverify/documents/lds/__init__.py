"""The files of a travel document's chip (ICAO Doc 9303-10, the logical data structure) as frozen values."""
