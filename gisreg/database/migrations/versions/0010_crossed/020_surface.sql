-- A roof asks for another distance than other structures.
ALTER TABLE registry.span DROP CONSTRAINT span_surface_below_check;
ALTER TABLE registry.span ADD CONSTRAINT span_surface_below_check
  CHECK (surface_below IN (
    'carriageway', 'pavement', 'alley', 'railway', 'water', 'roof', 'structure', 'open', 'unknown'
  ));
