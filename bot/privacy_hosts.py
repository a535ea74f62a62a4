"""Mail domains of official bodies: their desks are nobody's personal data.

From the hosts of corpus/sources.toml and corpus/contacts.toml, without companies; a test compares them, and those of
``static/official-domains.js``.
"""

OFFICIAL_DOMAINS = frozenset(
    """
    33700.fr ars.sante.fr cnil.fr conseil-national.medecin.fr cyberservices.sante-idf.fr esante-centre.fr
    eur-lex.europa.eu gouv.fr has-sante.fr inc-conso.fr nomoreransom.org onpp.fr ordre-infirmiers.fr
    ordre-sages-femmes.fr ordre.medecin.fr ordre.pharmacien.fr ordremk.fr phishing-initiative.fr service-public.fr
    sesan.fr signal-spam.fr urgencecyber.iledefrance.fr
    """.split()  # noqa: SIM905
)
