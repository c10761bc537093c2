/** Bringing a file: its bytes are the body of one request. */
import { ApiError } from "../shared/http.js";

/**
 * Sends a file and returns how it would be read.
 * @param {File} file
 * @returns {Promise<import("../types/api").ImportRead>}
 */
export async function bring(file) {
  let response;
  try {
    response = await fetch(`/api/v1/imports?${new URLSearchParams({ file_name: file.name.slice(-200) })}`, {
      method: "POST",
      headers: { Accept: "application/json", "X-Roundsman": "1", "Content-Type": "application/octet-stream" },
      body: file,
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError({ code: "no-connection" }, 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(answer, response.status);
  return answer;
}
