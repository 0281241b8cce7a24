"""Files into the registry: read -> reproject -> map columns -> validate -> stage -> check -> merge.

Every step is a module of its own; `run.import_file` strings them together in one transaction.
"""
