/** The field app: opens the store, shows the screen of the address, keeps the queue in view and moving. */

import { byId, h, icon } from "../dom.js";
import { makeApp } from "./app.js";
import { changeVersion, installShell, wakeWithNetwork } from "./pwa/update.js";
import { count } from "./queue/states.js";
import { follow, go, to } from "./router.js";
import { fill, notice, tellNotDone, toast, whyNot } from "./screen.js";
import { cameraScreen } from "./screens/camera.js";
import { carryScreen } from "./screens/carry.js";
import { draftScreen } from "./screens/draft.js";
import { homeScreen } from "./screens/home.js";
import { listScreen } from "./screens/list.js";
import { mapScreen } from "./screens/map.js";
import { newScreen } from "./screens/new.js";
import { packsScreen } from "./screens/packs.js";
import { pinScreen } from "./screens/pin.js";
import { headline, queueScreen } from "./screens/queue.js";
import { recordScreen } from "./screens/record.js";
import { settingsScreen } from "./screens/settings.js";
import { signInScreen } from "./screens/sign-in.js";
import { room } from "./store/full.js";

const SCREENS = {
  home: homeScreen,
  list: listScreen,
  map: mapScreen,
  new: newScreen,
  record: recordScreen,
  draft: draftScreen,
  camera: cameraScreen,
  queue: queueScreen,
  carry: carryScreen,
  packs: packsScreen,
  settings: settingsScreen,
  pin: pinScreen,
  "sign-in": signInScreen,
};
/** In the background for so long, the list asks for its PIN again. */
const LOCK_AFTER_MS = 15 * 60_000;

const start = JSON.parse(byId("start").textContent);

async function begin() {
  const app = await makeApp();
  showQueue(app);
  watchAge(app);
  watchVisibility(app);
  const show = follow(screens(app));
  await show();
  await shellOf(app);
  app.sender.send();
}

/** One screen after the other: the one that is left stops its receiver, camera and map first. */
function screens(app) {
  let leave = null;
  return async ([name = "", ...params]) => {
    await leave?.();
    leave = null;
    const wanted = name.split("?")[0];
    if (!app.device.id && wanted !== "sign-in") return go(to("sign-in"), { replace: true });
    const last = params.length - 1;
    const clean = params.map((param, index) => (index === last ? param.split("?")[0] : param));
    try {
      leave = (await (SCREENS[wanted] ?? homeScreen)(app, clean)) ?? null;
    } catch (error) {
      console.error(error);
      fill({
        title: gettext("Something went wrong"),
        back: to("home"),
        body: [notice("error", whyNot(error))],
      });
    }
    if (!leaveIsQuiet(wanted)) await offerVersion(app);
  };
}

/** A form or the camera is no place to change versions. */
function leaveIsQuiet(name) {
  return name === "draft" || name === "camera";
}

/** The server no longer understands this version: the new one is fetched at once, and taken as soon as no draft is open. */
function watchAge(app) {
  let looking = false;
  app.wire.addEventListener("outdated", async () => {
    app.outdated = true;
    app.sender.changed();
    if (looking || !app.shell) return;
    looking = true;
    await app.shell.update().catch((error) => console.warn(error));
    looking = false;
    await offerVersion(app);
  });
}

async function shellOf(app) {
  const failed = () =>
    toast(
      gettext("The app could not be kept for use without a network. It will try again at the next start."),
      { error: true },
    );
  try {
    app.shell = await installShell(start, {
      waiting: () => offerVersion(app),
      wake: () => app.sender.send(),
      failed,
    });
  } catch (error) {
    console.warn(error);
    failed();
  }
}

/** A new version is taken as soon as no draft is open; until then the present one goes on working. */
async function offerVersion(app) {
  if (!app.shell?.waiting || !navigator.serviceWorker.controller) return;
  const [name] = location.hash.replace(/^#\/?/, "").split("/");
  if (!leaveIsQuiet(name)) await changeVersion(app.shell);
}

/** Why nothing is sent, or kept, at present; "" where there is no reason. */
function stateInWords(app) {
  if (room.full)
    return gettext("The phone's storage is full · send what is waiting, or delete old maps and forms begun");
  if (app.sender.reached === false) return gettext("No network · the data is safe on this phone");
  if (app.outdated) return gettext("The app is being updated · the data is safe on this phone");
  return "";
}

function showQueue(app) {
  const pill = byId("queue-pill");
  const strip = byId("strip");
  const draw = async () => {
    const items = await app.outbox.all();
    const { unsent, attention } = count(items);
    pill.hidden = !app.device.id;
    pill.classList.toggle("attention", attention > 0);
    pill.replaceChildren(headline(items, (await app.device.accepted()).length > 0));
    const words = stateInWords(app);
    strip.hidden = !words;
    strip.replaceChildren(icon("offline"), words);
    navigator.setAppBadge?.(unsent).catch(() => {});
    if (unsent > attention) wakeWithNetwork(app.shell);
  };
  app.outbox.addEventListener("change", draw);
  app.sender.addEventListener("change", draw);
  app.device.addEventListener("change", draw);
  room.addEventListener("change", draw);
  // Reported lost: whatever was on the screen is shown no more.
  app.device.addEventListener("change", () => {
    if (!app.device.revoked) return;
    byId("toasts").replaceChildren();
    go(`${to("home")}?${Date.now()}`, { replace: true });
  });
  draw();
}

function watchVisibility(app) {
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      return;
    }
    await app.vault.noteTime();
    if (app.vault.state === "open" && Date.now() - hiddenAt > LOCK_AFTER_MS) app.vault.lock();
    app.sender.send();
  });
  addEventListener("online", () => app.sender.send());
}

// Whatever nobody else has caught is told, not swallowed.
addEventListener("unhandledrejection", ({ reason }) => tellNotDone(reason));

begin().catch((error) => {
  console.error(error);
  byId("main").replaceChildren(
    h("p.notice.error", {}, gettext("The app could not open its store on this phone."), " ", error.message),
  );
});
