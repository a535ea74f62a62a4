// Written by `python -m evals.offline_weights`: how much the beginning of a word tells of each incident. Do not edit.

/** The incidents in the order of the letters below; the last one is "none". */
export const NAMES = ["clicked", "ransomware", "theft", "wrong-recipient", "fake-support", "fake-banker", "mailbox-hacked", "data-leak", "ordinary"];
/** Quarters of a unit of log-odds, by incident. */
export const INTERCEPTS = [-2, 1, 1, -4, -2, -3, -3, -3, 16];
/** A word, then its weights: A to I add to the incident of that rank, J to R take from it. */
export const WORDS = `
000F1 01E1 10I1 11I1 12I2 18F2R1 2A1 250E1 3B1 300R1 5B2 5000B1F1R1 6B1R1 ?J2B1L2M4N2O2P3Q3I16 ^aI1 ^alertH1R1
^arnaqF2 ^bonjoA1 ^cI3 ^carteC1 ^cleI1 ^combiI1 ^commeI2 ^desG1H2 ^disquK1I1 ^ecranE2R2 ^escroF1 ^estA2R1
^fautB1 ^fauxE2R1 ^faxD2 ^fichiB1 ^fuiteH2 ^gK1R1 ^ilR1 ^ilsB2E2R2 ^imposB1C2Q1 ^jD2N1P2Q1I2 ^jaiD2P1R2
^jeA1C2P2 ^jmeD2R2 ^kelkuG2 ^lJ1K2H1 ^laJ1F1H1R1 ^leL1M1F2H2 ^lesB1L2 ^maQ1I3 ^madamI1 ^mailD1 ^mesG2Q2I2
^messaE2R2 ^minceD2 ^monL2N2H1 ^nosI2 ^notreH1R2 ^nousG1Q1 ^onA1R3 ^oupsA1R2 ^perteC1 ^photoD1 ^piratG1R1
^puisI1 ^queI2 ^quellI2 ^quelqK1M1G1H1R2 ^rancoI1 ^ransoB2 ^siJ1I2 ^telC3R3 ^tousB1 ^unJ2M2F1H1 ^uneH3 ^viremF2
^volC4R2 ^yH1 aK2D3F1Q1R1 acF1R1 accedH3R1 accepA2E1R2 accesL2M1E2G1H1R2 accorI1 accueA2C1O1R2 achatF1
acompF2R1 activA2 adresL2D4O2G5Q1R4 afficB3E2Q2 agencI1 agendG3 agentE2 aiA2F1Q3 alarmE2 alertE5R2 allaiI1
allumB2L1 alorsD2 ameliA4L1O2 analyD2R1 ancieJ1K1H2I2 anglaB2 annonH1 annuaF2R1 annulF2G1R1 antivA2I2 anydeE4R1
apeleE2 apercR2 appelJ1K2L2M1E3F3P1H1 appleE3R1 appliA1F3 apresF3P2 archiI1 argenJ1F2G2 arnaqF2 arracB1C3R3
arrivN1I3 artifH1 assisD2E2R2 assocH1 assurD2O1I2 attaqB1 attenM1N1I3 auK2D2E2F2P2R2 aucunB1 aussiB2 autheA1R2
autorA1 autreJ2K1L2D5 auxB1 avaisA3L1O2 avaitM1P1 avantI3 avecK2C4E1P2 avisQ1I2 avoirA2K2M1E2O1 bancaF4
banquJ2K1N2F8P1 baseB2L1H5R2 benneH2 bidonA3R2 bienI3 bilanC2D2R3 bitcoB3 bizarA2L1G2 bleuE1 bleueJ1I2
bloquJ2B3E3Q1 boiteJ1K1N2O2G7Q1 bonB2 bonjoA1 bonneA2 bougeE2 boxI1 brancA2B2L2R2 bureaB2C1R1 busC3R2 cA1 caI4
cabinA2C2M3N3G1H2 cacheD1 cadeaE2 caissF1 cambrC4R2 camerI2 carneC2R1 carteA4K2M1F2P1Q1 cartoC2 causeI1 cbI2
ceA2O2Q2 centrB1C3R2 certiI2 cesI2 cestJ1B1 cetteG1 changJ1L2M2N1F2G3I2 chantB1 chaquD1 chercF2
chezJ1K2D4E1O1P1H2R2 chiffJ1B7M1N1P2Q2I1 choseI2 chronB1 cinqF1 cleA1C3Q1 clicA1 clienI1 cliquA5L2R1 cnilP1I4
codeA4K2L1M1F3Q1R1 codesA3F2P1R1 colisA2 collaA1C2R2 colleB3N1R1 combiI3 commeJ1C2M1I3 commuA3R2 complD2R1
comprF1G2R2 comptJ2L2N2F3G5 conceD2R1 conduA1 confiF3 confrA1D2 congrC2 conjoI1 connaF2H1R1 conneK1L2M1E2O2G2H1
conseK1L2M1N1F6I2 consiE1 consuA1K1N1P1H2 contaE2G2R2 conteC5 contrJ1K1L2M1E5O2G2I1 convoD2 coordG3Q1
copieK2D2H1 coupeR1 couraI1 courrA1L1D2N2R1 coursB1F2R2 cpamA3N1O1P1I2 cpsA1C4N1O1 crediF2 croisR1
cryptB8L1F1R4 dK1D3N2F1P1 dameD1F2R2 dangeI1 dansJ2K3C3D1E1O1P1H2 dateA1 dautrG2 deL1D1H3R2 debitF3 debraB5R4
decedI1 declaC1 decouH3 decryB2 dedanC3R2 defenE1 definK2I3 dejaA2D1R2 dejeuI2 delaiI1 demanB3L2M3E2F1Q3I2
demenC1R2 dentaB1 depanE6O1R1 deparI1 deposR1 depuiM2G2H1R1 derniH1 derobC2R1 desM2N2O1G4H3R3 dessuC1P2I1
destiD3Q1 detouF1 deuxC4D3N2O1R2 devanB1L1I1 devenB3 diagnD3R1 dicteE1 diffeJ1F2 diffuH1 direR1 disaiA3F1R1
disanA2E1R1 dispaC6R3 disquC4 distaJ1C1E3R2 ditJ2B1C1E2G1R3 doctoA2O1G1R1 documA1B2L1R2 doisJ2H2I2 doitB1
dollaB2 domicC2R2 donneL2M1E1P4H7R1 dossiJ3B2D1O3P3H5 doublA1 douteA1E1R1 driveH3R2 droitI2 dsD1 duJ2B1N1F3G2Q2
dunA1 durB1C1 eA2B1 eauI1 ecoleD1I1 ecranJ2B2M1E5O2P1Q1I1 ecritB2O2G2H1 editeK2H2 effacC2G1R2 egareC3 electI1
elemeG1 eleveD1 elleL2H1I3 ellesI1 emailG2 emporC2 enB1L2H2 encorR1 encryB4R2 endI1 entraJ1I2
entreK2C2E1O1G1Q1R1 envelD4R3 envoiG3Q1I1 envolF2 envoyJ2K2L1D5N1G2Q2 epousA1D1R1 equipM1I3 erreuD3O2
escroM1F5G1R4 essaiI1 essayH1 estB1D2O1Q3 etA1B4M1F1P1Q1R4 etaieH1I1 etaitA2K2L2F2P2H2R2 eteC2N2F1G4R4 eteinB2
etranG2R1 etreM1H1R1 euM1E1H1R1 euroE1 eurosJ1E2F4R2 euxE1 eviteI2 exH2 execuF2 exercI1 exfilK1H3 exigeB2
existF1 expirP1I2 expliI2 exposH1 extenA1B2R2 exterB2 facebG4H2R3 facteI1 factuL2M1F3I3 fairA2H1R3 faireF1R2
faisaE1R1 faitA2E1F3P2R3 faiteC1 familD3 faussA3F2Q2R2 fautJ1B1I2 fauxA4K2L2M2E3F5P2Q2R3 faxD2 faxeD2 femmeC1
fenetE1O1 fermeL1E2I2 fichiA2B5L1M2O1P2H2R3 filF2 filleD1 filmeI2 filsA2 foF1 foisO1I3 fondB2 forceC1 formaJ1F2
formuA3O2 forumH1 fouilE3R2 fournM1F3 fraisA1 fraudK1F5R2 fuiteL1H3I1 gA2K1R3 gardeJ1K2C2H1I3 gareC1 garsE3
gendaF1 genreI1 gensI1 geranF3 gmailG3R1 googlH2 gratuI3 graveA3R3 groupB1L1D4R1 hackeB1G5R2 hamecA4
heberN1G1H3 helloB3R2 heureR1 hierA1B1C3R4 hommeE1 homonD2 hopitK1Q1I4 horaiI1 hotliE2 ibanF3R1 iciH1I2 identA5
ilJ3C2M1E3P1Q2I1 illisB2 ilsJ2B3M2E4O1R1 imageC1 imitaA2 imposB1C2E2R3 impriI1 inaccB2 incidH2
inconA1L1E4O2G3Q1R5 indiqI1 infecE3R1 infirA1R1 inforC4M2E2O2P1 instaA3K2L2E3O1 insulI1 intelH1 interK1H2
introC1G2R1 intruH2 inverD1R1 invitA2 jA3P2Q3I2 jaiA3L2D1F1Q2R3 jamaiC1M1G1 jeA1L3M2E1F2G1 jeteI2 jeterI1
jmeD2R2 jointA3 jourI4 journH2R1 joursI1 justeI1 keA1 kelkuG2 kiI1 koiJ2I2 lD2Q3 laC3F2P2 laboG1
laissJ2E4O1P1R1 lanceA1 leK2C2D3P1R2 lecteI1 lentI2 lesJ2C2D2N3P1H4R1 lettrD2 leurH2 liberI4 libreH1 licenI1
lienA7L1M1O1R3 liensG1 lieuD2 ligneG1H2 lireA2 listeD1H3R1 litG2 livreF1R1 localC2R1 lockbB3R2
logicB1M1E1O2P2H2I1 lordiB1 louchA3R1 loyerF1 luF1 luiG1 mK2L2M2E2I2 maK2C3M2G4Q2R2 macC2E1R2 macroA2 madamD1
mailA5K2L2N3G6Q2R1 mailiI3 mailsK1G5 mainE4 maintA2K1C2E3O2 maisI2 maladI2 manquC3R2 marchL1I2 materC2F2Q1
matinB2 mauvaJ2L1D10Q1R3 mdpA1 meA2Q2 mecH2R1 medecC1I2 medicK1D3N1H2R1 megarD2 memeJ1B2I2 memoiI1 mereL1
mesL1M3G4H1R3 messaB2L2O2G7Q3R2 mettrD2I1 microL1E7O1R2 mieuxI1 milleF1 minceD2 misA1D1O1H3R2 miseA1L1I1
modelI2 modifG2R1 moiA2B1L1N1G4Q2R2 moisI1 momenE3R1 monK3C4M2E1G3Q2 mondeK1H3R2 monsiL1D1E3R2 montaB2
montrM1H2R1 motA4K1L1M2O2G2 motifD1 mspG2Q1 mutueF2 nA1N1G2Q2I1 naissA1 nasB3R3 navigI1 neJ2E1O2Q1I2 noirI1
nomJ1I2 nomsH2 nonC3 nosB4L1M1O1H5R4 noteB2 noterI1 notreM2H4 nousJ2B1I1 nouveK1H1I1 nuitG2 numerA1K2L2D1E4R2
obligI2 obtenF1 officA1 onJ1B3M1R1 ontJ2B2M1E2H2R3 operaF4R3 opposF3R1 ordiB4C2E2R5 ordinC4E3O2P1Q1R2
ordonJ1D3H2R1 ordreA2I1 organF2 orthoB2R1 oseA1R1 otageB3Q1R1 ouC1M2N1O1Q1I5 oubliJ1C2N2Q1I4 oupsA1R2 outloG4R1
ouverA6K2M1O2H2R3 ouvraA1 ouvriB3O1 paA2R1 pageA3L2E2O1G2R3 paiemB2F3Q1R2 panneK1L1I4 papieC2 parB2L1N1F2P1
paralB2 parapI1 parceG1 parkiI2 parleH2R2 partM1G3 partaJ1L1N1G1I1 parteG1 partiJ2K1D5N1F3R3 partoR2
pasL1D1E1F2Q2I1 passaC2 passeA3K2L2M1I2 patieJ4K2D6N4O4H6 patroH2R1 paumeC2 payeL1M1E2F3P1Q1 payerE2
pcB1C2E4P1Q2R3 pdfA1 pendaK1C2Q1 perduJ2C7M2Q1 permeI1 persoJ2D2I2 perteC1 peurA1 peutL1Q1I4 pharmL1G1I1
phishA3 photoH2 pieceA3D1 piegeA4F1R1 piratJ2L2M1N2F2G5H2R3 placeG4 plafoF1 plaieD2 plainI1 plantD2 pleinB1
plusJ2B2C4M1N1G1R1 plusiG1 policB2R2 portaC5M1N1P1 porteB2D1P1 posteB1D2E3O2Q2R2 poubeH2 pourJ2B1L3E1P1I3
precaI1 preleF3R2 premiH2R1 prendE1 prepaI2 preseE1 pressF2H1R2 prestB1H1 preteL1E2 preveP1 prisJ1C3E2O1Q2
priseB2E1Q1R2 proA1K1C3M1N1G4Q1R2 problI1 prochH2 profeC2N1Q2 progrR1 propoG1I2 proprI2 pseudE2 pubA2 publiL1H3
puisI2 qrA2 quD2N1O1G2H2R3 quandI1 queB2L1H2R3 quelI2 quellA2K1O1I1 quelqK1C1M1G4R4 quelsI2 questI1 quiD2E3P2R2
quittH1 quoiI2 raccrI3 racheI1 radioL1H2 rameA2 rancoB9N1Q2R3 ransoB7R3 rappeD1E1O1I2 rappoD2R1 rdvH2 rebouB2
recevQ1 reclaB3 recoiG2I2 recomI2 reconH1I1 recuK2D2N1G1 recupB2L1F2G2R1 redemI1 refusO2I3 regarE2H1R2 regisI3
regleK1F3 remetC1 remisD2 remplA3M1H1 rencoB4R2 rendeH1 rendrB2R1 renduC2D2O2P2H2R2 reparC1D2
reponA2K1D2N2O2G2Q1 repriI1 reseaB3R2 resteB2C2P2 resulK1L1D5P1 retarI1 retraP1I2 retroH2 rgpdI2 ribF7R3
rienB3M1N2O1I2 risquI1 rougeB1E2R1 rueH2 sA1L1G2R2 sacC3 sacocC1 saisR1 saisiA1 salarH1 salleC1M1I2
sansJ1K2C3H2 santeH1I2 sauveC1I1 savoiI1 scannA3R1 scmF1 seA1L1M1E2H2R3 secreA3L2H3R2 securJ1L1M1E1I2 semaiH2
separI1 serveJ1B6C1M1O1P2Q2 serviK1F3R1 sesA3M2N1I2 sestB1R1 seulD1G1 seulsB1G2R3 siN1I4 signaJ2Q2I3 signeI3
sirenE2R1 siteA5K1M1N2O2H2I1 smartC4R2 smsA2D1N1 snapcH1 socieF3 soignQ1I2 soinsC1 soirA3R1 soitI1 sommeB1F2R2
sonJ1P1 sontJ2H2R1 souhaI1 souriE4P1 sousJ1L2G2I1 souveI1 spamA2G2R3 stagiH2 stockI2 succeI1 suffiI2
suisC2D2N1O1G1R2 suiteB2D2N1P1R1 suiviA2 suppoE4O1 supprG1 surA3L2M1O1P2H3 suspeA2G1R1 tI3 tableK1C7N1R2 tapeA2
tardF1 teamvJ2E5O1R1 technJ1E5O2 telC4R4 telecA3K2O1H2R2 telegH2R1 telepJ2K3C4E3F2Q3R1 telesD1H1R1 texteB2
tickeC2 tiensI1 tientE1 tiersG1 tilI3 tiroiI1 toB2 tombeA2C2R1 toujoE2R2 tournC2R1 tousJ1B3L1D2 toutB3L2N1G2H2
touteD2O1G1 tpeE1I1 trainC2R1 traitI2 transK1C3D3N1Q1R2 travaN1 troisJ1C1F1 trompJ1D2 tropF1 trouvK2C1H2 tsB2R2
ttG1 typeE2 unA2L4E3F2R1 uneA4L2M2F1P2H2 uniteC3 urgenA1F2R2 urssaJ2I3 usbA1K1C4 usurpG1 utiliC1G2R1
validA2N1F6R4 veloL2I2 vendH1 venduH1 venirI1 venuF2 verifI2 verolA2 verroB1 versG1 verseF2 veutJ1M1I3 veuxJ1I2
victiA2H1R1 videF3 vieilI2 viensF2R3 vientA2N1R3 vieuxI2 vihD1 violaH4R1 viremJ2N1F7 virusA2B2L1E3O1G1R3
visibD3R2 vitalI2 voirH1 voisB2R2 voisiD2Q1I1 voituC2 voixE2R1 volC3 voleK2C6M1O1G2Q1R1 voleeC2H1R2 volerC1H1R1
voleuC2 vosB1 votreJ1E1 voudrI4 vousC2O1I1 voyagI1 vraiH1 vraieO1I1 webH3R1 wedaI2 weekI1 whatsD1G2 wifiB2
windoK1E4 yB1M3N2H1 yourB5R3
`;
