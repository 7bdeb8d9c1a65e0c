/** What is there to record? */

import { h, icon } from "../../dom.js";
import { to } from "../router.js";
import { asked, fill, linkButton, notice } from "../screen.js";
import { beginDraft } from "./begin.js";

/** @param {App} app */
export async function newScreen(app) {
  const forms = app.device.forms;
  const choice = (form) =>
    h(
      "li",
      {},
      h(
        "button.row",
        { type: "button", onclick: asked(() => beginDraft(app, form)) },
        icon("plus"),
        h("span.row-text", {}, h("b", {}, form.title)),
      ),
    );
  fill({
    title: gettext("New form"),
    tab: "new",
    body: [
      forms.length
        ? h("ul.rows", {}, forms.map(choice))
        : notice(
            "",
            h("p", {}, gettext("The forms come with the first pack.")),
            linkButton(gettext("Download the pack"), to("packs"), { sign: "download" }),
          ),
    ],
  });
}
