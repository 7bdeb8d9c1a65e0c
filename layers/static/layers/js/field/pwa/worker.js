/**
 * The service worker of `/field/`: keeps the app's shell so that it opens without a network.
 *
 * A classic script, loaded by `/field/sw.js`, which sets `self.SHELL` first: {version, header, page, source, files}.
 * It is installed whole or not at all, and answers for the shell alone: data is the app's own matter.
 */

const NAME = "field-shell-";
const { version, header, page, source, files } = self.SHELL;
/** An @ may be written as %40 or as itself; the kept file is the same. */
const KEPT = new Map([page, ...files].map((file) => [decodeURIComponent(file), file]));

self.addEventListener("install", (event) => event.waitUntil(keepShell()));

self.addEventListener("activate", (event) => event.waitUntil(leaveOldShells()));

self.addEventListener("message", ({ data }) => {
  // Only the app knows whether a draft is open, so only the app says when.
  if (data === "activate") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const kept = KEPT.get(decodeURIComponent(url.pathname));
  if (kept) event.respondWith(fromShell(event.request, kept));
});

/** Background sync is a bonus: where the browser has it, it wakes the open app, which sends. */
self.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(wakeApps());
});

async function keepShell() {
  const cache = await caches.open(NAME + version);
  try {
    // Hashed names never change; the rest must not come from the browser's own cache.
    const requests = files.map((file) => new Request(file, { cache: "reload", credentials: "same-origin" }));
    await cache.addAll(requests);
    const shown = await fetch(source, { cache: "reload", credentials: "same-origin" });
    if (!shown.ok || shown.headers.get(header) !== version) {
      throw new Error(`${page} is not of version ${version}`);
    }
    await cache.put(page, shown);
  } catch (error) {
    await caches.delete(NAME + version);
    throw error;
  }
}

async function leaveOldShells() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(NAME) && name !== NAME + version);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromShell(request, file) {
  const cache = await caches.open(NAME + version);
  return (await cache.match(file, { ignoreVary: true })) ?? fetch(request);
}

async function wakeApps() {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage("send");
}
