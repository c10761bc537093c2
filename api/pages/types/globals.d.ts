/** Leaflet and Geoman are classic scripts; their API is documented upstream. */
declare const L: any;
interface Navigator {
  /** iOS only: opened from the home screen. */
  standalone?: boolean;
}
