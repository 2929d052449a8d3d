"""One folder a vendor: schema, translate, routes, auth."""
