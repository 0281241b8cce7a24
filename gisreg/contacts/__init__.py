"""Who answers for an organisation, what they are told, and what happens when nobody reads it."""
