/* Where tiles come from in a saved page: GeoJSON inside the page, cut into tiles on the fly, so that
   a page without any server draws, filters and answers clicks with the very same code. */
(function (gisreg) {
  "use strict";

  const GRID_ZOOM = 15; // features are looked up by the tiles of this zoom that they touch

  /** Longitude and latitude to the unit square of web mercator. */
  function unit(position) {
    const sine = Math.sin((position[1] * Math.PI) / 180);
    return [position[0] / 360 + 0.5,
            0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  }

  const KIND = { Point: 1, MultiPoint: 1, LineString: 2, MultiLineString: 2,
                 Polygon: 3, MultiPolygon: 3 };

  /** The parts of a geometry: points as [[p]], lines as [line...], polygons as [ring...]. */
  function parts(geometry) {
    const c = geometry.coordinates;
    switch (geometry.type) {
      case "Point": return [[c]];
      case "MultiPoint": return c.map(function (p) { return [p]; });
      case "LineString": return [c];
      case "MultiLineString": case "Polygon": return c;
      case "MultiPolygon": return c.flat();
      default: return [];
    }
  }

  /* Vector tiles hold exterior rings clockwise on the screen; GeoJSON files hold either. */
  function wound(rings, exterior) {
    let area = 0;
    for (let i = 0, j = rings.length - 1; i < rings.length; j = i++) {
      area += rings[j][0] * rings[i][1] - rings[i][0] * rings[j][1];
    }
    return (area > 0) === exterior ? rings : rings.slice().reverse();
  }

  function windPolygon(geometry, lines) {
    if (geometry.type === "Polygon") {
      return lines.map(function (ring, i) { return wound(ring, i === 0); });
    }
    const out = [];
    let at = 0;
    geometry.coordinates.forEach(function (polygon) {
      polygon.forEach(function (_, i) { out.push(wound(lines[at++], i === 0)); });
    });
    return out;
  }

  function prepare(feature) {
    let lines = parts(feature.geometry).map(function (line) { return line.map(unit); });
    const kind = KIND[feature.geometry.type];
    if (kind === 3) lines = windPolygon(feature.geometry, lines);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    lines.forEach(function (line) {
      line.forEach(function (p) {
        box[0] = Math.min(box[0], p[0]); box[1] = Math.min(box[1], p[1]);
        box[2] = Math.max(box[2], p[0]); box[3] = Math.max(box[3], p[1]);
      });
    });
    const props = Object.assign({}, feature.properties);
    if (props.id === undefined) props.id = feature.id;
    return { props: props, kind: kind, lines: lines, box: box };
  }

  /** All features of a FeatureCollection, indexed by grid tile. Nothing is clipped: canvas does it. */
  function index(collection) {
    const cells = new Map();
    const wide = []; // features over many cells are tried for every tile
    collection.features.forEach(function (feature) {
      if (!feature.geometry) return;
      const item = prepare(feature);
      const n = 1 << GRID_ZOOM;
      const [x0, y0, x1, y1] = item.box.map(function (v) { return Math.floor(v * n); });
      if ((x1 - x0 + 1) * (y1 - y0 + 1) > 64) { wide.push(item); return; }
      for (let x = x0; x <= x1; x++) {
        for (let y = y0; y <= y1; y++) {
          const key = x + ":" + y;
          if (!cells.has(key)) cells.set(key, []);
          cells.get(key).push(item);
        }
      }
    });
    return { cells: cells, wide: wide };
  }

  function within(found, z, x, y) {
    const span = 1 / (1 << z), pad = span / 16; // as the buffer round a real tile
    const west = x * span - pad, north = y * span - pad;
    const east = (x + 1) * span + pad, south = (y + 1) * span + pad;
    const hit = new Set(found.wide);
    const n = 1 << GRID_ZOOM;
    const [x0, y0, x1, y1] = [west, north, east, south].map(function (v) { return Math.floor(v * n); });
    if ((x1 - x0) * (y1 - y0) > found.cells.size) {
      found.cells.forEach(function (items) { items.forEach(function (item) { hit.add(item); }); });
    } else {
      for (let cx = x0; cx <= x1; cx++) {
        for (let cy = y0; cy <= y1; cy++) {
          (found.cells.get(cx + ":" + cy) || []).forEach(function (item) { hit.add(item); });
        }
      }
    }
    return [...hit].filter(function (item) {
      return item.box[0] <= east && item.box[2] >= west && item.box[1] <= south && item.box[3] >= north;
    });
  }

  gisreg.memorySource = function (layer) {
    const found = index(layer.features);
    return {
      get: function (tile, pixels) {
        const scale = pixels * (1 << tile.z);
        const Point = gisreg.Point();
        const features = within(found, tile.z, tile.x, tile.y).map(function (item) {
          const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
          let count = 0;
          const geom = item.lines.map(function (line) {
            return line.map(function (p) {
              const point = new Point(p[0] * scale - tile.x * pixels, p[1] * scale - tile.y * pixels);
              box.minX = Math.min(box.minX, point.x); box.maxX = Math.max(box.maxX, point.x);
              box.minY = Math.min(box.minY, point.y); box.maxY = Math.max(box.maxY, point.y);
              count += 1;
              return point;
            });
          });
          return { id: item.props.id, props: item.props, bbox: box, geomType: item.kind,
                   geom: geom, numVertices: count };
        });
        return Promise.resolve(new Map([[layer.key, features]]));
      },
    };
  };

  /* protomaps-leaflet does not export its Point class, but hands one out with every view. */
  let PointClass = null;
  gisreg.Point = function () {
    if (!PointClass) {
      const view = new protomapsL.View({ tileSize: 512 }, 15, 1);
      PointClass = view.dataTileForDisplayTile({ z: 1, x: 0, y: 0 }).origin.constructor;
    }
    return PointClass;
  };
})(gisreg);
