/** The app's own camera: it takes less memory than the phone's camera app, which often kills the page behind it. */

import { h } from "../../dom.js";
import { MOST_PHOTOS, reduce } from "../photo.js";
import { go, to } from "../router.js";
import { button, fill, notice } from "../screen.js";
import { keepPhoto } from "./question-field.js";
import { tellUnsaved } from "./saving.js";

/** @param {App} app @param {string[]} params the draft's id, the question to return to */
export async function cameraScreen(app, [draft, question]) {
  const back = to("draft", draft, question);
  const taken = (await app.drafts.photos(draft)).length;
  if (taken >= MOST_PHOTOS) return go(back, { replace: true });
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } },
    });
  } catch (error) {
    return refused(error, back);
  }
  const video = h("video", { autoplay: true, muted: true, playsinline: true });
  video.srcObject = stream;
  const shoot = button(gettext("Take the photo"), () => take(app, draft, video, shoot, back), {
    sign: "camera",
  });
  shoot.classList.add("grow");
  // Before the first picture there is nothing to take; a press must not be lost unseen.
  shoot.disabled = true;
  video.addEventListener("loadeddata", () => (shoot.disabled = false), { once: true });
  fill({ title: gettext("Photo"), back, wide: true, body: [h("div.viewfinder", {}, video)], foot: [shoot] });
  return () => {
    for (const track of stream.getTracks()) track.stop();
  };
}

async function take(app, draft, video, shoot, back) {
  shoot.disabled = true;
  try {
    await keepPhoto(app, draft, await reduce(video, video.videoWidth, video.videoHeight));
    go(back);
  } catch (error) {
    shoot.disabled = false;
    tellUnsaved(error);
  }
}

function refused(error, back) {
  console.warn(error);
  const why =
    error.name === "NotAllowedError"
      ? gettext("Allow this site to use the camera in the browser's settings, or choose a file.")
      : gettext("The camera cannot be used. Take the photo with the phone's own camera and choose the file.");
  fill({ title: gettext("Photo"), back, body: [notice("warning", why)] });
}
