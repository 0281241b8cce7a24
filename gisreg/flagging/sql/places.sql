-- Where objects with findings lie. Sorted by place: then an outline is unpacked once for all that lies in it.
object AS MATERIALIZED (
  SELECT DISTINCT f.object_id, f.layer FROM gisreg.seen_finding AS f WHERE {conditions}
), place AS MATERIALIZED (
  SELECT * FROM ({places}) AS p ORDER BY p.middle
),
