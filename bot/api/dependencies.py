"""What routes ask for by name: the parts of the application, and the errors that every route of a method can give."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from bot.answer import Answerer
from bot.api.observe import Metrics
from bot.api.problems import responses
from bot.keys.model import Caller
from bot.service import Service

POST_ERRORS = responses(400, 404, 405, 408, 413, 414, 415, 422, 429, 431, 500, 503)
GET_ERRORS = responses(404, 405, 414, 422, 431, 500, 503)


def service(request: Request) -> Service:
    """The service of this application."""
    found: Service = request.app.state.service
    return found


def answerer(found: Annotated[Service, Depends(service)]) -> Iterator[Answerer]:
    """One generation of the index, held until the response is made."""
    with found.answerer() as held:
        yield held


def metrics(request: Request) -> Metrics:
    """The metrics of this application."""
    found: Metrics = request.app.state.metrics
    return found


def caller(request: Request) -> Caller:
    """Who calls: the bearer of a key, or anyone; ``caller.may(scope)`` says what is open to them."""
    found: Caller = getattr(request.state, "caller", Caller())
    return found


Served = Annotated[Service, Depends(service)]
InService = Annotated[Answerer, Depends(answerer)]
Counted = Annotated[Metrics, Depends(metrics)]
Calling = Annotated[Caller, Depends(caller)]
