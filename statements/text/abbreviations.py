"""Words that take a full stop without ending a sentence, in seven languages at once.

One table serves French, English, German, Spanish, Italian, Portuguese and Dutch: a press statement quotes
foreign courts and companies, and measuring showed no loss against a table for each language. Of Hindi there
are the titles.
Entries are in lower case and without their last full stop.
"""

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


NEVER_FINAL = _words(
    # Titles, ranks and shortened first names.
    "m mr mrs ms messrs mme mmes mlle mlles dr drs dre dra pr prof profs hon rev revd fr gén gov sen"
    " rep reps cmdr cdr capt cpt lt ltn sgt adm maj brig cpl pvt supt insp amb préf mgr mgrs hr frl"
    " herrn ing dipl jur phil rer habil sr sra sres sras srta srtas dña lic licda ilmo ilma exmo exma"
    " excmo excma sig sigg dott dott.ssa sig.ra sig.na prof.ssa avv geom dhr mevr jhr wm chas geo jas"
    " thos robt edw"
    # References to other texts.
    " cf cfr confer vgl v vs ibid p pp pg pgs pag pagg pág págs blz rn rdnr randnr az vols tomo chap"
    " chapt kap hfdst pár párr abschn ziff buchst nr nrs núm núms num nº n.º n° artt artigo exh exhs"
    " paras subd rel illus"
    # Words that announce what follows.
    " e.g i.e viz ca resp bzw sog ggf zzgl inkl exkl einschl insb insbes z.b d.h i.d.r i.s.d i.v.m m.w.n"
    " z.t s.o s.u p.ex ej c.-à-d c.à.d v.gr p.ej ad.es p.es d.w.z m.b.t m.n bijv m.a.w t.a.v t.n.v n.a.v"
    " d.m.v o.b.v"
    # Streets and telephones.
    " av bd bld boul blvd bvd fbg bât étg apdo avda crta ctra pza tél téléph"
    # Hindi: doctor, professor, pandit.
    " डॉ डा प्रो पं"
)
"""Nothing that follows, not even a capital letter, makes these the end of a sentence."""

PERHAPS_FINAL = _words(
    # Firms and institutions.
    "inc ltd ltda ltée llc llp plc corp corps co cos cie bros assn assoc assocs dept depts div gmbh mbh"
    " lda pty pte mfg intl int'l nat'l gov't dep't ass'n comm'n sté ets éts univ inst acad hosp comm ry"
    " gov minist"
    # After names, dates, hours and amounts.
    " jr jnr snr esq phd md bsc msc mn mio mia mrd mds mld mln mill tsd mils mm cm km lbs oz yds env"
    " approx appx incl excl max min st sts rd sq str pkwy hwy bldg tel fax ext col gen"
    # Ends of lists and references.
    " etc &c usw usf ecc enz ff sqq suiv ss seg segs segg sgg al dgl ed eds éd éds edn hrsg hg op loc"
    " ann att bull cir cl const constr ct cts dist jt misc publ regs rptr supp suppl trans transl trad"
    " wkly civ crim com pén proc cass req comp mun hist introd réf réfs ref refs cert aff'd rev'd arg"
    " amend amdt cong sess doc docs ord règl décr arr circ dir déc rés délib conf def cmt para asst atty"
    " attys secy supr gnl treas spec esp abs evtl jfr"
    # Months and days that no ordinary word looks like.
    " janv jan jän févr fév febr feb mrz avr apr abr juil jul jun sept sep sett oct okt ott nov dic dez"
    " febbr giu aug agt mrt tues thur thurs fri merc"
)
"""These end a sentence when a word follows that usually opens one."""

BEFORE_NUMBERS = _words(
    # References.
    "no nos art arts fig figs figg sec secs sect sects sez par pars cap caps ap app est rm ex op tab"
    " tabl vol tom lit pt pts pl tit tít liv lib reg bk pkt anm prop cas ch chs eq eqs ep ad bl cod ser"
    " vers"
    # Days and months.
    " mar tue thu sun sat mon wed dec mai mag mei ago ene lug lun dim sam jeu"
)
"""Ordinary words too, so only a number, one letter or a section sign after them shows the abbreviation."""

WITH_CAPITAL = _words(
    "ala ariz ark cal calif colo conn del fla ga ill ind kan ky mass mich minn miss mo mont neb nev"
    " okla ore pa penn tenn tex va vt wash wis wyo ont que vic nsw qld mt ft pk am atl pac eur cap rev"
    " ex sup mot opp compl conf tech stat rec ins cons"
)
"""Places and law reports: with a capital they end a sentence only before a usual opener."""

NUMBERED_PARTS = _words(
    "titre chapitre article section livre partie annexe alinéa figure tableau phase plan groupe title"
    " chapter part exhibit annex appendix schedule class group vitamin table capítulo título anexo"
    " titolo capo allegato titel kapitel abschnitt teil anlage anhang hoofdstuk deel bijlage louis henri"
    " charles"
)
"""A letter after one of these is its number, not the initial of a name."""

MARKS_IN_NAMES = _words("yahoo joomla jeopardy kahoot")
"""Names that are written with an exclamation mark, which then ends nothing."""

TOP_LEVEL_DOMAINS = _words(
    "com org net edu gov info biz io eu us uk fr de es it pt nl be ch ca at au br cn jp in ru tv me co"
    " ai app dev xyz int mil news world online finance exchange example"
)

MONTHS_AFTER_ORDINALS = _words(
    "januar jänner februar märz april mai juni juli august september oktober november dezember"
)
ORDINAL_ARTICLES = _words(
    "der die das dem den des am vom zum zur im beim ab bis seit jeder jede jedes jedem einer seine ihre"
    " dieser"
)
ORDINAL_LANGUAGES = _words("de da nb nn no fi et lv cs sk pl hu sl hr sr bs is lb")
"""Languages that write "3." for "third"."""

OPENERS = _words(
    # French.
    "il elle ils elles on nous vous je tu ce cet cette ces cela ceci ça celui celle ceux celles le la"
    " les un une des du de dès mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs l d c j n"
    " s m t qu y en à au aux et mais or donc car ni puis ensuite enfin ainsi aussi alors cependant"
    " toutefois pourtant néanmoins certes malheureusement heureusement plus moins très si quand lorsque"
    " lorsqu comme puisque puisqu parce bien tout toute tous toutes aucun aucune chaque plusieurs"
    " certains certaines dans par pour sur sous sans avec chez entre vers selon depuis pendant après"
    " avant afin dont où qui que quoi quel quelle quels quelles pourquoi comment combien non oui pas"
    " rien personne voici voilà étant compte cf voir lire ici là hier aujourd demain désormais"
    " actuellement maintenant récemment aucunement jamais toujours merci seul seule seuls seules d'après"
    " contrairement malgré est sont faut peut doit outre quant autre autres"
    # English.
    " the a an this that these those it he she they we you i his her its their our my your who what when"
    " where why how which whose there here if because although though while since until unless after"
    " before but and yet so nor however moreover therefore furthermore nevertheless meanwhile"
    " accordingly consequently thus hence instead indeed also then now no none nobody nothing not never"
    " some any each every all both many most few several such other others another one in at by for from"
    " with without under over between among during through as to of about against despite according is"
    " are was were do does did has have had can could should would will must may let see please today"
    " yesterday tomorrow recently unfortunately neither either only just even once again first second"
    " finally currently everyone everything everybody anyone someone"
    # German.
    " der die das dem den ein eine einer einem er sie es wir ihr ich sein seine unser unsere mein dieser"
    " diese dieses jener jede jeder alle kein keine und aber oder doch denn sondern auch nur noch wenn"
    " weil obwohl als nach vor bei mit für gegen ohne seit durch wegen trotz zwischen dort heute gestern"
    " morgen jetzt dann dabei damit daher deshalb dennoch jedoch zudem außerdem leider man wer wie wo"
    " warum nein ja nicht nichts"
    # Spanish and Portuguese.
    " el los las lo unos unas su sus este esta esto estos estas ese esa eso esos esas aquel él ella"
    " ellos ellas nosotros usted yo pero mas sino aunque porque cuando donde como sin con por para desde"
    " hasta según sobre tras sí también además embargo ahora hoy ayer así entonces hay fue está o os um"
    " uma uns umas seu sua seus suas ele ela eles elas isto isso aquilo nós nossa nosso não sim também"
    " além porém contudo quando onde ao aos às na nas em pelo pela já ainda hoje ontem agora assim então"
    # Italian.
    " gli uno egli lui lei loro noi voi io questo questa questi queste quello quella quelli suo suoi"
    " però anche inoltre tuttavia quindi dunque poi perché dove come se senza per tra fra dopo prima nel"
    " nella nei nelle dal dalla al alla ai sul sulla è sono oggi ieri ora nessuno ogni tutti"
    # Dutch.
    " het een deze dit dat hij zij ze wij jij u ik zijn haar hun onze ons maar want dus toch ook nog"
    " omdat hoewel toen voor bij met tegen zonder sinds door wegens tussen daar vandaag gisteren nu dan"
    " daarom echter bovendien helaas wat hoe waar waarom nee niet niets geen"
)
"""Words that, with a capital, usually open a sentence and seldom begin a name."""

LOWER_CASE_OPENERS = _words(
    "i we you they he she it im ive its thats dont thanks je j tu il elle nous vous ils elles c merci"
)
"""Pronouns that open a sentence even where the writer uses no capitals, as in chats."""

NAME_PARTS = _words(
    "le la les l d de du des da do dos das di del della van von der den ter el al los las lo an in on"
    " so he she you will may to as is me ma sa ca y e o a i os un une si or see son era once day s n c j"
    " m t us"
)
"""Openers that are also parts of names, or stand in references, so they prove nothing after an initial."""

_CAPITALISED = _words("inc ltd corp nos art etc")
"""Abbreviations that headings print in capitals; any other capitals before a stop are an acronym."""
_LETTER = r"(?:[^\W\d_]|[\u0900-\u0dff])"
"""A letter, or the sign of a vowel on one: for Python those of India are no letters."""
_DOTTED = re.compile(rf"(?:{_LETTER}{{1,4}}\.-?)+{_LETTER}{{1,5}}")
_VOWELS = frozenset("aeiouyàâäáãåæéèêëíìîïóòôöõøœúùûüýÿ")
_LATIN = "\u0250"
"""The first sign after the Latin letters."""


def is_acronym(word: str) -> bool:
    """Return whether a word is an acronym such as SEC, which may end a sentence, unlike "sec."."""
    return len(word) > 2 and word.isupper() and word.isalpha() and word.lower() not in _CAPITALISED


def looks_abbreviated(word: str) -> bool:
    """Return whether a word looks like an abbreviation: dotted within, or short without any vowel."""
    if "." in word:
        is_domain = word.rpartition(".")[2].lower() in TOP_LEVEL_DOMAINS and len(word.partition(".")[0]) > 2
        return bool(_DOTTED.fullmatch(word)) and not is_domain
    short = len(word) <= 4 and word.isalpha() and word < _LATIN and not word.isupper()
    return short and _VOWELS.isdisjoint(word.lower())


def is_plain(word: str) -> bool:
    """Return whether a word is surely not an abbreviation."""
    key = word.lower()
    listed = any(key in table for table in (NEVER_FINAL, PERHAPS_FINAL, WITH_CAPITAL))
    return len(word) > 2 and word.isalpha() and not listed and not looks_abbreviated(word)
