"""``GET /v1/emergencies``: every emergency sheet at once, for a page that keeps them for when the network is cut."""

from fastapi import APIRouter

from bot.api.dependencies import GET_ERRORS, InService
from bot.compose import INCIDENTS
from bot.emergency_schema import EmergenciesOut, EmergencySheet
from bot.schema import AnswerOut, IndexOut

emergencies = APIRouter(prefix="/v1")


@emergencies.get("/emergencies", responses=GET_ERRORS, summary="Lire les fiches d’urgence", tags=["réponses"])
def sheets(held: InService) -> EmergenciesOut:
    """Les fiches d’urgence de l’index, chacune telle que ``/v1/ask`` la donne, à garder pour une coupure du réseau."""
    found = held.emergency_sheets()
    return EmergenciesOut(
        sheets=[
            EmergencySheet(incident=incident, name=INCIDENTS[incident], answer=AnswerOut.model_validate(answer))
            for incident, answer in found.items()
        ],
        index=IndexOut.model_validate(held.index),
    )
