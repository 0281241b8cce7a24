-- Findings of the flagging runs, and the thread from a flag to its acceptance.

CREATE TABLE registry.rule (
  id text PRIMARY KEY,
  layer text NOT NULL,
  vi text NOT NULL,
  en text NOT NULL,
  severity text NOT NULL,
  legal_ref text,
  confidence text NOT NULL,
  unit text NOT NULL DEFAULT '',
  fails text NOT NULL DEFAULT 'above',
  critical_at text,
  -- Thresholds it uses, the first being its limit; NULL for the rules that stand for a kind of zone.
  needs text[],
  reach text[] NOT NULL DEFAULT '{}',
  asks_vi text NOT NULL DEFAULT '',
  asks_en text NOT NULL DEFAULT '',
  is_active boolean NOT NULL DEFAULT true,
  CONSTRAINT rule_severity_check CHECK (severity IN ('critical', 'major', 'minor')),
  CONSTRAINT rule_confidence_check CHECK (confidence IN ('confirmed', 'partial', 'to_be_verified'))
);

CREATE TABLE registry.threshold (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  key text NOT NULL,
  value double precision,
  unit text NOT NULL,
  source text NOT NULL,
  article text,
  confidence text NOT NULL,
  scope text NOT NULL DEFAULT 'national',
  province_code text,
  valid_from date NOT NULL DEFAULT '2020-01-01',
  valid_to date,
  vi text NOT NULL,
  en text NOT NULL,
  reason text,
  CONSTRAINT threshold_confidence_check CHECK (confidence IN ('confirmed', 'partial', 'to_be_verified')),
  CONSTRAINT threshold_scope_check CHECK (scope IN ('national', 'province')),
  CONSTRAINT threshold_scope_province CHECK ((scope = 'province') = (province_code IS NOT NULL)),
  CONSTRAINT threshold_validity CHECK (valid_to > valid_from),
  CONSTRAINT threshold_natural_key UNIQUE NULLS NOT DISTINCT (key, province_code, valid_from)
);

-- What the authority lets pass, why and until when; the finding stays to be seen, as waived.
CREATE TABLE registry.waiver (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  rule_id text NOT NULL REFERENCES registry.rule,
  object_id bigint NOT NULL,
  zone_id bigint,
  reason text NOT NULL,
  legal_ref text,
  granted_by text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  CONSTRAINT waiver_reason_said CHECK (btrim(reason) <> ''),
  CONSTRAINT waiver_validity CHECK (valid_to > valid_from)
);
CREATE INDEX waiver_object_id_idx ON registry.waiver (object_id);

-- How many objects a rule looked at in the last whole run, and how many of them it could evaluate; kept by
-- owner and visibility, so that it is summed under the same scope as the objects.
CREATE TABLE registry.flag_coverage (
  rule_id text NOT NULL,
  zone_id bigint,
  commune_id bigint,
  owner_id bigint,
  visibility text NOT NULL,
  applicable bigint NOT NULL,
  evaluated bigint NOT NULL,
  run_id bigint NOT NULL
);
CREATE INDEX flag_coverage_rule_id_idx ON registry.flag_coverage (rule_id);

CREATE TABLE registry.flag_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  as_of date NOT NULL,
  scope text NOT NULL,
  findings_new bigint,
  findings_gone bigint,
  findings_changed bigint,
  findings_same bigint
);

-- One row per rule, object and zone that does not pass. The key is the fingerprint of the finding: a run
-- neither doubles nor loses one. Ids are unique over all layers, and the rule says which layer it looks
-- at. Kept narrow: a province has millions.
CREATE TABLE registry.finding (
  object_id bigint NOT NULL,
  zone_id bigint,
  owner_id bigint,
  run_id bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  metres_inside double precision,
  measured_value double precision,
  threshold_value double precision,
  priority double precision NOT NULL,
  rule_id text COLLATE "C" NOT NULL,
  outcome text NOT NULL,
  visibility text NOT NULL,
  CONSTRAINT finding_outcome_check CHECK (outcome IN ('fail', 'borderline', 'waived', 'manual'))
);
CREATE UNIQUE INDEX finding_fingerprint ON registry.finding (object_id, zone_id, rule_id) NULLS NOT DISTINCT;
CREATE INDEX finding_zone_id_idx ON registry.finding (zone_id);

-- Every step of a segment from flagged to accepted: who, when, from what to what.
CREATE TABLE registry.tidying_event (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  segment_id bigint NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  person text NOT NULL,
  organisation text,
  note text,
  CONSTRAINT tidying_event_change CHECK (from_state <> to_state)
);
CREATE INDEX tidying_event_segment_id_idx ON registry.tidying_event (segment_id, happened_at);
CREATE INDEX tidying_event_happened_at_idx ON registry.tidying_event (happened_at);
