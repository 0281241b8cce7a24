/* Which rule draws a feature, and whether it is shown. Rules come from the layer descriptions; the
   legend lists the very same rules, so map and legend cannot disagree. */
(function (gisreg) {
  "use strict";

  gisreg.theme = function (map, layer) {
    const id = map.gisreg.theme[layer.key];
    return layer.themes.find(function (theme) { return theme.id === id; }) || layer.themes[0];
  };

  const TODAY = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });

  const TESTS = {
    is: function (have, want) { return have === want; },
    at_least: function (have, want) { return typeof have === "number" && have >= want; },
    missing: function (have) { return have === undefined || have === null || have === ""; },
  };

  /** The first rule of the theme that matches, else the theme's `other`. Kept with the feature. */
  gisreg.ruleOf = function (theme, feature) {
    if (feature.grTheme === theme) return feature.grRule;
    feature.grTheme = theme;
    feature.grRule = theme.rules.find(function (rule) {
      return TESTS[rule.op](feature.props[rule.field], rule.value);
    }) || theme.other;
    return feature.grRule;
  };

  /** The same as a function of the feature alone; one and the same function for one theme. */
  gisreg.ruleIn = function (theme) {
    if (!theme.ruleOf) {
      theme.rules.concat([theme.other]).forEach(function (rule, i) { rule.order = i; });
      theme.ruleOf = function (feature) { return gisreg.ruleOf(theme, feature); };
    }
    return theme.ruleOf;
  };

  /** A cell stands for many objects: at low zooms tiles carry counts instead of the objects. */
  gisreg.isCell = function (feature) {
    return feature.geomType === 1 && typeof feature.props.count === "number";
  };

  gisreg.isShown = function (map, layer, feature) {
    const state = map.gisreg;
    if (!state.shown[layer.key] || gisreg.isCell(feature)) return false;
    // What a decision has ended is history, not the map of today. Dates compare as ISO text.
    const end = layer.ends && feature.props[layer.ends];
    if (end && end <= TODAY) return false;
    if (state.carriers && layer.carrier_field &&
        !state.carriers.has(String(feature.props[layer.carrier_field]))) return false;
    const hidden = state.hidden[layer.key];
    return !(hidden && hidden.size && hidden.has(gisreg.ruleOf(gisreg.theme(map, layer), feature).id));
  };

  gisreg.idOf = function (feature) {
    return feature.props.id !== undefined ? feature.props.id : feature.id;
  };

  gisreg.isSelected = function (map, layer, feature) {
    const picked = map.gisreg.selected;
    return Boolean(picked) && picked.layer === layer.key &&
      String(picked.id) === String(gisreg.idOf(feature));
  };

  /** Sizes grow with the zoom, so that a town stays readable and a street gets fat lines. */
  gisreg.grow = function (zoom, rate) {
    return Math.min(6, Math.max(0.45, Math.pow(2, (zoom - 16) * (rate || 0.3))));
  };
})(gisreg);
