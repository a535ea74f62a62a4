// Mail domains of official bodies, those of bot/privacy_hosts.py: a test compares them.

export const OFFICIAL_DOMAINS = `
  33700.fr ars.sante.fr cnil.fr conseil-national.medecin.fr cyberservices.sante-idf.fr esante-centre.fr
  eur-lex.europa.eu gouv.fr has-sante.fr inc-conso.fr nomoreransom.org onpp.fr ordre-infirmiers.fr
  ordre-sages-femmes.fr ordre.medecin.fr ordre.pharmacien.fr ordremk.fr phishing-initiative.fr service-public.fr
  sesan.fr signal-spam.fr urgencecyber.iledefrance.fr
`
  .trim()
  .split(/\s+/u);
