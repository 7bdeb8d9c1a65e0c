/** The queue: what has not arrived yet, and why. */

import { h } from "../../dom.js";
import { moment, number } from "../../format.js";
import { openJson } from "../lock/pin.js";
import { count } from "../queue/states.js";
import { go, to } from "../router.js";
import { button, fill, linkButton } from "../screen.js";
import { questionFor } from "../wire/forms.js";
import { officeNotes } from "./notes.js";
import { unlockButton } from "./pin.js";
import { ageNotices } from "./warnings.js";

const STATES = {
  ready: () => gettext("waiting to be sent"),
  sending: () => gettext("sending"),
  photos: () => gettext("waiting for its photos"),
  attention: () => gettext("Needs attention"),
};

/** What the server made of a record that it has whole. */
const OUTCOMES = {
  conflict: () => gettext("accepted; a planner decides between two answers"),
  held: () => gettext("held until an earlier form arrives"),
  quarantined: () => gettext("held for the administrator"),
};

function outcomeOf({ state, proposed }) {
  if (OUTCOMES[state]) return OUTCOMES[state]();
  return proposed ? gettext("accepted; a proposal waits for a planner") : gettext("accepted");
}

/** @param {App} app */
export async function queueScreen(app) {
  let left = false;
  const draw = async () => {
    const items = await app.outbox.all();
    const done = await app.device.accepted();
    const rows = await Promise.all(items.map((item) => itemRow(app, item)));
    const [warnings, sent] = await Promise.all([ageNotices(app), accepted(app, done)]);
    // Another screen may have been opened meanwhile.
    if (left) return;
    fill({
      title: gettext("Queue"),
      back: to("home"),
      body: [
        warnings,
        h(
          "p.queue-head",
          {},
          h("b", {}, headline(items, done.length > 0)),
          h("br"),
          h("span.muted", {}, netWords(app.sender)),
        ),
        rows.length > 0 ? h("ul.rows", {}, rows) : empty(),
        await officeNotes(app),
        sent,
      ],
      foot: items.length
        ? [linkButton(gettext("Carry by hand"), to("carry"), { kind: "ghost" }), sendNow(app)]
        : [],
    });
  };
  await draw();
  const again = () => draw();
  app.outbox.addEventListener("change", again);
  app.sender.addEventListener("change", again);
  app.device.addEventListener("change", again);
  return () => {
    left = true;
    app.outbox.removeEventListener("change", again);
    app.sender.removeEventListener("change", again);
    app.device.removeEventListener("change", again);
  };
}

/** @param {any[]} items @param {boolean} some has ever been sent */
export function headline(items, some) {
  const { unsent } = count(items);
  if (!unsent) return some ? gettext("Everything has been sent") : gettext("Nothing to send");
  return interpolate(
    ngettext("%(count)s form not sent", "%(count)s forms not sent", unsent),
    { count: number(unsent, 0) },
    true,
  );
}

function netWords(sender) {
  if (sender.running) return gettext("Sending…");
  if (sender.reached === false)
    return gettext("The server cannot be reached. The app tries again by itself.");
  return "";
}

function sendNow(app) {
  const send = button(gettext("Send now"), () => app.sender.send({ now: true }), {
    sign: "send",
    disabled: app.sender.running,
  });
  send.classList.add("grow");
  return send;
}

async function itemRow(app, item) {
  const left = item.attachments.filter((one) => !one.done).length;
  const photos =
    left &&
    interpolate(ngettext("%(count)s photo to go", "%(count)s photos to go", left), { count: left }, true);
  const copy = await readable(app, item);
  const title = copy?.title ?? formTitle(app, item);
  return h(
    `li.queue-item.${item.state}`,
    { dataset: { id: item.id } },
    h(
      "div.row",
      {},
      h(
        "span.row-text",
        {},
        h("b", {}, title),
        h(
          "span.muted.small",
          {},
          [whose(app, item), moment(item.finalizedAt), photos].filter(Boolean).join(" · "),
        ),
      ),
      h("span.state", {}, STATES[item.state]()),
    ),
    item.reason && !item.errors.length && h("p.reason", {}, item.reason),
    item.errors.length > 0 &&
      h(
        "ul.reason",
        {},
        item.errors.map((error) => complaint(app, item, copy, error)),
      ),
    item.state === "attention" &&
      h(
        "div.buttons",
        {},
        copy
          ? button(gettext("Put right"), () => putRight(app, item, copy))
          : h("p.muted.small", {}, whyNotRight(app, item)),
        !copy && canUnlock(app, item) && unlockButton(),
        button(gettext("Send again"), () => tryAgain(app, item), { kind: "ghost" }),
        button(gettext("Throw away"), () => throwAway(app, item), { kind: "ghost" }),
      ),
  );
}

/** What the server says of one answer, and the way to it. */
function complaint(app, item, copy, { field, message }) {
  const name = questionFor(field, copy?.answers ?? {});
  const question = app.device.formById(item.form)?.questions.find((one) => one.name === name);
  const put = () => putRight(app, item, copy, name);
  return h(
    "li",
    {},
    question && h("b", {}, question.title, ": "),
    message,
    question && copy && button(gettext("Go to this question"), put, { kind: "ghost" }),
  );
}

/** A form of somebody else who has used this phone. */
function whose(app, { owner }) {
  return owner !== app.device.user && interpolate(gettext("of %(user)s"), { user: owner }, true);
}

function canUnlock(app, { owner }) {
  return owner === app.device.user && app.vault.state === "locked";
}

function whyNotRight(app, { owner }) {
  if (owner === app.device.user) {
    return app.vault.state === "none"
      ? gettext("The list was erased, and with it what could be read of this form. Fill it in anew.")
      : gettext("Unlock the list to put this form right.");
  }
  return interpolate(
    gettext("%(user)s must sign in on this phone to put this form right."),
    { user: owner },
    true,
  );
}

async function readable(app, item) {
  if (!item.copy || app.vault.state !== "open") return null;
  return openJson(app.vault.key, item.copy).catch(() => null);
}

/** Begin the form again from what was said. The old one stays until the new one is kept. */
async function putRight(app, item, copy, question = "") {
  const begun = (await app.drafts.all()).find((one) => one.replaces === item.id);
  const carried = item.attachments.map(({ name, sha256, size }) => ({ name, sha256, size }));
  const id = begun?.id ?? crypto.randomUUID();
  const refused = Object.fromEntries(
    item.errors.map(({ field, message }) => [questionFor(field, copy.answers), message]),
  );
  if (!begun)
    await app.drafts.save({ ...copy, id, replaces: item.id, reason: item.reason, refused, carried });
  go(question ? to("draft", id, question) : to("draft", id));
}

/** Only a person ever lets go what the server has not got, and only what the server refuses. */
async function throwAway(app, item) {
  if (confirm(gettext("Throw this form away, with its photos?"))) await app.outbox.remove(item.id);
}

async function tryAgain(app, item) {
  await app.outbox.save({ ...item, state: "ready", tries: 0, nextAt: 0 });
  app.sender.send({ now: true });
}

function formTitle(app, { form }) {
  return app.device.formById(form)?.title ?? form;
}

/** What this screen is for, while there is nothing on it. */
function empty() {
  return h(
    "p.muted",
    {},
    gettext(
      "Forms that you keep wait here until the server has each of them whole, with its photos. Without a network they wait as long as it takes; nothing is lost.",
    ),
  );
}

async function accepted(app, done) {
  if (!done.length) return null;
  const titles = new Map();
  for (const one of done) titles.set(one, (await readable(app, one))?.title);
  return h(
    "section",
    {},
    h("h3.section-title", {}, gettext("Accepted by the server")),
    h(
      "ul.rows.done",
      {},
      done.map((one) =>
        h(
          "li.row",
          {},
          h(
            "span.row-text",
            {},
            h("b", {}, titles.get(one) ?? formTitle(app, one)),
            // Without its name a form is called what it is, and that is said once.
            h(
              "span.muted.small",
              {},
              [titles.get(one) && formTitle(app, one), moment(one.at)].filter(Boolean).join(" · "),
            ),
          ),
          h("span.state", {}, outcomeOf(one)),
        ),
      ),
    ),
  );
}
