/** Signing in with a network: the phone becomes known to the server, and may download and send. */

import { h } from "../../dom.js";
import { go, to } from "../router.js";
import { fill, notice, whyNot } from "../screen.js";
import { handOver, isAnother, leavingNotice } from "./change-user.js";
import { revokedWords } from "./warnings.js";

/** @param {App} app */
export async function signInScreen(app) {
  const message = h("p.wrong", { role: "alert" });
  const name = field("username", gettext("User name"), { autocomplete: "username", value: app.device.user });
  const password = field("password", gettext("Password"), {
    type: "password",
    autocomplete: "current-password",
  });
  const label = field("label", gettext("Name of this phone"), {
    value: app.device.label,
    autocomplete: "off",
  });
  const submit = h("button.btn.grow", { type: "submit", form: "sign-in" }, gettext("Sign in"));
  const leaving = h("div", { role: "status" });
  const form = h("form", { id: "sign-in" }, name.element, password.element, label.element, leaving, message);
  const enter = async (agreed) => {
    const typed = {
      username: name.input.value.normalize("NFC").trim(),
      password: password.input.value.normalize("NFC"),
      label: label.input.value.normalize("NFC").trim(),
    };
    message.textContent = "";
    leaving.replaceChildren();
    if (!agreed && isAnother(app, typed.username)) {
      leaving.append(await leavingNotice(app, () => enter(true)));
      leaving.scrollIntoView({ block: "nearest" });
      return;
    }
    submit.disabled = true;
    const problem = await signIn(app, typed).catch(whyNot);
    submit.disabled = false;
    message.textContent = problem ?? "";
    if (!problem) go(nextScreen(app), { replace: true });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(false);
  });
  fill({
    title: gettext("Sign in"),
    back: app.device.id ? to("settings") : "",
    body: [
      app.device.revoked && notice("warning", revokedWords(app.device)),
      !globalThis.isSecureContext &&
        notice(
          "error",
          gettext(
            "This address is not secure (https). The phone will not give its position, nor open the app without a network.",
          ),
        ),
      h("p", {}, gettext("Once, with a network. Afterwards the app works without one.")),
      form,
    ],
    foot: [submit],
  });
}

function field(name, title, { value = "", ...attributes }) {
  const input = h("input", {
    id: name,
    name,
    type: "text",
    required: true,
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: "150",
    ...attributes,
  });
  input.value = value ?? "";
  return { input, element: h("div.field", {}, h("label", { for: name }, title), input) };
}

/** @returns {Promise<string | null>} what is wrong */
async function signIn(app, typed) {
  const said = await app.wire.register(typed, app.device.idOf(typed.username));
  if (said.status === 0) return gettext("The server cannot be reached. Signing in needs a network.");
  if (said.status !== 201) return said.reason || gettext("The server did not accept this.");
  if (app.device.user !== typed.username) await handOver(app, typed.username);
  await app.device.registered(said.device, typed);
  await app.vault.loggedIn();
  app.device.freshToken = said.readToken;
  if (app.vault.key) await takeToken(app);
  app.sender.send();
  return null;
}

/** Put a token that has just been issued under the PIN. @param {App} app */
export async function takeToken(app) {
  if (!app.device.freshToken) return;
  await app.vault.renew(app.device.freshToken);
  app.device.freshToken = "";
}

function nextScreen(app) {
  if (app.vault.state === "none") return to("pin", "new");
  return app.vault.state === "open" ? to("packs") : to("pin");
}
