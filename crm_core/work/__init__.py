"""Work: demands for visits, jobs that outlast a request, the outbox of events."""
