/** The question "photos?": the app's own camera first, a file of the phone's camera app where there is none. */

import { h, icon } from "../../dom.js";
import { MOST_PHOTOS, reduceFile } from "../photo.js";
import { button, linkButton, quiet, toast } from "../screen.js";

/**
 * @param {{photos: Array<{id: string, blob: Blob}>, camera: string, add: (blob: Blob) => Promise<void>,
 *   remove: (id: string) => Promise<void>}} question `camera` is the address of the camera's screen
 * @returns {{element: HTMLElement, stop: () => void}}
 */
export function photosQuestion({ photos, camera, add, remove }) {
  const urls = photos.map(({ blob }) => URL.createObjectURL(blob));
  const shown = photos.map(({ id }, index) =>
    h(
      "li.photo",
      {},
      h("img", {
        src: urls[index],
        alt: interpolate(gettext("Photo %(number)s"), { number: index + 1 }, true),
      }),
      h(
        "button.close",
        { type: "button", "aria-label": gettext("Delete this photo"), onclick: () => remove(id) },
        icon("close"),
      ),
    ),
  );
  const more = photos.length < MOST_PHOTOS;
  const file = h("input.visually-hidden", {
    type: "file",
    accept: "image/*",
    id: "photo-file",
    tabindex: "-1",
    "aria-label": gettext("Choose a file"),
  });
  file.addEventListener("change", async () => {
    const [picked] = file.files;
    if (!picked) return;
    try {
      const photo = await reduceFile(picked);
      // Before it is kept: what keeping it says is to stay.
      quiet();
      await add(photo);
    } catch (error) {
      console.error(error);
      toast(gettext("This file is not a picture that the phone can read."), { error: true });
    }
  });
  const element = h(
    "div",
    {},
    shown.length ? h("ul.photos", {}, shown) : h("p.muted", {}, gettext("No photo yet.")),
    more &&
      h(
        "div.buttons.photos-buttons",
        {},
        linkButton(gettext("Take a photo"), camera, { sign: "camera" }),
        button(gettext("Choose a file"), () => file.click(), { kind: "ghost" }),
      ),
    file,
    h("p.muted.small", {}, interpolate(gettext("At most %(count)s photos."), { count: MOST_PHOTOS }, true)),
  );
  return { element, stop: () => urls.forEach(URL.revokeObjectURL) };
}
