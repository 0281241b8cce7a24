-- What no zone may be, whichever way it comes: an import, an edit, a recipe, SQL. One place says what is wrong
-- and what to do; the importer asks it for the rows of a file, a trigger for everything that is written.

-- The last area of a province that the registry holds, NULL where it holds none.
CREATE OR REPLACE FUNCTION gisreg.province_area(province text) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT u.geom FROM registry.admin_unit AS u
  WHERE u.level = 'province' AND u.gso_code = province AND u.geom IS NOT NULL
  ORDER BY u.valid_from DESC LIMIT 1
$$;

-- \param own_id  id of the zone itself, NULL for a new one
-- \param share_max  share of the province's area above which a zone is a mistake, NULL for any
-- \returns  what is wrong (the name of a fault), the sentence and what to do in both languages; no row where nothing is
DROP FUNCTION IF EXISTS gisreg.zone_faults(bigint, text, date, date, geometry, text, double precision);
CREATE FUNCTION gisreg.zone_faults(
  own_id bigint, zone_code text, first_day date, last_day date, area geometry, province text, share_max double precision
) RETURNS TABLE (fault text, message_vi text, message_en text, hint_vi text, hint_en text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  other registry.zone;
  place geometry;
  at text;
  whole geometry;
  share double precision;
BEGIN
  IF area IS NULL OR ST_IsEmpty(area) THEN
    RETURN QUERY VALUES (
      'zone_empty', 'Khu vực trống, không có diện tích', 'the zone is empty',
      'Vẽ ranh giới khu vực, hoặc bỏ dòng này.', 'Draw its boundary, or leave it out.');
  ELSIF NOT ST_IsValid(area) THEN
    place := (ST_IsValidDetail(area)).location;
    at := coalesce(round(ST_X(place)::numeric, 6) || ' ' || round(ST_Y(place)::numeric, 6), '-');
    RETURN QUERY VALUES (
      'zone_crosses_itself',
      format('Ranh giới khu vực tự cắt tại %1$s (%2$s)', at, ST_IsValidReason(area)),
      format('the boundary of the zone crosses itself at %1$s (%2$s)', at, ST_IsValidReason(area)),
      'Vẽ lại chỗ đó, hoặc dùng công cụ sửa hình học (QGIS: Fix geometries; nhập tệp: --repair).',
      'Draw it anew there, or mend it (QGIS: Fix geometries; import: --repair).');
  ELSE
    whole := CASE WHEN share_max IS NOT NULL THEN gisreg.province_area(province) END;
    -- Only a zone of such a size at all has to be cut with the province.
    IF whole IS NOT NULL AND ST_Area(area::geography) > share_max * ST_Area(whole::geography) THEN
      share := ST_Area(ST_Intersection(ST_MakeValid(whole), area)::geography) / ST_Area(whole::geography);
      IF share > share_max THEN
        RETURN QUERY VALUES (
          'zone_too_large',
          format('Khu vực phủ %1$s %% diện tích tỉnh, quá %2$s %%',
            round((100 * share)::numeric), round((100 * share_max)::numeric)),
          format('the zone covers %1$s %% of the province, more than %2$s %%',
            round((100 * share)::numeric), round((100 * share_max)::numeric)),
          'Kiểm tra có phải ranh giới tỉnh bị nhập nhầm; nếu đúng, đổi ngưỡng zone_share_max.',
          'Check that it is not the province''s own boundary; if it is meant, change the threshold zone_share_max.');
      END IF;
    END IF;
  END IF;
  IF last_day <= first_day THEN
    RETURN QUERY VALUES (
      'zone_validity',
      format('Hiệu lực từ %1$s nhưng hết hiệu lực ngày %2$s', first_day, last_day),
      format('it holds from %1$s but no longer from %2$s on', first_day, last_day),
      'Ngày hết hiệu lực (valid_to) phải sau ngày bắt đầu (valid_from); để trống nếu chưa biết.',
      'valid_to, the first day on which it no longer holds, must come after valid_from; leave it empty for no end.');
  ELSE
    -- Of the same first day it is the same zone once more: that is the key's to say.
    SELECT * INTO other FROM registry.zone AS z
    WHERE z.code = zone_code AND z.id IS DISTINCT FROM own_id AND z.valid_from <> first_day
      AND daterange(z.valid_from, z.valid_to) && daterange(first_day, last_day)
    ORDER BY z.valid_from LIMIT 1;
    IF FOUND THEN
      RETURN QUERY VALUES (
        'zone_overlap',
        format('Mã %1$s đã có hiệu lực từ %2$s đến %3$s, trùng thời gian',
          zone_code, other.valid_from, coalesce(other.valid_to::text, '...')),
        format('the code %1$s holds from %2$s to %3$s already',
          zone_code, other.valid_from, coalesce(other.valid_to::text, '...')),
        format('Kết thúc khu vực trước (valid_to = %1$s hoặc sớm hơn), sửa chính khu vực ấy, hoặc dùng mã khác.',
          first_day),
        format('End that one first (valid_to = %1$s or earlier), edit that one, or use another code.', first_day));
    END IF;
  END IF;
END
$$;

-- \returns  how hidden everything is that a zone is made from
CREATE OR REPLACE FUNCTION gisreg.zone_sources(zone bigint) RETURNS TABLE (visibility text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH used AS (
    SELECT unnest(p.street_ids || p.from_ids || p.to_ids || p.unit_ids || p.object_id) AS id
    FROM registry.zone_part AS p WHERE p.zone_id = zone
  )
  SELECT s.visibility FROM registry.street AS s JOIN used USING (id)
  UNION ALL
  SELECT s.visibility FROM registry.admin_unit AS s JOIN used USING (id)
  UNION ALL
  SELECT s.visibility FROM registry.pole AS s JOIN used USING (id)
  UNION ALL
  SELECT s.visibility FROM registry.tower AS s JOIN used USING (id)
  UNION ALL
  SELECT s.visibility FROM registry.manhole AS s JOIN used USING (id)
$$;

CREATE OR REPLACE FUNCTION gisreg.check_zone() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  f record;
BEGIN
  -- A trial ("what if this zone grew") is rolled back; the service itself cannot claim to be one.
  IF current_setting('gisreg.only_trying', true) = 'on' AND session_user <> 'gisreg_app' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.geom IS DISTINCT FROM OLD.geom AND EXISTS (
      SELECT FROM registry.zone_recipe AS r
      WHERE r.zone_id = NEW.id AND r.geometry_md5 <> md5(ST_AsEWKB(NEW.geom))
    ) THEN
      RAISE check_violation USING
        CONSTRAINT = 'zone_from_recipe',
        MESSAGE = format('Khu vực %1$s được lập từ công thức (danh sách tuyến...), không vẽ tay / '
          'the zone %1$s is made from a recipe and not drawn by hand', NEW.code),
        HINT = 'Sửa danh sách rồi lập lại (gisreg zone make --replace), hoặc bỏ công thức (gisreg zone detach). / '
          'Correct its list and make it again (gisreg zone make --replace), or drop the recipe (gisreg zone detach).';
    END IF;
    IF NEW.visibility IS DISTINCT FROM OLD.visibility AND EXISTS (
      SELECT FROM gisreg.zone_sources(NEW.id) AS s
      WHERE gisreg.visibility_rank(s.visibility) > gisreg.visibility_rank(NEW.visibility)
    ) THEN
      RAISE check_violation USING
        CONSTRAINT = 'zone_shows_hidden',
        MESSAGE = format('Khu vực %1$s dùng tuyến hoặc đối tượng kín hơn “%2$s” / the zone %1$s is made from something '
          'more hidden than “%2$s”', NEW.code, NEW.visibility),
        HINT = 'Giữ phạm vi xem như trước, hoặc lập lại khu vực không dùng đối tượng ấy. / '
          'Leave its visibility, or make it again without that.';
    END IF;
    IF (NEW.code, NEW.valid_from, NEW.valid_to, NEW.geom) IS NOT DISTINCT FROM (OLD.code, OLD.valid_from, OLD.valid_to, OLD.geom) THEN
      RETURN NEW;
    END IF;
  END IF;
  SELECT * INTO f FROM gisreg.zone_faults(
    NEW.id, NEW.code, NEW.valid_from, NEW.valid_to, NEW.geom, NEW.province_code,
    (gisreg.flag_limits(current_date) ->> 'zone_share_max')::double precision) LIMIT 1;
  IF f.fault = 'zone_overlap' THEN
    RAISE exclusion_violation USING
      CONSTRAINT = f.fault, MESSAGE = f.message_vi || ' / ' || f.message_en, HINT = f.hint_vi || ' / ' || f.hint_en;
  ELSIF f.fault IS NOT NULL THEN
    RAISE check_violation USING
      CONSTRAINT = f.fault, MESSAGE = f.message_vi || ' / ' || f.message_en, HINT = f.hint_vi || ' / ' || f.hint_en;
  END IF;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER check_zone
  BEFORE INSERT OR UPDATE OF code, valid_from, valid_to, visibility, geom ON registry.zone
  FOR EACH ROW EXECUTE FUNCTION gisreg.check_zone();

-- \param zone_code  code of a zone, \param day  of which day
-- \returns  id of the zone of that code that holds on that day, else of the next one, else of the last
CREATE OR REPLACE FUNCTION gisreg.zone_called(zone_code text, day date) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT z.id FROM registry.zone AS z WHERE z.code = zone_code
  ORDER BY z.valid_from <= day AND (z.valid_to IS NULL OR z.valid_to > day) DESC, z.valid_from > day DESC, abs(z.valid_from - day)
  LIMIT 1
$$;

REVOKE EXECUTE ON FUNCTION
  gisreg.province_area(text), gisreg.zone_sources(bigint),
  gisreg.zone_faults(bigint, text, date, date, geometry, text, double precision)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  gisreg.province_area(text),
  gisreg.zone_faults(bigint, text, date, date, geometry, text, double precision)
TO gisreg_worker;
