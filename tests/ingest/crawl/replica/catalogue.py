"""All the replica sites together."""

from . import cert, cyber, demarches, libertes, malveillance, medecins, sante_numerique
from .expected import Replica


def replicas() -> tuple[Replica, ...]:
    """Every replica, new at each call, in the order of the manifest."""
    made = (libertes, medecins, sante_numerique, malveillance, cyber, cert, demarches)
    return tuple(module.replica() for module in made)
