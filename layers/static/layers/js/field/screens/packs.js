/** Packs: what a commune's records and map weigh, how old they are, and their download. */

import { h } from "../../dom.js";
import { megabytes, moment, number } from "../../format.js";
import { to } from "../router.js";
import { button, fill, linkButton, notice, toast } from "../screen.js";
import { isFull } from "../store/full.js";
import { capital } from "../wire/forms.js";
import { unlockButton } from "./pin.js";
import { isOld } from "./warnings.js";

/** More than this is asked about before it goes over mobile data. */
const MUCH_BYTES = 1e6;

/** @param {App} app */
export async function packsScreen(app) {
  if (app.vault.state !== "open") {
    const signedIn = app.device.id && app.vault.state === "locked";
    return fill({
      title: gettext("Packs"),
      back: to("settings"),
      body: [
        notice(
          "",
          h(
            "p",
            {},
            signedIn ? gettext("Unlock the list first.") : gettext("Sign in first, with a network."),
          ),
          signedIn ? unlockButton() : linkButton(gettext("Sign in"), to("sign-in")),
        ),
      ],
    });
  }
  const place = h("div", {}, h("p.muted", {}, gettext("Asking the server…")));
  fill({ title: gettext("Packs"), back: to("settings"), body: [wifiHint(), place] });
  const said = await app.packs.offer();
  const draw = () => place.replaceChildren(...packCards(app, said, draw));
  draw();
  return () => app.packs.pause();
}

/** Whether what is downloaded is paid for by its size, as far as the browser tells. */
function isMetered() {
  return navigator.connection?.type === "cellular" || navigator.connection?.saveData === true;
}

/** A map over mobile data is downloaded only by somebody who has read its size. @param {Pack & {toDownload: number}} pack */
function isWanted(pack) {
  if (!isMetered() || pack.toDownload < MUCH_BYTES) return true;
  const size = { size: megabytes(pack.toDownload) };
  return confirm(
    interpolate(gettext("This phone is on mobile data. Download %(size)s all the same?"), size, true),
  );
}

function wifiHint() {
  const text = isMetered()
    ? gettext("This phone is on mobile data. Better download the map over Wi-Fi.")
    : gettext("Better download the map over Wi-Fi.");
  return h("p.muted.small", {}, text);
}

function packCards(app, said, draw) {
  const problem = said.reason && notice("warning", said.reason);
  const packs = app.packs.all;
  if (!packs.length)
    return [problem || notice("", gettext("No commune has been given to you. Ask your office."))];
  return [problem, ...packs.map((pack) => card(app, pack, draw))].filter(Boolean);
}

function card(app, pack, draw) {
  const progress = h("progress", { max: 1, value: 0, hidden: true, "aria-label": gettext("Download") });
  const told = h("p.muted.small", { role: "status" });
  const load = button(toDo(pack), () => download(), { sign: "download" });

  async function download() {
    if (!isWanted(pack)) return;
    load.disabled = true;
    progress.hidden = false;
    const outcome = await app.packs
      .download(pack.commune, (share, what) => {
        progress.value = share;
        told.textContent = what;
      })
      .catch((error) => ({ reason: reasonOf(error) }));
    if (outcome.reason) {
      load.disabled = false;
      load.textContent = gettext("Go on downloading");
      told.textContent = outcome.reason;
      return;
    }
    toast(interpolate(gettext("%(name)s is on this phone."), { name: pack.name }, true));
    draw();
  }

  return h(
    "section.card.padded.pack",
    {},
    h("h2", {}, capital(pack.name)),
    h(
      "dl.answers",
      {},
      line(gettext("Records"), recordsLine(pack)),
      line(gettext("Map"), mapLine(pack)),
      line(gettext("To download"), megabytes(pack.toDownload)),
    ),
    pack.recordsAt &&
      isOld(pack.recordsAt, Date.now()) &&
      notice("warning", gettext("These records are old.")),
    progress,
    told,
    h(
      "div.buttons",
      {},
      load,
      pack.recordsAt && button(gettext("Delete"), () => remove(app, pack, draw), { kind: "ghost" }),
    ),
  );
}

/** What pressing the button does: a map that stopped on its way goes on. */
function toDo(pack) {
  if (!pack.recordsAt) return gettext("Download");
  return pack.map && !pack.mapAt ? gettext("Go on downloading") : gettext("Bring up to date");
}

function line(title, text) {
  return h("div", {}, h("dt", {}, title), h("dd", {}, text));
}

function recordsLine(pack) {
  const counted = interpolate(
    ngettext("%(count)s record", "%(count)s records", pack.count),
    { count: number(pack.count, 0) },
    true,
  );
  const age = pack.recordsAt
    ? interpolate(gettext("as of %(when)s"), { when: moment(pack.recordsAt) }, true)
    : gettext("not downloaded");
  return `${counted} · ${age}`;
}

function mapLine(pack) {
  if (!pack.map) return gettext("the server has none");
  const age = pack.mapAt
    ? interpolate(gettext("as of %(when)s"), { when: moment(pack.mapAt) }, true)
    : gettext("not downloaded");
  return `${megabytes(pack.map.size)} · ${age}`;
}

function reasonOf(error) {
  console.warn(error);
  if (isFull(error)) {
    return gettext("The phone's storage is full. Send what is waiting or delete old maps, then go on.");
  }
  return interpolate(gettext("The download stopped: %(why)s"), { why: error.message }, true);
}

async function remove(app, pack, draw) {
  if (
    !confirm(
      interpolate(
        gettext("Delete the records and the map of %(name)s from this phone?"),
        { name: pack.name },
        true,
      ),
    )
  )
    return;
  await app.packs.remove(pack.commune);
  draw();
}
