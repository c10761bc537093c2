/** Who uses this phone, also when the network is away. */
import { ApiError, get } from "../shared/http.js";

/** @typedef {import("../types/api").User} User */

const STORED = "roundsman.user";

/** The user as last seen on this phone. @returns {User | null} */
export function knownUser() {
  const stored = localStorage.getItem(STORED);
  return stored ? JSON.parse(stored) : null;
}

/**
 * The user by the server's word, else as last seen.
 * @returns {Promise<{user: User | null, signedOut: boolean}>}
 */
export async function currentUser() {
  try {
    const user = /** @type {User} */ (await get("/me"));
    localStorage.setItem(STORED, JSON.stringify(user));
    return { user, signedOut: false };
  } catch (error) {
    const signedOut = error instanceof ApiError && error.status === 401;
    return { user: knownUser(), signedOut };
  }
}

/** Forgets the user; what waits to be sent stays under the user's id. */
export const forgetUser = () => localStorage.removeItem(STORED);
