"""Looking addresses up, one after another, in a thread of its own: services are slow, not we."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import ClassVar
from uuid import UUID

from api.geocoding import geocoding_service
from api.worker.loop import Worker
from crm_core.archive.queries.geocoding import addresses, looked_up, outlets_looked_up
from crm_core.archive.rules.place import Placed
from crm_core.archive.service.geocoding import GEOCODE_JOB, Answer, note_answer
from crm_core.db import JsonObject
from crm_core.work.model import Job
from crm_core.work.service import finish
from maps.places.geocoders import Found, Geocoding, Service
from routing.datum import Datum

_NAP_S = 1.0  # how long to sleep at a time: the lease is renewed in between


class GeocodeWorker(Worker):
    """Runs geocoding jobs.  Every answer is stored at once: after a crash or a stop the next
    worker goes on with the addresses that are left."""

    kinds: ClassVar[tuple[str, ...]] = (GEOCODE_JOB,)

    def _begin(self) -> None:
        """Nothing to open: a service is opened for each job."""

    def _end(self) -> None:
        """Nothing to close."""

    def _do(self, job: Job) -> None:
        self._cancelled = False
        self._progress: JsonObject = {}
        settings = self._runtime.settings
        service = geocoding_service(settings)
        geocoding = Geocoding(
            service, settings.geocodes, sleep=lambda seconds: self._nap(job.id, seconds)
        )
        for outlet_id, address in self._waiting(job):
            answer = _answer(service, address, geocoding.find(address))
            with self._runtime.sessions.begin() as session:
                note_answer(session, job.id, outlet_id, answer)
            self._progress["done"] += 1
            if self._told(job.id):
                break
        with self._runtime.sessions.begin() as session:
            counts = dict(looked_up(session, job.id))
            finish(session, job.id, self.name, {"counts": counts, **self._progress})

    def _waiting(self, job: Job) -> Iterator[tuple[UUID, str]]:
        """Outlets that this job has not looked up yet, with their addresses."""
        wanted = [UUID(one) for one in job.payload["outlet_ids"]]
        with self._runtime.readers() as session:
            done = outlets_looked_up(session, job.id)
            waiting = [pair for pair in addresses(session, wanted) if pair[0] not in done]
        self._progress = {"done": len(done), "of": len(done) + len(waiting)}
        self._told(job.id)
        yield from waiting

    def _nap(self, job_id: UUID, seconds: float) -> None:
        """Sleep and keep the lease; a cancelled job sleeps no longer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._told(job_id):
            self._stop.wait(min(_NAP_S, left))

    def _told(self, job_id: UUID) -> bool:
        """Renew the lease and tell the progress; whether somebody has asked to cancel."""
        self._cancelled = self._keep(job_id, dict(self._progress)) or self._cancelled
        return self._cancelled


def _answer(service: Service, address: str, found: Found | None) -> Answer:
    if found is None:
        return Answer(service.name, address)
    given = (None, None) if found.datum is Datum.WGS_84 else found.given
    place = Placed(found.point.lat, found.point.lon, found.datum.value, *given)
    return Answer(service.name, address, place, found.confidence, found.label, found.answer)
