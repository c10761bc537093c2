from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm_core.db import session_factory
from crm_core.errors import Unauthenticated
from crm_core.people.model import AuthToken
from crm_core.people.rules import Role, TokenKind
from crm_core.people.service import (
    authenticate,
    issue_token,
    redeem_one_time,
    revoke,
    revoke_all,
    scope_of,
    user_of_token,
)
from crm_core.people.staff import add_department, add_rep, add_user, set_password
from routing.geo import GeoPoint

if TYPE_CHECKING:
    from tests.conftest import Company

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse"


class TestAuthenticate:
    def test_the_right_password_gives_the_user(self, session: Session) -> None:
        user = add_user(session, "li", "Li", password=PASSWORD)
        assert authenticate(session, "li", PASSWORD) is user

    def test_the_password_is_stored_as_an_argon2_hash(self, session: Session) -> None:
        user = add_user(session, "li", "Li", password=PASSWORD)
        assert user.password_hash is not None
        assert user.password_hash.startswith("$argon2id$")

    @pytest.mark.parametrize(("login", "password"), [("li", "wrong"), ("nobody", PASSWORD)])
    def test_a_wrong_name_or_password_is_refused(
        self, session: Session, login: str, password: str
    ) -> None:
        add_user(session, "li", "Li", password=PASSWORD)
        with pytest.raises(Unauthenticated, match="login-refused"):
            authenticate(session, login, password)

    def test_an_inactive_user_is_refused(self, session: Session) -> None:
        add_user(session, "li", "Li", password=PASSWORD).active = False
        session.flush()
        with pytest.raises(Unauthenticated):
            authenticate(session, "li", PASSWORD)

    def test_a_user_without_a_password_is_refused_whatever_is_typed(self, session: Session) -> None:
        add_user(session, "li", "Li")
        for password in ("", "None", PASSWORD):
            with pytest.raises(Unauthenticated):
                authenticate(session, "li", password)


class TestAccessTokens:
    def test_a_token_gives_its_user(self, session: Session, company: Company) -> None:
        token = issue_token(session, company.users["director"].id, now=NOW)
        assert user_of_token(session, token.text, now=NOW).login == "director"

    def test_the_database_keeps_only_the_digest(self, session: Session, company: Company) -> None:
        token = issue_token(session, company.users["director"].id, now=NOW)
        stored = session.scalars(select(AuthToken)).one()
        assert len(stored.digest) == 64
        assert token.text not in str(vars(stored))

    def test_a_token_ends(self, session: Session, company: Company) -> None:
        user_id = company.users["director"].id
        token = issue_token(session, user_id, lifetime=timedelta(hours=1), now=NOW)
        assert user_of_token(session, token.text, now=NOW + timedelta(minutes=59))
        with pytest.raises(Unauthenticated, match="token-refused"):
            user_of_token(session, token.text, now=NOW + timedelta(minutes=60))

    def test_a_revoked_token_is_refused_and_others_are_not(
        self, session: Session, company: Company
    ) -> None:
        ended, kept = (issue_token(session, company.users["director"].id) for _ in range(2))
        revoke(session, ended.text)
        revoke(session, "unknown")
        with pytest.raises(Unauthenticated):
            user_of_token(session, ended.text)
        assert user_of_token(session, kept.text)

    def test_force_logout_ends_all_tokens_of_one_user(
        self, session: Session, company: Company
    ) -> None:
        director = company.users["director"]
        tokens = [issue_token(session, director.id) for _ in range(2)]
        other = issue_token(session, company.users["auditor"].id)
        revoke_all(session, director.id)
        for token in tokens:
            with pytest.raises(Unauthenticated):
                user_of_token(session, token.text)
        assert user_of_token(session, other.text)

    def test_a_new_password_ends_old_logins(self, session: Session, company: Company) -> None:
        director = company.users["director"]
        token = issue_token(session, director.id)
        set_password(session, director.id, PASSWORD)
        with pytest.raises(Unauthenticated):
            user_of_token(session, token.text)
        assert authenticate(session, "director", PASSWORD) is director

    def test_an_inactive_user_has_no_token(self, session: Session, company: Company) -> None:
        token = issue_token(session, company.users["director"].id)
        company.users["director"].active = False
        session.flush()
        with pytest.raises(Unauthenticated):
            user_of_token(session, token.text)


class TestOneTimeCodes:
    def test_a_code_works_once(self, session: Session, company: Company) -> None:
        code = issue_token(session, company.users["rep-north"].id, TokenKind.ONE_TIME, now=NOW)
        assert redeem_one_time(session, code.text, now=NOW).login == "rep-north"
        with pytest.raises(Unauthenticated, match="code-refused"):
            redeem_one_time(session, code.text, now=NOW)

    def test_a_code_is_too_old_after_ten_minutes(self, session: Session, company: Company) -> None:
        code = issue_token(session, company.users["rep-north"].id, TokenKind.ONE_TIME, now=NOW)
        assert code.expires_at == NOW + timedelta(minutes=10)
        with pytest.raises(Unauthenticated):
            redeem_one_time(session, code.text, now=NOW + timedelta(minutes=10))

    def test_a_code_is_no_access_token_nor_the_reverse(
        self, session: Session, company: Company
    ) -> None:
        user_id = company.users["rep-north"].id
        code = issue_token(session, user_id, TokenKind.ONE_TIME)
        token = issue_token(session, user_id)
        with pytest.raises(Unauthenticated):
            user_of_token(session, code.text)
        with pytest.raises(Unauthenticated):
            redeem_one_time(session, token.text)

    def test_a_revoked_code_is_refused(self, session: Session, company: Company) -> None:
        code = issue_token(session, company.users["rep-north"].id, TokenKind.ONE_TIME)
        revoke_all(session, company.users["rep-north"].id)
        with pytest.raises(Unauthenticated):
            redeem_one_time(session, code.text)

    def test_of_many_at_once_exactly_one_gets_in(self, engine: Engine) -> None:
        sessions = session_factory(engine)
        with sessions.begin() as session:
            user = add_user(session, "li", "Li")
            code = issue_token(session, user.id, TokenKind.ONE_TIME)

        def redeem(_attempt: int) -> bool:
            with sessions.begin() as session:
                try:
                    return bool(redeem_one_time(session, code.text))
                except Unauthenticated:
                    return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(redeem, range(8))) == 1


class TestScopeOf:
    def test_a_rep_is_known_by_the_user(self, company: Company) -> None:
        scope = company.scope("rep-north")
        assert (scope.rep_id, scope.rep_ids) == (company.rep_north.id, {company.rep_north.id})
        assert scope.department_ids == frozenset()

    def test_a_supervisor_sees_reps_of_departments_below(
        self, session: Session, company: Company
    ) -> None:
        porto = add_department(session, "Porto", company.north.id)
        home = GeoPoint(41.15, -8.61)
        rep = add_rep(session, "P1", "P", department_id=porto.id, zone="Europe/Lisbon", home=home)
        scope = company.scope("sup-north")
        assert scope.rep_ids == {company.rep_north.id, rep.id}
        assert scope.department_ids == {company.north.id, porto.id}

    def test_a_supervisor_role_without_a_department_takes_that_of_the_user(
        self, session: Session, company: Company
    ) -> None:
        user = add_user(
            session, "sup", "S", roles=[Role.SUPERVISOR], department_id=company.south.id
        )
        assert scope_of(session, user).rep_ids == {company.rep_south.id}

    def test_a_user_without_a_role_sees_nothing(self, session: Session, company: Company) -> None:
        scope = scope_of(session, add_user(session, "guest", "G"))
        assert (scope.everything, scope.rep_ids, scope.roles) == (False, set(), set())
