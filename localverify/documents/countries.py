"""Countries as travel documents name them: three letters in the zone, two in certificates."""

from __future__ import annotations

# ISO 3166-1, each country's alpha-3 followed by its alpha-2 code.
_ISO_3166 = """
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI
BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT
BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU
CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET
FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR
GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR
IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB
LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH
MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE
NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL
PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ
SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC
TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY
USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW
"""
# Doc 9303-3, section 5: codes of zones that ISO 3166-1 has not, and the country of the certificates behind them
# (UTO is the standard's own Utopia, for specimens).
_ICAO = {
    "D": "DE",
    "EUE": "EU",
    "GBD": "GB",
    "GBN": "GB",
    "GBO": "GB",
    "GBP": "GB",
    "GBS": "GB",
    "RKS": "KS",
    "UNA": "UN",
    "UNK": "UN",
    "UNO": "UN",
    "UTO": "UT",
    "XOM": "XO",
    "XPO": "XP",
    "ZIM": "ZW",
}
# Documents of one issuing state whose certificates are another country's: Hong Kong and Macao print CHN,
# Kosovo has signed as KS and as XK, and the Order of Malta as XO and as XM.
_ALSO = {"CHN": {"HK", "MO"}, "RKS": {"XK"}, "XOM": {"XM"}, "HKG": {"CN"}, "MAC": {"CN"}}

_ALPHA_2 = {pair[:3]: pair[3:] for pair in _ISO_3166.split()} | _ICAO


def alpha_2(issuer: str) -> str | None:
    """The two-letter code of a zone's issuing state or nationality; None when it is not known."""
    return _ALPHA_2.get(issuer.upper())


def alpha_3(country: str) -> str | None:
    """The three-letter code of ISO 3166-1 for a two-letter one; None when it is not known."""
    return next((three for three, two in _ALPHA_2.items() if two == country.upper()), None)


def signing_countries(issuer: str) -> frozenset[str]:
    """The two-letter countries whose certificates may sign a document of that issuing state.

    Empty when the state is not known, so that nothing can be concluded.
    """
    two = alpha_2(issuer)
    return frozenset() if two is None else frozenset({two} | _ALSO.get(issuer.upper(), set()))
