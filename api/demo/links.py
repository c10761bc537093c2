"""One-time links into the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from api.demo.company import REPS, demo_reps, demo_user
from api.runtime import Runtime
from api.settings import Settings
from crm_core.people.company import service_scope
from crm_core.people.rules import TokenKind
from crm_core.people.service import issue_token


@dataclass(frozen=True, slots=True)
class DemoLink:
    """A link that logs in once."""

    title: str
    url: str


def demo_links(settings: Settings) -> list[DemoLink]:
    """Fresh links: the rep's phone page, the supervisor's map, the API docs, an exported map."""
    runtime = Runtime.open(settings)
    base = f"http://{settings.host}:{settings.port}"
    lifetime = timedelta(hours=settings.one_time_hours)
    with runtime.sessions.begin() as session:
        scope = service_scope(session)
        first = demo_reps(session, scope)[0]
        map_file = f"/api/v1/reps/{first.id}/day-route.html"
        wanted = (
            ("Rep's phone page", REPS[0].login, "/rep"),
            ("Supervisor's map", "supervisor", "/desk"),
            ("API docs", "admin", "/api/docs"),
            ("Exported map file", "supervisor", map_file),
        )
        links = []
        for title, login, page in wanted:
            user = demo_user(session, scope, login)
            code = issue_token(session, user.id, TokenKind.ONE_TIME, lifetime=lifetime).text
            links.append(DemoLink(title, f"{base}/login#code={code}&next={quote(page)}"))
    runtime.close()
    return links
