// The editor's side of the preview: the definition goes into the frame, what is said there comes back.
import type { Definition } from "./_form_model";

const PAUSE = 250;

export interface Told {
  /** The page that stands in the preview now. */
  page?: string;
  /** The name of the answer whose box has the focus. */
  answer?: string;
  ready?: boolean;
}

export interface Preview {
  show(def: Definition, page: string): void;
  forget(): void;
}

/** Talk with the frame; only ours is listened to. */
export function preview(frame: HTMLIFrameElement, heard: (told: Told) => void): Preview {
  let timer = 0;
  let ready = false;
  let latest: { def: Definition; page: string } | null = null;
  const send = (): void => {
    if (ready && latest) {
      frame.contentWindow?.postMessage({ definition: latest.def, page: latest.page }, location.origin);
    }
  };
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== location.origin) {
      return;
    }
    const told = event.data as Told;
    if (told.ready) {
      ready = true;
      send();
    } else {
      if (told.page && latest) {
        latest = { ...latest, page: told.page };
      }
      heard(told);
    }
  });
  return {
    show(def, page) {
      if (latest && latest.def === def && latest.page === page) {
        return;
      }
      latest = { def, page };
      clearTimeout(timer);
      timer = window.setTimeout(send, PAUSE);
    },
    forget() {
      frame.contentWindow?.postMessage({ forget: true }, location.origin);
    },
  };
}
