/** Preact and htm bound together: `html` escapes every value it puts into the page. */
import htm from "/static/vendor/htm/htm.mjs";
import { h, render } from "/static/vendor/preact/preact.mjs";

export {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "/static/vendor/preact/hooks.mjs";
export { h, render };
export const html = htm.bind(h);
