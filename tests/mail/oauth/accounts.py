"""What the tests of XOAUTH2 share: an operator set up for it, and connecting his account."""

from __future__ import annotations

from typing import Any

from opomini_tui.config import Config, load_config
from opomini_tui.keys import encrypt
from opomini_tui.mail import oauth
from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Operator
from tests.mail.oauth.stand_in import StandIn

ANA = "ana@podjetje.example"


def operator(actor: Actor, config: Config, provider: str = "microsoft", **changed: Any) -> Operator:
    """The actor's record, set to sign in by XOAUTH2."""
    record = actor.record()
    values = {"authentication": "xoauth2", "account": ANA, "oauth_provider": provider, "oauth_client": "client-1"}
    for name, value in {**values, **changed}.items():
        setattr(record, name, value)
    if provider == "google":
        record.oauth_secret = encrypt(config, "secret-of-client")
    record.save()
    return record


def connected(record: Operator, config: Config, service: StandIn, actor: Actor) -> None:
    """Connect by a pasted address."""
    request = oauth.begin_paste(record, config)
    oauth.finish_paste(record, config, request, service.browse(request.url), actor)


def with_values(config: Config, **values: str) -> Config:
    return load_config({**config.values, **values})


def told(error: BaseException) -> str:
    """All that a log could show of an error: its text, and that of the errors behind it."""
    texts = []
    seen: BaseException | None = error
    while seen is not None:
        texts.append(repr(seen) + str(seen))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " ".join(texts)
