/** The PIN: chosen once, asked for at each cold start before the list is shown. */

import { h } from "../../dom.js";
import { isEasy, isPin } from "../lock/rules.js";
import { go, to } from "../router.js";
import { fill, linkButton, notice, toast, whyNot } from "../screen.js";
import { takeToken } from "./sign-in.js";

/** The way to the PIN, and back to the screen that stands here now. */
export function unlockButton() {
  return linkButton(gettext("Unlock the list"), to("pin", location.hash), { sign: "lock" });
}

/** @param {App} app @param {string[]} params "new" to choose one; else the address to return to */
export async function pinScreen(app, [what = ""]) {
  if (what === "new" && app.device.freshToken) return choosePin(app);
  const { state } = app.vault;
  if (state === "open") return go(to("home"), { replace: true });
  if (state === "locked") return askPin(app, what);
  const why =
    state === "expired"
      ? gettext("The last sign-in is more than 14 days ago. Sign in with a network to open the list again.")
      : gettext("There is no list on this phone. Sign in with a network to download it.");
  fill({
    title: gettext("List locked"),
    back: to("home"),
    body: [notice("warning", why), h("p", {}, gettext("Forms can be filled in and sent all the same."))],
    foot: [linkButton(gettext("Sign in"), to("sign-in"), { kind: "grow" })],
  });
}

function pinField(id, title) {
  const input = h("input.pin", {
    id,
    type: "password",
    inputmode: "numeric",
    maxlength: "6",
    autocomplete: "off",
    pattern: "[0-9]*",
    required: true,
  });
  return { input, element: h("div.field", {}, h("label", { for: id }, title), input) };
}

function pinForm(title, intro, fields, action, submit) {
  const message = h("p.wrong", { role: "alert" });
  const enter = h("button.btn.grow", { type: "submit", form: "pin-form" }, action);
  const form = h(
    "form",
    { id: "pin-form" },
    fields.map(({ element }) => element),
    message,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    enter.disabled = true;
    message.textContent = (await submit().catch(whyNot)) ?? "";
    enter.disabled = false;
  });
  fill({ title, back: to("home"), body: [...intro, form], foot: [enter] });
  fields[0].input.focus();
}

function choosePin(app) {
  const first = pinField("pin", gettext("PIN of 6 digits"));
  const again = pinField("pin-again", gettext("The same PIN again"));
  const intro = [
    h(
      "p",
      {},
      gettext(
        "The PIN protects the list of records on this phone. Ten wrong PINs erase the list, never what waits to be sent.",
      ),
    ),
  ];
  pinForm(gettext("Choose a PIN"), intro, [first, again], gettext("Set the PIN"), async () => {
    if (!isPin(first.input.value)) return gettext("The PIN has six digits.");
    if (isEasy(first.input.value))
      return gettext("This PIN is tried first by whoever finds the phone. Choose another.");
    if (first.input.value !== again.input.value) return gettext("The two PINs differ.");
    await app.vault.create(first.input.value, app.device.freshToken);
    app.device.freshToken = "";
    // Asked now, when a person has just decided to keep data on the phone.
    await navigator.storage?.persist?.();
    go(to("packs"), { replace: true });
    return null;
  });
}

/** @param {App} app @param {string} back the part of an address after #, with it */
function askPin(app, back) {
  const pin = pinField("pin", gettext("PIN"));
  const intro = [h("p", {}, gettext("Enter the PIN to open the list."))];
  pinForm(gettext("Unlock the list"), intro, [pin], gettext("Unlock"), async () => {
    if (!isPin(pin.input.value)) return gettext("The PIN has six digits.");
    const outcome = await app.vault.unlock(pin.input.value, () => app.list.load());
    pin.input.value = "";
    if (outcome === "open") {
      await takeToken(app);
      // An address that somebody else made leads nowhere else.
      go(back.startsWith("#/") ? back : to("home"), { replace: true });
      return null;
    }
    if (outcome === "wrong") return wrongPin(app.vault.triesLeft);
    if (outcome === "erased")
      toast(gettext("Ten wrong PINs: the list has been erased. What waits to be sent is still there."), {
        error: true,
      });
    go(to("home"), { replace: true });
    return null;
  });
}

function wrongPin(left) {
  return interpolate(
    ngettext(
      "Wrong PIN. %(count)s try left, then the list is erased.",
      "Wrong PIN. %(count)s tries left, then the list is erased.",
      left,
    ),
    { count: left },
    true,
  );
}
