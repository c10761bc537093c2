/** Big sheets run in the background: the page asks how far they are, and can stop them. */
import { number } from "../shared/format.js";
import { ApiError, get, post, request } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html } from "../shared/ui.js";

/** @typedef {import("../types/api").ImportJob} ImportJob */

const POLL_MS = 800;
const LIVE = ["queued", "running"];

/** Bytes from which a file is tried and written in the background. */
export const BIG_FILE = 200_000;

/**
 * Runs a job to its end and returns it; null when it was stopped.
 * @param {string} fileId @param {{write: boolean, good_only?: boolean, add_duplicates?: boolean}} said
 * @param {(job: ImportJob | null) => void} show is told how far it is
 * @returns {Promise<ImportJob | null>}
 */
export async function runJob(fileId, said, show) {
  /** @type {ImportJob} */
  let job = await post(`/imports/${fileId}/jobs`, said);
  try {
    while (LIVE.includes(job.status)) {
      show(job);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      job = await get(`/imports/jobs/${job.id}`);
    }
  } finally {
    show(null);
  }
  if (job.error) throw new ApiError(job.error, 409);
  return job.status === "done" ? job : null;
}

/** How far a job is. @param {{job: ImportJob}} props */
export function JobProgress({ job }) {
  const stop = () => request("DELETE", `/imports/jobs/${job.id}`);
  const known = job.of > 0 && job.done > 0;
  return html`<div class="banner" role="status">
    <div class="grow">
      <strong>${t(`import.phase_${job.phase || "queued"}`, { done: number(job.done), of: number(job.of) })}</strong>
      <progress max=${known ? job.of : undefined} value=${known ? job.done : undefined}></progress>
    </div>
    ${job.phase !== "writing" && html`<button class="button" onClick=${stop}>${t("import.stop")}</button>`}
  </div>`;
}
