/** Leaflet and Geoman are classic scripts; their API is documented upstream. */
declare const L: any;
/** protomaps-leaflet, a classic script too. */
declare const protomapsL: any;
/** supercluster, a classic script too. */
declare const Supercluster: any;
interface Navigator {
  /** iOS only: opened from the home screen. */
  standalone?: boolean;
}
