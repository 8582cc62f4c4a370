// Photos are turned upright and shrunk on the phone before they are sent; what cannot be drawn here goes as it is.
const DRAWN = /^image\/(jpeg|png|webp|heic|heif)$/;
const HEAD = 65_536;
const QUALITY = 0.85;
const EXIF = 0x45786966;
const ORIENTATION = 0x0112;

/** Whether a JPEG says that it is to be turned when shown. */
async function turned(file: File): Promise<boolean> {
  const view = new DataView(await new Response(file.slice(0, HEAD)).arrayBuffer());
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) {
    return false;
  }
  for (let at = 2; at + 20 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === EXIF) {
      const start = at + 10;
      const little = view.getUint16(start) === 0x4949;
      const first = start + view.getUint32(start + 4, little);
      for (let entry = first + 2; entry < first + 2 + 12 * view.getUint16(first, little); entry += 12) {
        if (view.getUint16(entry, little) === ORIENTATION) {
          return view.getUint16(entry + 8, little) > 1;
        }
      }
      return false;
    }
  }
  return false;
}

function drawn(image: HTMLImageElement, scale: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/** The photo upright and no longer than `side` pixels; the file itself where nothing is gained. */
export async function ready(file: File, side: number): Promise<File> {
  // A browser that does not turn photos by itself would lose which way is up.
  if (!DRAWN.test(file.type) || !side || !CSS.supports("image-orientation", "from-image")) {
    return file;
  }
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
    const turn = await turned(file);
    const photo = scale < 1 || turn ? await drawn(image, scale) : null;
    if (!photo || (!turn && photo.size >= file.size)) {
      return file;
    }
    const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
    return new File([photo], name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(address);
  }
}
