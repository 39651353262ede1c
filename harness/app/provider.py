"""A provider of accounts (OpenID Connect), as a school may have one: small, on this machine, and as bad as asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from harness.browser import free_port

CLIENT, SECRET = "digit-studio", "a-secret-of-the-clients"
APP = "http://localhost:8501"


@dataclass
class Provider:
    """Says of whoever comes what is set here last."""

    port: int = field(default_factory=free_port)
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "ours"}))
    signs_with: RSAKey | None = None  # another key than the one that it shows
    refuses: bool = False  # as where somebody presses Cancel
    _nonces: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def secrets(self, folder: Path, app: str = APP) -> Path:
        """Write what Streamlit has to be told of this provider, which leads back to the app's address."""
        file = folder / "secrets.toml"
        lines = {
            "redirect_uri": f"{app}/oauth2callback",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{self.address}/.well-known/openid-configuration",
        }
        file.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in lines.items()))
        return file

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _metadata(self, _: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse(
            {
                "issuer": self.address,
                "id_token_signing_alg_values_supported": ["RS256"],
                **{name: f"{self.address}/{path}" for name, path in places.items()},
            }
        )

    async def _authorize(self, request: Request) -> Response:
        """Let whoever comes in at once, and lead them back."""
        asked = request.query_params
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = asked["nonce"]
        said = {"error": "access_denied"} if self.refuses else {"code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**said, 'state': asked['state']})}", 302)

    async def _token(self, request: Request) -> Response:
        nonce = self._nonces.pop(parse_qs((await request.body()).decode())["code"][0])
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        token = jwt.encode({"alg": "RS256", "kid": "ours"}, claims, self.signs_with or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def going_on() -> Iterator[Provider]:
    """Let a provider answer while the block runs."""
    provider = Provider()
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=provider.port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield provider
    finally:
        server.should_exit = True
        thread.join()
