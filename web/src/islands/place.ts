// Fills in where the device is, when the person asks for it; nothing leaves the page but the two numbers.
const PATIENCE = 20_000;
const OLDEST = 60_000;

function begin(place: HTMLElement): void {
  const here = place.querySelector<HTMLElement>("[data-here]") as HTMLElement;
  const told = place.querySelector<HTMLElement>("[data-told]") as HTMLElement;
  const [latitude, longitude] = place.querySelectorAll("input");
  const tell = (words = ""): void => {
    told.textContent = words;
    told.hidden = false;
  };
  here.hidden = false;
  here.addEventListener("click", () => {
    tell(told.dataset.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(6).replace(".", ",");
        longitude.value = coords.longitude.toFixed(6).replace(".", ",");
        longitude.dispatchEvent(new Event("input", { bubbles: true }));
        tell(told.dataset.found?.replace("{metres}", String(Math.round(coords.accuracy))));
      },
      (fault) => tell(fault.code === fault.PERMISSION_DENIED ? told.dataset.refused : told.dataset.failed),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: OLDEST },
    );
  });
}

if ("geolocation" in navigator) {
  document.querySelectorAll<HTMLElement>("[data-point]").forEach(begin);
}
