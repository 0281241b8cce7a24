/* Where the parts of a page get answers from: our server, or the data inside a saved page. Both
   offer detail(layer, id), search(text, signal), progress(), candidates() and proposals(), each a Promise;
   only the server can say what has changed, changes(from, to, bbox), what rules found, findings(asked) and
   findingCounts(), what to measure next, measureNext(bbox, limit), and which poles may be one:
   matchGroups(asked), merges(asked), with decisions on them. */
(function (gisreg) {
  "use strict";

  async function readJson(url, signal) {
    const answer = await fetch(url, { signal: signal, credentials: "same-origin",
                                      headers: { Accept: "application/json" } });
    if (!answer.ok) throw Object.assign(new Error("answer " + answer.status), { status: answer.status });
    return answer.json();
  }

  /** Send something as the person of this session; the answer as JSON, or an error that says why not. */
  async function send(urls, url, body) {
    const session = await readJson(urls.session);
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json",
                 "X-CSRF-Token": session.csrf_token || "" },
      body: JSON.stringify(body),
    });
    const told = await answer.json().catch(function () { return {}; });
    if (!answer.ok) throw Object.assign(new Error(told.detail || "answer " + answer.status),
                                        { status: answer.status, told: said(told) });
    return told;
  }

  /** What a problem document says is wrong and what to do, in both languages. */
  function said(problem) {
    return { vi: [problem.detail_vi, problem.hint_vi].filter(Boolean).join(" "),
             en: [problem.detail, problem.hint].filter(Boolean).join(" ") };
  }

  function query(url, asked) {
    const given = Object.keys(asked).filter(function (key) { return asked[key] !== null; });
    return given.length ? url + "?" + new URLSearchParams(given.map(function (key) {
      return [key, asked[key]];
    })) : url;
  }

  gisreg.useServer = function (map, urls) {
    map.gisreg.data = {
      detail: function (layer, id) {
        return readJson(urls.detail.replace("{layer}", encodeURIComponent(layer))
          .replace("{id}", encodeURIComponent(id)));
      },
      search: function (text, signal) {
        return readJson(urls.search + "?q=" + encodeURIComponent(text), signal)
          .then(function (found) { return found.results; });
      },
      progress: function () {
        return readJson(urls.progress).then(function (found) { return found.rows; });
      },
      candidates: function () { return readJson(urls.candidates); },
      proposals: function () { return readJson(urls.proposals); },
      findings: function (asked) {
        const query = Object.keys(asked).filter(function (key) { return asked[key] !== null; })
          .map(function (key) { return "&" + key + "=" + encodeURIComponent(asked[key]); }).join("");
        return readJson(urls.findings + query);
      },
      findingCounts: function () { return readJson(urls.finding_counts); },
      matchGroups: function (asked, signal) { return readJson(query(urls.match_groups, asked), signal); },
      decideMatches: function (decision) { return send(urls, urls.match_decisions, decision); },
      proposeMatches: function (bbox) { return send(urls, urls.match_proposing, { bbox: bbox }); },
      merges: function (asked) { return readJson(query(urls.merges, asked)); },
      undoMerge: function (id) { return send(urls, urls.merges + "/" + Number(id) + "/undo", {}); },
      measureNext: function (bbox, limit) {
        return readJson(urls.measure_next + "?" + new URLSearchParams({ bbox: bbox, limit: limit }));
      },
      changes: function (from, to, bbox) {
        const asked = new URLSearchParams({ from: from, to: to, bbox: bbox });
        return readJson(urls.changes + "&" + asked);
      },
    };
  };

  /** Text without marks and case, so that "ly bon" finds "Lý Bôn". */
  gisreg.fold = function (text) {
    return String(text).toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      .replace(/đ/g, "d");
  };

  function boundsOf(feature) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    (function walk(c) {
      if (typeof c[0] !== "number") { c.forEach(walk); return; }
      box[0] = Math.min(box[0], c[0]); box[1] = Math.min(box[1], c[1]);
      box[2] = Math.max(box[2], c[0]); box[3] = Math.max(box[3], c[1]);
    })(feature.geometry.coordinates);
    return box;
  }

  function row(field, value) {
    if (value === undefined || value === null || value === "") return null;
    const code = field.codes && field.codes[value];
    return { vi: field.vi, en: field.en, unit: field.unit, value: code || value };
  }

  function describe(layer, feature) {
    const props = feature.properties;
    const name = props.name || props.code;
    return {
      layer: layer.key, id: props.id,
      title: { vi: layer.vi + (name ? " " + name : ""), en: layer.en + (name ? " " + name : "") },
      rows: layer.fields.map(function (field) { return row(field, props[field.name]); }).filter(Boolean),
      reasons: props.reasons || [],
      tables: [],
    };
  }

  gisreg.useEmbedded = function (map, config) {
    const layers = function () {
      return map.gisreg.tiles.gr.layers.filter(function (layer) { return layer.features; });
    };
    map.gisreg.data = {
      detail: function (key, id) {
        const layer = gisreg.layer(map, key);
        const found = layer && layer.features.features.find(function (feature) {
          return String(feature.properties.id !== undefined ? feature.properties.id : feature.id) === String(id);
        });
        if (!found) return Promise.reject(Object.assign(new Error("not in this file"), { status: 404 }));
        return Promise.resolve(describe(layer, found));
      },
      search: function (text) {
        const wanted = gisreg.fold(text);
        const results = [];
        layers().forEach(function (layer) {
          layer.features.features.forEach(function (feature) {
            if (results.length >= config.search_limit || !feature.geometry) return;
            const label = layer.search_fields.map(function (name) { return feature.properties[name]; })
              .find(function (value) { return value && gisreg.fold(value).includes(wanted); });
            if (label) {
              results.push({ layer: layer.key, id: feature.properties.id, label: label,
                             context: gisreg.say(map, layer), bbox: boundsOf(feature) });
            }
          });
        });
        return Promise.resolve(results);
      },
      progress: function () { return Promise.resolve(config.progress); },
      candidates: function () { return Promise.resolve({ type: "FeatureCollection", features: [] }); },
      proposals: function () { return Promise.resolve({ features: [], links: [] }); },
    };
  };
})(gisreg);
