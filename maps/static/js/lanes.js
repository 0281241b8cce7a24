/* Many cables hang on one span and lie exactly on each other. Seen from near they are drawn side by
   side, sorted by what colours them: a bundle then shows at a glance how much is in which state. */
(function (gisreg) {
  "use strict";

  const FROM_ZOOM = 16;
  const WIDEST = { 16: 7, 17: 12, 18: 20, 19: 32 }; // a whole bundle, in pixels
  const WIDEST_NEAR = 48;
  const GAP = 0.8;
  const THINNEST = 1.3; // thinner lines turn pale; rather let them overlap, the weightiest on top

  /** Find the cables that share a span; called once when a tile arrives. */
  gisreg.groupLanes = function (features) {
    const spans = new Map();
    features.forEach(function (feature) {
      if (feature.geomType !== 2) return;
      const line = feature.geom[0];
      const a = Math.round(line[0].x) + "," + Math.round(line[0].y);
      const z = Math.round(line[line.length - 1].x) + "," + Math.round(line[line.length - 1].y);
      const key = a < z ? a + " " + z : z + " " + a;
      feature.grSide = a < z ? 1 : -1; // the same side whatever the direction of drawing
      if (!spans.has(key)) spans.set(key, []);
      feature.grSpan = spans.get(key);
      feature.grSpan.push(feature);
    });
  };

  /** Give every cable of a span its place, ordered by rule; anew when the rules change. */
  function arrange(span, rule) {
    if (span.rule === rule) return;
    span.rule = rule;
    span.sort(function (a, b) {
      return rule(a).order - rule(b).order || gisreg.idOf(a) - gisreg.idOf(b);
    });
    span.forEach(function (feature, i) { feature.grPlace = i - (span.length - 1) / 2; });
  }

  /** Width in pixels of a line in its lane, and how far the lane lies from the span itself. */
  gisreg.lane = function (feature, zoom, width, rule) {
    const span = feature.grSpan;
    if (!span || span.length < 2 || zoom < FROM_ZOOM) return { width: width, offset: 0 };
    arrange(span, rule);
    const room = (WIDEST[Math.floor(zoom)] || WIDEST_NEAR) / span.length;
    const step = Math.min(width + GAP, room);
    return { width: Math.min(width, Math.max(step - GAP, step * 0.9, THINNEST)),
             offset: feature.grPlace * feature.grSide * step };
  };

  /** The line moved sideways into its lane; the same array where there is nothing to move. */
  gisreg.inLane = function (geom, lane) {
    if (!lane.offset) return geom;
    const line = geom[0], last = line[line.length - 1];
    const dx = last.x - line[0].x, dy = last.y - line[0].y;
    const length = Math.hypot(dx, dy);
    if (!length) return geom;
    const step = lane.offset / length;
    return geom.map(function (part) {
      return part.map(function (p) { return { x: p.x - dy * step, y: p.y + dx * step }; });
    });
  };
})(gisreg);
