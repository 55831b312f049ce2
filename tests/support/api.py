"""Callers of the API, in the process of the test."""

from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

from httpx import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp

from application.user.commands import RightsPatch, UserCommandService
from application.user.ports import FamilyRepository, UserRepository
from application.user.sessions import SessionCommandService
from core.dependencies.container import Container
from domain.caller import Role
from domain.token_family import TokenFamily
from domain.user import User
from interface.http.app import create_app

PASSWORD = "correct horse battery staple"
_numbers = count(1)


@lru_cache(maxsize=4)
def app_of(container: Container) -> ASGIApp:
    """The application on a container: made once, as it keeps nothing of a test."""
    return create_app(container)


@dataclass
class Person:
    """A user with an account."""

    username: str
    id: UUID
    access_token: str
    refresh_token: str

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


@dataclass
class Api:
    """The API of one tenant, over the application itself."""

    container: Container
    tenant: UUID
    client: AsyncClient = field(init=False)
    # as a good client does: what anyone here wrote, everyone here sees
    tokens: deque[str] = field(default_factory=lambda: deque(maxlen=8))

    def __post_init__(self) -> None:
        token = self.container._resources.tenant_tokens.tenant(self.tenant)
        self.client = AsyncClient(
            transport=ASGITransport(app_of(self.container)),
            base_url="http://blog.test",
            headers={"X-Tenant-Token": token},
        )

    def through(self, address: str) -> "Api":
        """The same over a server in a process of its own."""
        other = Api(self.container, self.tenant)
        # without certificates, which take longer to load than an answer
        headers = other.client.headers
        other.client = AsyncClient(base_url=address, headers=headers, verify=False)
        return other

    async def call(
        self,
        method: str,
        path: str,
        by: Person | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Response:
        """Call `/api/v1` + path, or a path of the RealWorld API."""
        sent = {"Consistency-Token": ",".join(self.tokens)} if self.tokens else {}
        sent |= (by.headers if by else {}) | (headers or {})
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        answer = await self.client.request(method, address, headers=sent, **options)
        if token := answer.headers.get("Consistency-Token"):
            self.tokens.append(token)
        return answer

    async def get(self, path: str, by: Person | None = None, **options: Any) -> Response:
        return await self.call("GET", path, by, **options)

    async def post(self, path: str, by: Person | None = None, **options: Any) -> Response:
        return await self.call("POST", path, by, **options)

    async def patch(self, path: str, by: Person | None = None, **options: Any) -> Response:
        return await self.call("PATCH", path, by, **options)

    async def delete(self, path: str, by: Person | None = None, **options: Any) -> Response:
        return await self.call("DELETE", path, by, **options)

    async def person(self, role: Role = Role.AUTHOR, name: str | None = None) -> Person:
        """Make an account with a role, and log in to it: as a registration does, but for its mail,
        whose job takes several times as long as all else."""
        username = name or f"person{next(_numbers)}"
        scope = self.container.scope(self.tenant)
        sessions = scope[SessionCommandService]
        password_hash = await sessions.passwords.hash(PASSWORD)
        email = f"{username}@example.com"
        user = User.register(username, email, password_hash, None, sessions.clock())
        user.role = role
        family = TokenFamily.opened(user.id, sessions.clock(), None)
        async with scope.write_uow as uow:
            await uow[UserRepository].add(user)
            await uow[FamilyRepository].add(family)
            uow.advance_position_of(user.id)
            await uow.commit()
        self.tokens.append(self.container.consistency_token(scope.position.value))
        tokens = (
            sessions.tokens.access(user, family.id),
            sessions.tokens.refresh(family.id, family.generation),
        )
        return Person(username, user.id, *tokens)

    async def registered(self) -> Person:
        """Register somebody, to whom a mail with a link goes."""
        username = f"person{next(_numbers)}"
        email = f"{username}@example.com"
        body = {"username": username, "email": email, "password": PASSWORD}
        answer = (await self.post("/auth/register", json=body)).raise_for_status().json()
        tokens = answer["access_token"], answer["refresh_token"]
        return Person(username, UUID(answer["user"]["id"]), *tokens)

    async def give_role(self, person: Person, role: Role) -> None:
        """Change somebody's role, as an operator."""
        users = self.container.scope(self.tenant)[UserCommandService]
        await users.set_rights(person.username, RightsPatch(role=role))

    async def log_in(self, person: Person) -> Person:
        """Log somebody in anew: their new tokens replace the old ones."""
        form = {"username": person.username, "password": PASSWORD}
        answer = (await self.post("/auth/token", data=form)).raise_for_status().json()
        person.access_token = answer["access_token"]
        person.refresh_token = answer["refresh_token"]
        return person

    async def write(self, by: Person, **fields: Any) -> dict[str, Any]:
        """Write a post and give it as answered."""
        body = {"title": "A title", "body": "A body", "status": "published"} | fields
        answer = await self.post("/posts", by, json=body)
        post: dict[str, Any] = answer.raise_for_status().json()
        return post
