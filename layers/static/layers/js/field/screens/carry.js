/** Where there is never a signal: what waits to be sent, as one sealed file for the office. */

import { h } from "../../dom.js";
import { number } from "../../format.js";
import { carryFile } from "../carry.js";
import { isUnsent } from "../queue/states.js";
import { to } from "../router.js";
import { button, fill, notice, toast } from "../screen.js";

/** @param {App} app */
export async function carryScreen(app) {
  const items = (await app.outbox.all()).filter(isUnsent);
  const save = button(gettext("Make the file"), () => make(app, items), {
    sign: "download",
    disabled: !items.length,
  });
  save.classList.add("grow");
  fill({
    title: gettext("Carry forms by hand"),
    back: to("queue"),
    body: [
      h(
        "p",
        {},
        gettext(
          "For places without any signal: the forms go into one file that only the server can open. Copy it to a USB stick or send it by cable, and have it imported at the office.",
        ),
      ),
      items.length
        ? h(
            "p",
            {},
            h(
              "b",
              {},
              interpolate(
                ngettext(
                  "%(count)s form goes into the file.",
                  "%(count)s forms go into the file.",
                  items.length,
                ),
                { count: number(items.length, 0) },
                true,
              ),
            ),
          )
        : notice("", gettext("Nothing waits to be sent.")),
      h(
        "p.muted.small",
        {},
        gettext(
          "The forms stay on this phone until the server says that it has them. Importing the file and sending the forms as well does no harm: each is stored once.",
        ),
      ),
    ],
    foot: [save],
  });
}

async function make(app, items) {
  const { blob, name } = await carryFile(app, items);
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  toast(interpolate(gettext("%(name)s is among this phone's downloads."), { name }, true));
}
