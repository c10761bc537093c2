/* Keeps the page's own files on the phone. Data and sign-in are never cached here: the page
   keeps routes under their user. VERSION is a digest of SHELL (tests/e2e/test_page_files.py). */
const VERSION = "57bf3866511b";
const SHELL_CACHE = `roundsman-shell-${VERSION}`;
const MAP_CACHE = "roundsman-map";
const PAGE = "/rep";
const GROUND = "/api/v1/basemap";
const TILES = "/api/v1/basemap.pmtiles";
const MOST_PIECES = 1500;
const SHELL = [
  "/static/basemap/ground.css",
  "/static/basemap/ground.js",
  "/static/pages/rep/app.webmanifest",
  "/static/pages/rep/day.js",
  "/static/pages/rep/frame.js",
  "/static/pages/rep/i18n/en.json",
  "/static/pages/rep/i18n/zh.json",
  "/static/pages/rep/lateness.js",
  "/static/pages/rep/main.js",
  "/static/pages/rep/navigate.js",
  "/static/pages/rep/outbox.js",
  "/static/pages/rep/position.js",
  "/static/pages/rep/rep.css",
  "/static/pages/rep/route_map.js",
  "/static/pages/rep/session.js",
  "/static/pages/rep/skip_sheet.js",
  "/static/pages/rep/stop_card.js",
  "/static/pages/rep/stop_list.js",
  "/static/pages/rep/stops.css",
  "/static/pages/rep/store.js",
  "/static/pages/rep/visit_state.js",
  "/static/pages/shared/banner.js",
  "/static/pages/shared/base.css",
  "/static/pages/shared/format.js",
  "/static/pages/shared/http.js",
  "/static/pages/shared/i18n.js",
  "/static/pages/shared/i18n/en.json",
  "/static/pages/shared/i18n/zh.json",
  "/static/pages/shared/icon.svg",
  "/static/pages/shared/map.css",
  "/static/pages/shared/map.js",
  "/static/pages/shared/ui.js",
  "/static/vendor/htm/htm.mjs",
  "/static/vendor/leaflet/leaflet.css",
  "/static/vendor/leaflet/leaflet.js",
  "/static/vendor/preact/hooks.mjs",
  "/static/vendor/preact/preact.mjs",
  "/static/vendor/protomaps-leaflet/protomaps-leaflet.js",
];

self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(fromShell(PAGE));
  else if (SHELL.includes(url.pathname)) event.respondWith(fromShell(url.pathname));
  else if (url.pathname === GROUND) event.respondWith(ground(event));
  else if (url.pathname === TILES) event.respondWith(tiles(event, url));
});

async function keepShell() {
  const cache = await caches.open(SHELL_CACHE);
  await Promise.all(
    [PAGE, ...SHELL].map(async (path) => {
      const response = await fetch(path, { cache: "no-cache" });
      if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
      await cache.put(path, response);
    }),
  );
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("roundsman-shell-") && name !== SHELL_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromShell(path) {
  const cache = await caches.open(SHELL_CACHE);
  return (await cache.match(path)) ?? fetch(path);
}

/* What was kept of the base map's address at once, the fresh one for next time. */
async function ground(event) {
  const cache = await caches.open(MAP_CACHE);
  const kept = await cache.match(GROUND);
  const fresh = fetch(event.request).then(async (response) => {
    if (response.status === 200) await keepGround(cache, response.clone());
    return response;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => undefined));
  return kept;
}

/* Parts of an archive that another has replaced are let go. */
async function keepGround(cache, response) {
  const { url } = await response.clone().json();
  await cache.put(GROUND, response);
  const version = new URL(url, location.href).searchParams.get("v");
  const keys = (await cache.keys()).filter((key) => new URL(key.url).pathname === TILES);
  const old = keys.filter((key) => new URL(key.url).searchParams.get("v") !== version);
  await Promise.all(old.map((key) => cache.delete(key)));
}

/* A part of the base map: kept under its range, since a cache keeps no partial answers as such. */
async function tiles(event, url) {
  const { request } = event;
  const range = request.headers.get("range");
  if (!range) return fetch(request);
  const cache = await caches.open(MAP_CACHE);
  url.searchParams.set("range", range);
  const kept = request.cache === "reload" ? undefined : await cache.match(url.href);
  if (kept) return new Response(kept.body, { status: 206, headers: kept.headers });
  const fresh = await fetch(request);
  if (fresh.status === 206) event.waitUntil(keepPiece(cache, url.href, fresh.clone()));
  return fresh;
}

async function keepPiece(cache, key, { body, headers }) {
  await cache.put(key, new Response(body, { headers }));
  const keys = await cache.keys();
  const pieces = keys.filter(({ url }) => new URL(url).pathname === TILES);
  await Promise.all(pieces.slice(0, -MOST_PIECES).map((piece) => cache.delete(piece)));
}
