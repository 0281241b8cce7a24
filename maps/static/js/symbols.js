/* Draws features on the canvas of a tile. Each symbol is an object with draw(ctx, geom, zoom,
   feature) as protomaps-leaflet wants it; geom is in screen pixels of the tile. */
(function (gisreg) {
  "use strict";

  const HALO = "#111827";

  gisreg.lineWidth = function (layer, rule, zoom) {
    return (rule.width || layer.width) * gisreg.grow(zoom, layer.grow);
  };

  gisreg.pointRadius = function (layer, zoom) {
    return layer.radius * gisreg.grow(zoom, layer.grow);
  };

  function trace(ctx, geom) {
    ctx.beginPath();
    geom.forEach(function (part) {
      part.forEach(function (p, i) { if (i) ctx.lineTo(p.x, p.y); else ctx.moveTo(p.x, p.y); });
    });
  }

  function stroke(ctx, color, width, dash, alpha) {
    ctx.save();
    ctx.globalAlpha = alpha === undefined ? 1 : alpha;
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.lineCap = dash ? "butt" : "round";
    ctx.lineJoin = "round";
    if (dash) ctx.setLineDash(dash);
    ctx.stroke();
    ctx.restore();
  }

  function drawLine(layer, rule, extra, color) {
    return function (ctx, geom, zoom, feature) {
      const own = rule(feature);
      const lane = gisreg.lane(feature, zoom, gisreg.lineWidth(layer, own, zoom), rule);
      trace(ctx, gisreg.inLane(geom, lane));
      stroke(ctx, color || own.color, lane.width + extra, color ? null : own.dash || layer.dash);
    };
  }

  function drawPolygon(layer, rule, map) {
    return function (ctx, geom, zoom, feature) {
      const own = rule(feature);
      // A shade by value (progress) replaces the rule's fill, and fades where objects are drawn.
      const shade = layer.shade ? layer.shade(feature) : null;
      trace(ctx, geom);
      ctx.save();
      ctx.globalAlpha = shade ? Math.min(0.6, Math.max(0.12, 0.6 - (zoom - 14) * 0.16)) : layer.fill_opacity;
      ctx.fillStyle = shade || own.color;
      ctx.fill("evenodd");
      ctx.restore();
      stroke(ctx, own.color, gisreg.lineWidth(layer, own, zoom), own.dash || layer.dash, 0.85);
    };
  }

  function drawPoint(layer, rule) {
    return function (ctx, geom, zoom, feature) {
      const radius = gisreg.pointRadius(layer, zoom);
      const p = geom[0][0];
      ctx.beginPath();
      if (layer.shape === "triangle") {
        ctx.moveTo(p.x, p.y - radius * 1.25);
        ctx.lineTo(p.x + radius * 1.1, p.y + radius * 0.85);
        ctx.lineTo(p.x - radius * 1.1, p.y + radius * 0.85);
        ctx.closePath();
      } else if (layer.shape === "square") {
        ctx.rect(p.x - radius, p.y - radius, 2 * radius, 2 * radius);
      } else {
        ctx.arc(p.x, p.y, radius, 0, 2 * Math.PI);
      }
      ctx.globalAlpha = 1;
      ctx.fillStyle = rule(feature).color;
      ctx.fill();
      if (radius > 2.5) stroke(ctx, "#ffffff", Math.min(1.6, radius / 3));
    };
  }

  function drawHalo(layer, rule) {
    if (layer.kind === "line") {
      const wide = drawLine(layer, rule, 9, HALO), inner = drawLine(layer, rule, 5, "#fde047");
      return function (ctx, geom, zoom, feature) {
        wide(ctx, geom, zoom, feature);
        inner(ctx, geom, zoom, feature);
      };
    }
    return function (ctx, geom, zoom) {
      if (layer.kind === "polygon") {
        trace(ctx, geom);
        stroke(ctx, HALO, 4, null, 0.9);
        return;
      }
      const radius = gisreg.pointRadius(layer, zoom) + 5;
      ctx.beginPath();
      ctx.arc(geom[0][0].x, geom[0][0].y, radius, 0, 2 * Math.PI);
      ctx.globalAlpha = 1;
      ctx.fillStyle = "#fde047";
      ctx.fill();
      stroke(ctx, HALO, 2);
    };
  }

  /** The paint rules of one layer, from the bottom up: casing, others, rules, selection. */
  gisreg.paintRules = function (map, layer) {
    const theme = gisreg.theme(map, layer);
    const rule = gisreg.ruleIn(theme);
    const shown = function (_, feature) { return gisreg.isShown(map, layer, feature); };
    const paint = { line: drawLine(layer, rule, 0), polygon: drawPolygon(layer, rule, map),
                    point: drawPoint(layer, rule) }[layer.kind];
    const make = function (draw, filter, minzoom) {
      return { dataSource: layer.key, dataLayer: layer.key, minzoom: minzoom, filter: filter,
               symbolizer: { draw: draw } };
    };
    const rules = [];
    if (layer.kind === "line" && layer.casing) {
      rules.push(make(drawLine(layer, rule, layer.casing.width, layer.casing.color), shown,
                      layer.casing.min_zoom));
    }
    rules.push(make(drawHalo(layer, rule), function (_, feature) {
      return gisreg.isSelected(map, layer, feature) && !gisreg.isCell(feature);
    }));
    // What stands first in the legend matters most and is drawn last, on top.
    [theme.other].concat(theme.rules.slice().reverse()).forEach(function (own) {
      rules.push(make(paint, function (_, feature) {
        return rule(feature) === own && gisreg.isShown(map, layer, feature);
      }));
    });
    return rules;
  };
})(gisreg);
