-- name: run(as_of, objects, instead, least_m)^
-- Run the rules over objects by layer (NULL: all), with thresholds to try.
SELECT r.run_id, r.fresh, r.gone, r.changed, r.same, r.touched, r.off
FROM gisreg.flag_run(:as_of::date, :objects::jsonb, :instead::jsonb, :least_m) AS r;

-- name: before(layer, ids)$
-- Remember what an edit is about to touch.
SELECT gisreg.flag_before(:layer, :ids::bigint[]);

-- name: edited(layer, ids)$
-- Look again at what an edit touched.
SELECT gisreg.flag_edited(:layer, :ids::bigint[]);
