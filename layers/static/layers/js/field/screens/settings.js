/** This phone: who uses it, what it holds, how safe that is. */

import { h } from "../../dom.js";
import { megabytes, moment } from "../../format.js";
import { daysLeft } from "../lock/rules.js";
import { go, to } from "../router.js";
import { button, fill, toast } from "../screen.js";
import { rowLink } from "./home.js";
import { ageNotices, storageRoom } from "./warnings.js";

const HELP = document.documentElement.lang === "vi" ? "/help/#thuc-dia" : "/help/#field";

/** @param {App} app */
export async function settingsScreen(app) {
  const [kept, room] = await Promise.all([navigator.storage?.persisted?.() ?? false, storageRoom()]);
  fill({
    title: gettext("This phone"),
    tab: "settings",
    body: [
      await ageNotices(app),
      h(
        "dl.answers",
        {},
        line(gettext("User"), app.device.user || gettext("not signed in")),
        line(gettext("Phone"), app.device.label || "–"),
        line(
          gettext("Last sign-in"),
          app.vault.login ? moment(new Date(app.vault.login.loginAt).toISOString()) : "–",
        ),
        app.vault.kept && line(gettext("List"), listWords(app)),
        line(gettext("Storage"), roomWords(room)),
        line(gettext("Protected from being cleared"), kept ? gettext("yes") : gettext("no")),
      ),
      !kept &&
        button(gettext("Ask the browser to protect the data"), () => protect(), {
          kind: "ghost",
          sign: "lock",
        }),
      h(
        "ul.rows",
        {},
        rowLink(to("packs"), gettext("Packs"), gettext("download, bring up to date, delete")),
        rowLink(to("queue"), gettext("Queue"), gettext("what waits to be sent")),
        rowLink(
          to("carry"),
          gettext("Carry forms by hand"),
          gettext("a sealed file for places without a network"),
        ),
        rowLink(
          to("sign-in"),
          app.device.id ? gettext("Sign in again") : gettext("Sign in"),
          gettext("needs a network"),
        ),
        h(
          "li",
          {},
          h(
            "a.row",
            { href: HELP },
            h(
              "span.row-text",
              {},
              h("b", {}, gettext("Help")),
              h("span.muted.small", {}, gettext("needs a network")),
            ),
          ),
        ),
      ),
      app.vault.state === "open" &&
        button(gettext("Lock the list now"), () => lockNow(app), { kind: "ghost", sign: "lock" }),
    ],
  });
}

function line(title, text) {
  return h("div", {}, h("dt", {}, title), h("dd", {}, text));
}

/** How much is left is said only where it is known. */
function roomWords({ usage, quota }) {
  if (quota) return `${megabytes(usage)} / ${megabytes(quota)}`;
  const used = { size: megabytes(usage) };
  return interpolate(gettext("%(size)s used; the browser does not tell how much is left"), used, true);
}

function listWords(app) {
  const days = daysLeft(app.vault.login, Date.now());
  if (app.vault.state === "expired") return gettext("locked until the next sign-in");
  return interpolate(
    ngettext("can be opened for %(count)s more day", "can be opened for %(count)s more days", days),
    { count: days },
    true,
  );
}

async function protect() {
  const granted = await navigator.storage?.persist?.();
  if (granted) toast(gettext("The browser will not clear this data by itself."));
  else
    toast(
      gettext(
        "The browser refused. Install the app on the home screen, then ask again; until then send often.",
      ),
      { error: true },
    );
  if (granted) go(`${to("settings")}?${Date.now()}`, { replace: true });
}

function lockNow(app) {
  app.vault.lock();
  go(to("home"));
}
