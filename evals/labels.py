"""French names of what results are grouped by, for people; files and programs keep the codes."""

from evals.model import Kind, Register

KINDS: dict[Kind, str] = {
    Kind.ANSWERABLE: "avec réponse",
    Kind.OUT_OF_SCOPE: "hors sujet",
    Kind.NEAR_MISS: "proche, sans réponse",
    Kind.AMBIGUOUS: "ambiguë",
    Kind.EMERGENCY: "urgence",
    Kind.PRIVACY: "identifiants",
    Kind.INJECTION: "injection",
    Kind.UNSAFE: "à ne pas suivre",
}
REGISTERS: dict[Register, str] = {
    Register.PLAIN: "courante",
    Register.KEYWORDS: "mots-clés",
    Register.TYPOS: "fautes de frappe",
    Register.NO_ACCENTS: "sans accents",
    Register.SMS: "langage SMS",
    Register.STORY: "récit",
    Register.FOLLOW_UP: "suite",
}
