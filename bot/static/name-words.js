// The words by which names are told from other words, those of bot/privacy_words.py: a test compares them.

export const GIVEN_NAMES = new Set(
  `
    aaron abdallah abdelkader abdoulaye adama adel adeline adrien agathe agnes ahmed aicha aime aimee aissata
    aissatou alain alan alban albert alex alexandra alexandre alexis alfred ali alice alicia aline alioune
    amadou amandine amelie amina aminata amine anais andre ange angela angelique anna anne annick annie anouk
    anthony antoine antoinette arnaud arthur aurelia aurelie aurelien axel aya ayoub baptiste bastien beatrice
    benedicte benjamin benoit bernadette bernard bertrand bilal binta blanche boubacar brigitte bruno camille
    carole caroline catherine cecile cecilia cedric celeste celine chantal charles charlotte chloe christelle
    christian christiane christine christophe cindy claire clara claude claudine clea clemence clement colette
    constance constant coralie corentin corinne cyril cyrille damien daniel daniele danielle danny david
    delphine denis denise diane didier dominique dylan edouard eliane elisa elisabeth elise elizabeth elodie
    eloise emilie emma emmanuel emmanuelle enzo erwan erwin estelle esther etienne eugene eugenie eva evan
    evelyne fabien fabienne fabrice fanny farid farida fatima fatou fatoumata fernand florence florent florian
    francine francis franck francois francoise frederic frederique gabriel gabrielle genevieve geoffrey georges
    gerard gilbert gilles ginette gisele gregoire gregory guillaume guy hamza hassan helene henri herve hugo
    hugues ibrahim ibrahima ines irene iris isabelle jacob jacqueline jacques jade james jamila janine jean
    jeanne jeannine jennifer jeremie jeremy jerome jessica jocelyn jocelyne joel joelle john jonathan jordan
    joseph josephine josette josiane jules julia julie julien juliette justine kadiatou karim karima karine
    kevin khadija khaled laetitia laura laure lauren laurence laurent lea leila leo leon leonard leonie liliane
    lina line lionel lisa lise loic louis louisa louise luc lucas lucie lucien lucille ludovic lydie madeleine
    magali malik malika mamadou manon manuel marc marcel marcelle margaux margot marguerite maria mariam
    marianne marie marielle marina marine mario marion marius marthe martine maryse mathias mathieu mathilde
    mathis matthieu maud maurice max maxime mehdi melanie melissa michael michel michele micheline michelle
    miguel mireille mohamed mohammed monique morgane mounir mourad moussa muriel mustapha myriam nabil nadia
    nadine naima nathalie nathan nicolas nicole noel noelie noemie nora odile olivier omar ophelie oumar ousmane
    pablo pascal pascale patrice patricia patrick paul paula paulette pauline pedro philippe pierre quentin
    rachel rachid rachida raphael rayan raymond regine regis remi rene renee richard robert robin roger roland
    romain rose sabine sabrina sacha safia said saida salma samia samir samira samuel sandra sandrine sara sarah
    sebastien serge severine simon simone sofia sofiane solange sonia sophie souleymane stephane stephanie steve
    suzanne sylvain sylviane sylvie tanguy tarek theo therese thibault thibaut thierry thomas tristan valentin
    valentine valerie vanessa veronique victoire victor vincent virginie viviane william xavier yacine yanis
    yann yannick yasmine yassine yoann yohan yohann yolande younes youssef yves yvette yvon yvonne zakaria zoe
  `
    .trim()
    .split(/\s+/u),
);

/** Given names that are words in small letters, or names of things. */
export const ORDINARY_GIVEN = new Set(
  `
    aime aimee ali ange axel blanche camille celeste claire claude clemence constance constant iris jade jordan
    line marc marine max noel pascal pierre robin rose said valentine victoire victor vincent
  `
    .trim()
    .split(/\s+/u),
);

export const NOT_NAMES = new Set(
  `
    mon ma mes ton ta tes son sa ses notre nos votre vos leur le la les l un une du des de d qui que qu quoi est es
    sont a as ai ont sur par pour avec dans au aux et ou ni mais donc or car espace ameli doctolib cpam cnil ins dmp
    rgpd hds covid anssi ans has cps dpo mss mssante msp cpts hopital sante medical medicale medicaux medecin
    docteur professeur directeur directrice maire president presidente ministre prefet juge procureur avocat notaire
    infirmier infirmiere pharmacien pharmacienne secretaire dentiste kine sage femme y en se ce cet cette ces il
    elle ils elles on nous vous je j tu me m te t lui ne n pas plus peut peuvent doit doivent veut veulent demande
    demandent refuse refusent souhaite dit appelle appele appelee s si quand comme chez sans sous vers ici tout tous
    toute toutes celui celle ayant etant etait sera serait decede decedee mineur mineure majeur majeure hospitalise
    adulte age agee enfant bebe suivi suivie numero bonjour bonsoir merci microsoft apple orange google windows x xx
    z support technicien technique vient venu venue recoit recu recue envoie avait aura inconnu inconnue tres bien
    svp urgent information informations article loi code veto zoom whatsapp gmail outlook alzheimer parkinson mm mme
    mmes mlle mr dr pr monsieur madame mademoiselle connecte pro francais francaise numerique ecran dossier dossiers
    portail mobile facebook telephone email mail sms nom prenom prenoms date naissance
  `
    .trim()
    .split(/\s+/u),
);

/** A run of words with one of these is no person ("Windows Server"). */
export const OF_THINGS = new Set(
  `
    acces accord acte adobe affaire agence aipd ald amendement android annexe annuaire antivirus aout arret arrete
    arrets ars assurance audience autorite avenant avenue avis avril bd bios boulevard bulletin cabinet caisse carte
    cegedim centre certificat charte chu cidff cjue clinique cnam cnom code college comite commission compte
    conference confidentialite conseil consentement contrat controle convention cour cse csp cve dcp decembre
    decision declaration decret delegue deliberation dimanche direction directive doc dpi droit droits edge ehpad
    enquete entree etat europe europeen europeenne excel facture federation fevrier fiche firefox firewall firmware
    flash formation formulaire france gouvernement groupe guide hopital hotel idel institut instruction internet ios
    janvier jeudi jo journal juillet juin laboratoire licence linux logiciel loi lot lundi macos mai mairie maison
    maj marche mardi mars medistory mercredi messagerie mfa ministere modele msi mssante netgear norme note nouveau
    nouvelle novembre octobre office onedrive oracle ordinateur ordonnance ordre outlook patch petya pharmacie
    photoshop php pia place plan politique port poste power practice procedure programme projet protocole ransomware
    rapport recommandation reference referentiel reglement release reponse republique reseau reunion revision rue sa
    saint sainte samedi sarl sas sauvegarde scanner sci scm securite segur selarl septembre server serveur service
    services sharepoint sim site societe solution sql suite syndicat systeme tableau teams telesante temps texte
    theme titre tribunal ubuntu ue union urgence urgences usb vendredi version ville virus vitale vpn wannacry wifi
    windows word xp
  `
    .trim()
    .split(/\s+/u),
);

/** What is called after people: "clinique Jean Villar", "arrêt Perruche". */
export const NAMED_AFTER = new Set(
  `
    affaire arret avenue bd boulevard centre chu clinique college decision ehpad fondation hopital hotel institut
    laboratoire loi maison pharmacie place residence rue saint sainte
  `
    .trim()
    .split(/\s+/u),
);

export const PARTICLES = new Set(
  `
    al ben bin d da de den der des di dos du el la le van von
  `
    .trim()
    .split(/\s+/u),
);

export const ORDINARY = new Set(
  `
    petit grand gros blanc noir roux brun bon jeune beau ami roi rose prince maitre page garde mort froid
  `
    .trim()
    .split(/\s+/u),
);
