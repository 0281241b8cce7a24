-- How uncertain positions can be at most is asked at the beginning of every run over the registry.
CREATE INDEX segment_position_accuracy_m_idx ON registry.segment (position_accuracy_m)
  WHERE position_accuracy_m IS NOT NULL;
