/* The small pictures of the legend: drawn from the same rules as the map. */
(function (gisreg) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function shape(name, attributes) {
    const node = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(function ([key, value]) { node.setAttribute(key, value); });
    return node;
  }

  function picture(layer, rule) {
    if (layer.kind === "line") {
      const width = Math.min(5, Math.max(2.5, (rule.width || layer.width) * 1.2));
      const dash = rule.dash || layer.dash;
      return shape("line", { x1: 1, y1: 8, x2: 25, y2: 8, stroke: rule.color, "stroke-width": width,
                             "stroke-dasharray": dash ? dash.join(" ") : "none" });
    }
    if (layer.kind === "polygon") {
      return shape("rect", { x: 2, y: 2, width: 22, height: 12, rx: 2, fill: rule.color,
                             "fill-opacity": Math.max(0.18, layer.fill_opacity), stroke: rule.color,
                             "stroke-width": 1.6 });
    }
    if (layer.shape === "triangle") {
      return shape("path", { d: "M13 2 L20 14 L6 14 Z", fill: rule.color });
    }
    if (layer.shape === "square") {
      return shape("rect", { x: 8, y: 3, width: 10, height: 10, fill: rule.color });
    }
    return shape("circle", { cx: 13, cy: 8, r: Math.min(6.5, Math.max(4, layer.radius)),
                             fill: rule.color });
  }

  gisreg.swatch = function (layer, rule) {
    const svg = shape("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true",
                               class: "gr-swatch" });
    svg.append(picture(layer, rule));
    return svg;
  };

  gisreg.colorBox = function (color) {
    return gisreg.swatch({ kind: "polygon", fill_opacity: 1 }, { color: color });
  };
})(gisreg);
