/** Photos: made small before they are kept. Drawing a picture anew leaves its position and its history behind. */

export const LONGEST_PX = 1280;
const QUALITY = 0.7;
export const MOST_PHOTOS = 5;

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>} JPEG, at most 1280 px on its long edge
 */
export async function reduce(source, width, height) {
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  // A canvas keeps its memory until it is small; a cheap phone has none to spare.
  canvas.width = canvas.height = 0;
  if (!blob) throw new Error("the picture could not be made smaller");
  return blob;
}

/** @param {Blob} file as the phone's camera app or gallery gives it */
export async function reduceFile(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return await reduce(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}
