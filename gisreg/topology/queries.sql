-- name: topology_edited(layer, ids)$
-- Tie and cut what this transaction's edit of these objects touches; ids of the segments concerned.
SELECT gisreg.topology_edited(:layer, :ids);

-- name: keep_tolerances(snap_m, near_m, reach_m)!
-- Keep the tolerances (metres) for the edits to come.
SELECT gisreg.keep_tolerances(:snap_m, :near_m, :reach_m);
