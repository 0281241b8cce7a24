/* The small map on the pages of zones: the registry's own ground, the zone, and the streets, circles and
   units that it is made from. Reads one JSON element; names reach the page as text only. */
(function (gisreg) {
  "use strict";

  const ZONE = { color: "#a8558a", weight: 2, fillColor: "#a8558a", fillOpacity: 0.15, interactive: false };
  const PART = { color: "#0b5563", weight: 4, fillOpacity: 0.05 };

  function label(properties) {
    const names = [properties.street, properties.unit, properties.object].filter(Boolean).join(", ");
    return gisreg.el("span", {}, names || properties.text);
  }

  const element = document.getElementById("gr-zone-data");
  if (!element) return;
  const data = JSON.parse(element.textContent);
  const map = gisreg.createMap("gr-zone-map", data.map);
  L.control.zoom({ position: "topright" }).addTo(map);
  gisreg.vectorTiles(data.tiles).addTo(map);
  const shapes = L.geoJSON(data.shapes, {
    style: function (feature) { return feature.properties.what === "zone" ? ZONE : PART; },
    onEachFeature: function (feature, layer) {
      if (feature.properties.what !== "zone") layer.bindTooltip(label(feature.properties), { sticky: true });
    },
  }).addTo(map);
  if (shapes.getLayers().length) map.fitBounds(shapes.getBounds(), { padding: [16, 16] });
})(gisreg);
