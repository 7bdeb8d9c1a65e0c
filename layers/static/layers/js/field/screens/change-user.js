/** Another person signs in on a phone that somebody uses already: said before it is done. */

import { h } from "../../dom.js";
import { number } from "../../format.js";
import { count } from "../queue/states.js";
import { button, notice } from "../screen.js";
import { changeUser } from "../store/accounts.js";

/** @param {App} app @param {string} username @returns {boolean} somebody else uses this phone at present */
export function isAnother(app, username) {
  return app.device.user !== "" && app.device.user !== username;
}

/**
 * What becomes of the present user's forms.
 * @param {App} app
 * @param {() => void} goOn the person has read it, and signs in all the same
 */
export async function leavingNotice(app, goOn) {
  const { user } = app.device;
  const [drafts, items] = await Promise.all([app.drafts.all(), app.outbox.all()]);
  const { unsent } = count(items.filter((item) => item.owner === user));
  const told = [
    interpolate(gettext("%(user)s is signed in on this phone."), { user }, true),
    unsent > 0 && waiting(user, unsent),
    drafts.length > 0 && begun(user, drafts.length),
    app.vault.kept &&
      interpolate(gettext("The list that %(user)s downloaded is erased from this phone."), { user }, true),
  ];
  return notice(
    "warning",
    told.filter(Boolean).map((text) => h("p", {}, text)),
    button(gettext("Change the account"), goOn, { kind: "ghost" }),
  );
}

function waiting(user, unsent) {
  return interpolate(
    ngettext(
      "%(count)s form of %(user)s has not been sent. It is kept apart and will still be sent under that name.",
      "%(count)s forms of %(user)s have not been sent. They are kept apart and will still be sent under that name.",
      unsent,
    ),
    { count: number(unsent, 0), user },
    true,
  );
}

function begun(user, drafts) {
  return interpolate(
    ngettext(
      "%(count)s form that %(user)s began is kept; it is shown again when %(user)s signs in on this phone.",
      "%(count)s forms that %(user)s began are kept; they are shown again when %(user)s signs in on this phone.",
      drafts,
    ),
    { count: number(drafts, 0), user },
    true,
  );
}

/** The phone changes hands; other windows of the app begin anew. @param {App} app @param {string} username */
export async function handOver(app, username) {
  await changeUser(app.db, username);
  await app.packs.forget();
  await Promise.all([app.device.begin(), app.vault.begin()]);
  app.vault.lock();
  app.handed.postMessage("");
}
