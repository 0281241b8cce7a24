"""Objects of the registry for people and programs: pages of features, one feature, edits, search."""
