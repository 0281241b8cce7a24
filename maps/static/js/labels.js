/* Names on the map, set in the fonts of the system: no font files, no glyph server. */
(function (gisreg) {
  "use strict";

  gisreg.FONT = '"Segoe UI", "Noto Sans", "Roboto", "DejaVu Sans", system-ui, sans-serif';

  const LONGEST = 36; // characters; a longer name hides the map

  const LOOK = {
    line: { fill: "#5b5548", halo: "#ffffff", size: 12, weight: 500 },
    polygon: { fill: "#5a5470", halo: "#f7f5f0", size: 12.5, weight: 600 },
    point: { fill: "#1f2937", halo: "#ffffff", size: 11, weight: 600 },
  };

  /* The middle of the widest stretch inside the ring on the line through its middle: unlike the
     centroid it never lies outside. */
  function inside(ring) {
    let top = Infinity, bottom = -Infinity;
    ring.forEach(function (p) { top = Math.min(top, p.y); bottom = Math.max(bottom, p.y); });
    const y = (top + bottom) / 2 + 0.01;
    const xs = [];
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[j], b = ring[i];
      if ((a.y > y) !== (b.y > y)) xs.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y));
    }
    xs.sort(function (a, b) { return a - b; });
    let best = null, width = 0;
    for (let i = 0; i + 1 < xs.length; i += 2) {
      if (xs[i + 1] - xs[i] > width) {
        width = xs[i + 1] - xs[i];
        best = { x: (xs[i] + xs[i + 1]) / 2, y: y };
      }
    }
    return { point: best, width: width, height: bottom - top };
  }

  function largest(geom) {
    return geom.reduce(function (best, ring) { return ring.length > best.length ? ring : best; });
  }

  function shorten(name) {
    const text = String(name === undefined || name === null ? "" : name);
    return text.length > LONGEST ? text.slice(0, LONGEST - 1) + "…" : text;
  }

  /** A symbol that writes a name once: into a polygon, or above a point. */
  function placed(map, layer, anchorOf) {
    const look = LOOK[layer.kind];
    return {
      place: function (layout, geom, feature) {
        const text = shorten(feature.props[layer.label]);
        if (!text) return undefined;
        const font = look.weight + " " + look.size + "px " + gisreg.FONT;
        layout.scratch.font = font;
        const wide = layout.scratch.measureText(text).width;
        const anchor = anchorOf(geom, wide);
        if (!anchor) return undefined;
        const high = look.size;
        return [{
          anchor: anchor,
          bboxes: [{ minX: anchor.x - wide / 2 - 3, maxX: anchor.x + wide / 2 + 3,
                     minY: anchor.y - high / 2 - 3, maxY: anchor.y + high / 2 + 3 }],
          deduplicationKey: layer.key + text,
          deduplicationDistance: layer.kind === "polygon" ? 800 : 60,
          draw: function (ctx) {
            ctx.globalAlpha = 1;
            ctx.font = font;
            ctx.textAlign = "center";
            ctx.textBaseline = "middle";
            ctx.lineJoin = "round";
            ctx.lineWidth = 3.5;
            ctx.strokeStyle = look.halo;
            ctx.strokeText(text, 0, 0);
            ctx.fillStyle = look.fill;
            ctx.fillText(text, 0, 0);
          },
        }];
      },
    };
  }

  function symbol(map, layer) {
    const Point = gisreg.Point();
    if (layer.kind === "line") {
      const look = LOOK.line;
      return new protomapsL.LineLabelSymbolizer({
        labelProps: [layer.label],
        font: look.weight + " " + look.size + "px " + gisreg.FONT,
        fill: look.fill, stroke: look.halo, width: 3.5,
        position: 2, repeatDistance: 320,
      });
    }
    if (layer.kind === "polygon") {
      return placed(map, layer, function (geom, wide) {
        const found = inside(largest(geom));
        if (!found.point || found.width < wide * 0.8 || found.height < 24) return null;
        return new Point(found.point.x, found.point.y);
      });
    }
    return placed(map, layer, function (geom) {
      return new Point(geom[0][0].x, geom[0][0].y - layer.radius * 2.2 - 6);
    });
  }

  gisreg.labelRules = function (map, layer) {
    if (!layer.label) return [];
    return [{
      dataSource: layer.key,
      dataLayer: layer.key,
      minzoom: layer.label_min_zoom,
      symbolizer: symbol(map, layer),
      filter: function (_, feature) { return gisreg.isShown(map, layer, feature); },
    }];
  };
})(gisreg);
