/* What lies under a click, a tap or the mouse. A finger is broader than a mouse: 12 pixels. */
(function (gisreg) {
  "use strict";

  const REACH = { mouse: 5, touch: 12, pen: 6 };
  // Pixels by which a kind is handicapped: small things win, the ground answers last.
  const HANDICAP = { point: -4, line: 0, polygon: 200 };

  function score(hit) {
    // Where all is equal, what is drawn later and so lies on top answers first.
    return hit.far + HANDICAP[hit.layer.kind] + (hit.layer.base ? 100 : 0) - (hit.cell ? 1000 : 0) -
      hit.layer.order / 1000;
  }

  /** The data tiles round a point of the map: usually one, up to four near the edges of tiles. */
  function tilesAt(view, zoom, point, reach) {
    const tiles = new Map();
    [[-1, -1], [1, -1], [-1, 1], [1, 1]].forEach(function ([sx, sy]) {
      const tile = { z: zoom, x: Math.floor((point.x + sx * reach) / 256),
                     y: Math.floor((point.y + sy * reach) / 256) };
      const found = view.dataTileForDisplayTile(tile);
      const d = found.dataTile;
      const entry = view.tileCache.cache.get(d.x + ":" + d.y + ":" + d.z);
      if (entry) tiles.set(entry, found);
    });
    return tiles;
  }

  function toSegment(p, a, b) {
    const dx = b.x - a.x, dy = b.y - a.y;
    const square = dx * dx + dy * dy;
    const t = square ? Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / square)) : 0;
    return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
  }

  function toLines(p, geom) {
    let best = Infinity;
    geom.forEach(function (line) {
      for (let i = 1; i < line.length; i++) best = Math.min(best, toSegment(p, line[i - 1], line[i]));
    });
    return best;
  }

  function within(p, geom) {
    let odd = false;
    geom.forEach(function (ring) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const a = ring[i], b = ring[j];
        if ((a.y > p.y) !== (b.y > p.y) && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) {
          odd = !odd;
        }
      }
    });
    return odd;
  }

  /** Distance in screen pixels from a feature as it is drawn; Infinity where it is not hit. */
  function distance(map, layer, feature, p, scale, zoom, reach) {
    const box = feature.bbox, pad = (reach + 16) / scale; // 16: lanes lie beside the line itself
    const q = { x: p.x / scale, y: p.y / scale };
    if (q.x < box.minX - pad || q.x > box.maxX + pad || q.y < box.minY - pad || q.y > box.maxY + pad) {
      return Infinity;
    }
    const geom = feature.geom.map(function (part) {
      return part.map(function (c) { return { x: c.x * scale, y: c.y * scale }; });
    });
    if (gisreg.isCell(feature)) {
      const r = gisreg.cellRadius(layer, feature, zoom, scale);
      return Math.max(0, Math.hypot(p.x - geom[0][0].x, p.y - geom[0][0].y) - r);
    }
    if (layer.kind === "polygon") return within(p, geom) ? 0 : Infinity;
    if (layer.kind === "point") {
      const far = Math.hypot(p.x - geom[0][0].x, p.y - geom[0][0].y);
      return Math.max(0, far - gisreg.pointRadius(layer, zoom));
    }
    const rule = gisreg.ruleIn(gisreg.theme(map, layer));
    const lane = gisreg.lane(feature, zoom, gisreg.lineWidth(layer, rule(feature), zoom), rule);
    return Math.max(0, toLines(p, gisreg.inLane(geom, lane)) - lane.width / 2);
  }

  /** All objects within reach, the best first: [{layer, feature, far}]; objects come once. */
  gisreg.pickAll = function (map, latlng, reach) {
    const zoom = map.getZoom();
    const point = map.project(latlng, zoom);
    const cells = gisreg.cellLayer(map);
    const found = new Map();
    map.gisreg.tiles.gr.layers.forEach(function (layer) {
      if (!layer.pickable || !map.gisreg.shown[layer.key]) return;
      const view = map.gisreg.tiles.grViews.get(layer.key);
      tilesAt(view, zoom, point, reach).forEach(function (at, entry) {
        const p = { x: point.x - at.origin.x, y: point.y - at.origin.y };
        (entry.data.get(layer.key) || []).forEach(function (feature) {
          const cell = gisreg.isCell(feature);
          if (cell ? layer !== cells : !gisreg.isShown(map, layer, feature)) return;
          const far = distance(map, layer, feature, p, at.scale, zoom, reach);
          if (far > reach) return;
          const key = cell ? "cell" : layer.key + "/" + gisreg.idOf(feature);
          if (found.has(key) && found.get(key).far <= far) return;
          found.set(key, { layer: layer, feature: feature, far: far, cell: cell });
        });
      });
    });
    return [...found.values()].sort(function (a, b) {
      return score(a) - score(b);
    });
  };

  /** Features of a layer that are now in view, each once; `visit` gets the feature. */
  gisreg.eachInView = function (map, layer, visit) {
    const view = map.gisreg.tiles.grViews.get(layer.key);
    const bounds = map.getPixelBounds();
    const tiles = view.dataTilesForBounds(map.getZoom(), {
      minX: bounds.min.x, minY: bounds.min.y, maxX: bounds.max.x, maxY: bounds.max.y });
    const seen = new Set();
    tiles.forEach(function (at) {
      const d = at.dataTile;
      const entry = view.tileCache.cache.get(d.x + ":" + d.y + ":" + d.z);
      ((entry && entry.data.get(layer.key)) || []).forEach(function (feature) {
        if (gisreg.isCell(feature)) return;
        const box = feature.bbox, id = gisreg.idOf(feature);
        if (box.maxX * at.scale + at.origin.x < bounds.min.x ||
            box.minX * at.scale + at.origin.x > bounds.max.x ||
            box.maxY * at.scale + at.origin.y < bounds.min.y ||
            box.minY * at.scale + at.origin.y > bounds.max.y || seen.has(id)) return;
        seen.add(id);
        visit(feature);
      });
    });
  };

  gisreg.startPicking = function (map) {
    let kind = "mouse";
    const box = map.getContainer();
    box.addEventListener("pointerdown", function (event) { kind = event.pointerType || "mouse"; }, true);
    map.on("click", function (event) {
      const all = gisreg.pickAll(map, event.latlng, REACH[kind] || REACH.mouse);
      if (all.length && all[0].cell) {
        map.setView(event.latlng, Math.min(map.getZoom() + 2, map.getMaxZoom()));
        return;
      }
      map.fire("gr:picked", { all: all, point: event.containerPoint });
    });
    let busy = false;
    map.on("mousemove", function (event) {
      if (busy || kind !== "mouse") return;
      busy = true;
      window.requestAnimationFrame(function () {
        busy = false;
        const hit = gisreg.pickAll(map, event.latlng, REACH.mouse)[0];
        box.classList.toggle("gr-over", Boolean(hit) && hit.layer.kind !== "polygon");
      });
    });
  };
})(gisreg);
