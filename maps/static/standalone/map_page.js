// What a standalone map page draws above folium's layers and below them.  Every text goes in by textContent, so a name is only ever text.
"use strict";

const PHONE = window.matchMedia("(max-width: 640px)");

function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function clock(minute) {
  if (minute === null || minute === undefined) return "";
  const whole = Math.round(minute);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(whole / 60) % 24)}:${two(whole % 60)}`;
}

const span = (from, to) => [clock(from), clock(to)].filter(Boolean).join("–");

function distance(metres, labels) {
  return metres < 950 ? `${Math.round(metres / 10) * 10} ${labels.m}` : `${(metres / 1000).toFixed(1)} ${labels.km}`;
}

function icon(node, size) {
  return L.divIcon({ html: node, className: "", iconSize: [size, size], iconAnchor: [size / 2, size / 2], popupAnchor: [0, -8] });
}

/** The base map that the page holds, the scale, and who made the data: plain text, which Leaflet would take for HTML. */
function frame(map, { ground, language, attribution }) {
  const source = roundsmanGround.inlined(ground.tiles);
  if (ground.maxZoom) roundsmanGround.layer({ source, maxDataZoom: ground.maxZoom, language }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(el("span", "", attribution).innerHTML);
}

/** The panel: on a desktop a column beside the map, on a phone a sheet that a tap opens. */
function panel(title, totals) {
  const body = el("div", "body");
  const head = el("button", "head", el("h1", "", title), el("span", "totals", totals));
  head.type = "button";
  const open = (is) => {
    body.hidden = !is;
    head.setAttribute("aria-expanded", String(is));
  };
  head.addEventListener("click", () => open(body.hidden));
  open(!PHONE.matches);
  document.body.append(el("section", "panel", head, body));
  return { body, open };
}

/** Show these bounds in the part of the map that the panel leaves free. */
function fit(map, bounds) {
  if (!bounds.isValid()) return;
  const panelWidth = PHONE.matches ? 0 : 345;
  const panelHeight = PHONE.matches ? 100 : 0;
  map.fitBounds(bounds, { paddingTopLeft: [40, 30], paddingBottomRight: [30 + panelWidth, 40 + panelHeight], maxZoom: 17, animate: false });
}

/** Move pins apart until their numbers can be read; a thin line leads to where each stands. */
function spreadPins(map, markers) {
  const leaders = L.layerGroup().addTo(map);
  const gap = 27;
  const draw = () => {
    const homes = markers.map((marker) => map.project(marker.options.at, map.getZoom()));
    const spots = homes.map((point, at) => point.add([0.01 * at, 0.007 * at]));
    for (let round = 0; round < 60; round += 1) pushApart(spots, gap);
    leaders.clearLayers();
    markers.forEach((marker, at) => {
      const spot = map.unproject(spots[at], map.getZoom());
      marker.setLatLng(spot);
      if (spots[at].distanceTo(homes[at]) < 8) return;
      L.polyline([marker.options.at, spot], { color: "#14213d", weight: 2, interactive: false }).addTo(leaders);
      L.circleMarker(marker.options.at, { radius: 3, weight: 1, color: "#fff", fillColor: "#14213d", fillOpacity: 1, interactive: false }).addTo(leaders);
    });
  };
  map.on("zoomend", draw);
  draw();
}

function pushApart(spots, gap) {
  for (let one = 0; one < spots.length; one += 1) {
    for (let other = one + 1; other < spots.length; other += 1) {
      const apart = spots[other].subtract(spots[one]);
      const length = Math.hypot(apart.x, apart.y) || 0.01;
      if (length >= gap) continue;
      const push = apart.multiplyBy((gap - length) / length / 2);
      spots[one] = spots[one].subtract(push);
      spots[other] = spots[other].add(push);
    }
  }
}

function popup(lines) {
  const [name, ...others] = lines.filter(Boolean);
  return el("div", "", el("p", "name", name), ...others.map((line) => el("p", "", line)));
}

function legendLine(className, text) {
  return el("li", "", el("span", className), el("span", "", text));
}

/** A row of the panel: a sign, a name, a line about it; a click shows it on the map. */
function row(sign, name, about, show) {
  const button = el("button", "row", sign, el("span", "", el("span", "name", name), el("br"), el("span", "about", about)));
  button.type = "button";
  button.addEventListener("click", show);
  return el("li", "", button);
}

/** One day: numbered stops in order above folium's route line. */
function showDay(map, page) {
  const { labels } = page;
  const of = (kind) => page.features.filter((feature) => feature.kind === kind);
  const [stops, legs, [home]] = [of("stop"), of("leg"), of("home")];
  const legTo = new Map(legs.map((leg) => [leg.sequence, leg]));
  const sum = (key) => legs.reduce((total, leg) => total + (leg[key] ?? 0), 0);
  const way = (leg) => (leg && leg.seconds !== null ? `${Math.round(leg.seconds / 60)} ${labels.min} ${distance(leg.metres ?? 0, labels)}` : "");
  const totals = [`${stops.length} ${labels.stops}`];
  if (legs.some((leg) => leg.seconds !== null)) totals.push(`${Math.round(sum("seconds") / 60)} ${labels.travel}`, distance(sum("metres"), labels));
  const { body, open } = panel(page.title, totals.join(" · "));
  const list = el("ol", "");
  const bounds = L.latLngBounds(page.line);
  const markers = [];
  const show = (marker) => () => {
    if (PHONE.matches) open(false);
    map.setView(marker.getLatLng(), Math.max(map.getZoom(), 17));
    marker.openPopup();
  };
  const add = (feature, sign, lines, zIndexOffset) => {
    bounds.extend(feature.at);
    const marker = L.marker(feature.at, { at: feature.at, icon: icon(sign.cloneNode(true), 28), title: feature.name, alt: feature.name, riseOnHover: true, zIndexOffset });
    markers.push(marker);
    return marker.addTo(map).bindPopup(popup(lines), { autoPanPaddingTopLeft: [20, 20] });
  };
  const homeSign = el("span", "pin home", "⌂");
  const homeMarker = add(home, homeSign, [home.name, `${labels.home} ${span(home.start_minute, home.end_minute)}`], 500);
  const homeRow = (...about) => row(homeSign.cloneNode(true), home.name, about.filter(Boolean).join(" · "), show(homeMarker));
  list.append(homeRow(labels.start, clock(home.start_minute)));
  for (const stop of stops) {
    const status = ["done", "skipped"].includes(stop.status) ? stop.status : "";
    const sign = el("span", `pin ${status}`, String(stop.sequence));
    const times = span(stop.start_minute, stop.leave_minute);
    const travel = way(legTo.get(stop.sequence));
    const grade = stop.grade ? `${labels.grade} ${stop.grade}` : "";
    const marker = add(stop, sign, [stop.name, times, grade, stop.address, travel && `${labels.way}: ${travel}`], 1000 - stop.sequence);
    list.append(row(sign, stop.name, [times, grade, travel].filter(Boolean).join(" · "), show(marker)));
  }
  if (stops.length) list.append(homeRow(labels.back, clock(home.end_minute), way(legs.at(-1))));
  const legend = el("ul", "legend", legendLine("pin", labels.stop), legendLine("pin home", labels.home));
  const estimate = legs.some((leg) => leg.estimate);
  legend.append(legendLine(estimate ? "line estimate" : "line", estimate ? labels.straight : labels.route));
  for (const status of ["done", "skipped"]) {
    if (stops.some((stop) => stop.status === status)) legend.append(legendLine(`pin ${status}`, labels[status]));
  }
  if (!stops.length) body.append(el("p", "notice", labels.empty));
  if (estimate) body.append(el("p", "notice", labels.estimate));
  body.append(list, legend);
  fit(map, bounds);
  spreadPins(map, markers);
  frame(map, page);
}

/** Territories with their names, and the outlets in the colour of the territory that serves them. */
function showTerritories(map, areas, page) {
  const { labels } = page;
  const { body } = panel(page.title, `${page.areas.length} ${labels.territories} · ${page.outlets.length} ${labels.outlets}`);
  const list = el("ul", "");
  const bounds = L.latLngBounds([]);
  const colours = new Map(page.areas.map((area) => [area.id, area.colour]));
  const drawn = areas.getLayers();
  page.areas.forEach((area, at) => {
    const extent = drawn[at].getBounds();
    bounds.extend(extent);
    const name = el("span", "", area.name, area.rep_name ? el("br") : null, area.rep_name);
    const mark = L.divIcon({ html: name, className: "area-name", iconSize: [0, 0] });
    L.marker(area.label, { icon: mark, interactive: false, keyboard: false }).addTo(map);
    const swatch = el("span", "swatch");
    swatch.style.background = area.colour;
    const counts = Object.entries(area.counts).map(([key, count]) => `${Math.round(count)} ${labels[key] ?? key}`);
    list.append(row(swatch, area.name, [area.rep_name, ...counts].filter(Boolean).join(" · "), () => fit(map, extent)));
  });
  for (const outlet of page.outlets) {
    bounds.extend(outlet.at);
    const fillColor = colours.get(outlet.territory_id) ?? "#57534e";
    const dot = L.circleMarker(outlet.at, { radius: 5, weight: 1.5, color: "#ffffff", fillColor, fillOpacity: 1 });
    dot.addTo(map).bindPopup(popup([outlet.name, outlet.grade && `${labels.grade} ${outlet.grade}`]));
  }
  if (!page.areas.length) body.append(el("p", "notice", labels.noTerritories));
  body.append(list);
  if (page.outlets.some((outlet) => !colours.has(outlet.territory_id))) {
    body.append(el("ul", "legend", legendLine("swatch unassigned", labels.unassigned)));
  }
  fit(map, bounds);
  frame(map, page);
}
