"""Tests of the order of names; the expected orders are those of ICU 78 (`Intl.Collator`)."""

import pytest

from core.languages.sorting import in_alphabet
from core.languages.tags import LANGUAGES

ORDERS = {
    "da": (
        "Andersen,Mortensen,Müller,Møller,Olsen,Ostenfeld,Yde,Ünal,Zeuthen,Ærø,Ørsted,"
        "Østergaard,Aa,Åberg,Ågård,Aagaard"
    ),
    "sv": "Andersson,Bjork,Björk,Éklund,Ekman,Oskarsson,Vik,Wall,Zorn,Åberg,Ärlig,Öberg",
    "fi": "Aalto,Salo,Sillanpää,Šimek,Virtanen,Wirtanen,Zitting,Åberg,Äijälä,Öhman",
    "de": ("Ärger,Arndt,Mueller,Muller,Müller,Mutter,Österreich,Ostmann,Strasse,Straße,Zimmer"),
    "et": "Oja,Saar,Sarv,Šmidt,Zupping,Žukov,Tamm,Toom,Uibo,Vaher,Õunapuu,Ääre,Öpik,Üksik",
    "cs": (
        "Cech,Cibulka,Čech,Česko,Dvořák,Hanák,Horák,Chalupa,Ibl,Rak,Řezník,Slovinsko,"
        "Sova,Šíp,Ťapek,Tůma,Zeman,Žák"
    ),
    "sk": (
        "Arik,Ázik,Ärik,Cibula,Čech,Duda,Ďurica,Hudec,Chovan,Igor,Lupták,Ľupták,Ondrej,"
        "Ôrska,Sova,Šimko,Zeman,Žiak"
    ),
    "pl": (
        "Adamek,Ądam,Czech,Ćwik,Ekert,Ęka,Ludwik,Lukas,Łukasz,Mazur,Nowak,Ńal,Olak,Ósmy,"
        "Sowa,Śliwa,Zieliński,Źrebiec,Żbik"
    ),
    "hr": (
        "Cvitan,Čavić,Ćosić,Dobrić,Dugić,Džaja,Đurić,Lovrić,Lukić,Ljubić,Nikolić,Nović,"
        "Njegoš,Sabo,Šimić,Zec,Žarko"
    ),
    "sl": "Cerar,Čuk,Ćosić,Dolenc,Drnovšek,Đurić,Sever,Šega,Zajc,Žagar",
    "hu": (
        "Ács,Adám,Cukor,Cziráki,Csáky,Dömötör,Dzan,Dzsida,Dzsungel,Élő,Ely,Endre,Gulyás,"
        "Gyula,Lukács,Lyka,Nagy,Nemes,Nyíri,Orosz,Öreg,Őri,Ötvös,Sárközi,Sipos,Szabó,"
        "Tóth,Tyúk,Urbán,Űri,Üveg,Zab,Zsolt"
    ),
    "lt": (
        "Adomas,Ąžuolas,Cibas,Čiurlionis,Eglė,Ėglė,Ęras,Įkas,Yla,Ypatis,Ivanas,Jonas,"
        "Kazys,Sabonis,Šimkus,Ugnė,Ūsas,Zigmas,Žukas"
    ),
    "lv": (
        "Abols,Āboliņš,Cielēns,Čaks,Egle,Ēriks,Gulbis,Ģirts,Igors,Yves,Īvs,Jānis,Kalns,"
        "Ķirsis,Liepa,Ļaudis,Nora,Ņikita,Saule,Šmits,Ulmanis,Ūdris,Zariņš,Žanis"
    ),
    "es": "Alba,Ávila,Chaves,Cortez,Llorente,López,Nadal,Nunez,Nuñez,Núñez,Ñuñez,Oliva",
    "fr": "Aubry,Celan,Çelik,Élise,Eluard,Éluard,Etienne,Odile,Œuvre,Ofélie,Zola",
    "ro": (
        "Avram,Azar,Ăst,Ârg,Ballan,Bălan,Ion,Izu,Îas,Sandu,Suciu,Șerban,Ștefan,Toma,"
        "Tudor,Tzara,Țurcanu"
    ),
    "mt": (
        "Ċetta,Camilleri,Czar,Falzon,Fenech,Ġorġ,Gatt,Grech,Gzira,Għaxaq,Habib,Hyzler,"
        "Ħal,Ħobż,Iz,Żammit,Zahra,Zerafa"
    ),
    "bg": ("Ангелов,Борисов,Жеков,Здравков,Иванов,Йорданов,Шопов,Щерев,Ъгъл,Юриев,Яков,Smith"),
    "el": "Άγγελος,Αθανασίου,Βασιλείου,Ελένη,Έλλη,Ιωάννου,Ίων,Ροδίτης,Σωτήρ,Ωνάσης,Zorba",
    "nl": "Élise,Etten,Ijs,Ijsbrand,IJzer,Yperen,Zwart",
    "pt": "Águas,Alves,Çelo,Costa,Íris,Ivo,Nuno,Zé",
    "it": "Àlba,Alma,Èmilio,Emma,Zeno",
    "ga": "Éire,Eoin,Ó Briain,Ó Sé,O'Brien,Oscar",
    "en": ("de Boer,De Boer,Deacon,O'Neil,ONeil,Smith,Smith Zed,Smith-Jones,Smithers,Zoe,Zoë"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_in_the_order_of_the_languages_alphabet(language: str) -> None:  # D25
    expected = ORDERS[language].split(",")

    for scrambled in (sorted(expected), expected[::-1]):
        assert in_alphabet(scrambled, language, str) == expected


def test_a_decomposed_name_is_sorted_as_the_composed_one() -> None:
    names = ["Zeuthen", "A\N{COMBINING RING ABOVE}berg", "Andersen"]

    assert in_alphabet(names, "da", str) == [names[2], names[0], names[1]]


def test_maltese_names_are_ordered_without_their_article() -> None:  # D25
    countries = ["in-Norveġja", "l-Awstrija", "Malta", "il-Belġju", "iċ-Ċekja", "id-Danimarka"]

    ordered = in_alphabet(countries, "mt", str)

    assert ordered == [
        *("l-Awstrija", "il-Belġju", "iċ-Ċekja", "id-Danimarka", "Malta", "in-Norveġja"),
    ]


def test_irish_names_are_ordered_without_their_article() -> None:  # D25
    countries = ["Éire", "an Pholainn", "an Bheilg", "Sasana", "an Iodáil"]

    ordered = in_alphabet(countries, "ga", str)

    assert ordered == ["an Bheilg", "Éire", "an Iodáil", "an Pholainn", "Sasana"]
