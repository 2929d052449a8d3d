"""The verbs: one file a capability. They know neither HTTP nor a vendor."""
