"""Tests that proposed usernames follow the policy, for real names and for generated ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadUsernameError, UsernameFault
from core.policy import Policy
from core.users.usernames import Username, base_of, propose, username_of

POLICY = Policy()
POLICIES = st.builds(
    Policy,
    username_min_length=st.integers(1, 6),
    username_max_length=st.integers(10, 40),
)
ALWAYS_FREE = frozenset[str]()


@pytest.mark.parametrize(
    ("first", "last", "base"),
    [
        ("Ada", "Hansen", "ahansen"),
        ("Søren", "Kjærgård", "skjaergaard"),
        ("Øjvind", "Ørsted", "ooersted"),
        ("Åse", "Ågård", "aaagaard"),
        ("Jürgen", "Groß", "jgross"),
        ("JÜRGEN", "GROẞ", "jgross"),
        ("Änne", "Müller-Lüdenscheidt", "amueller-luedenscheidt"),
        ("Göran", "Öberg", "goeberg"),
        ("Go\u0308ran", "O\u0308berg", "goeberg"),
        ("Þórður", "Guðmundsson", "tgudmundsson"),
        ("Ægir", "Þorláksson", "athorlaksson"),
        ("Łukasz", "Gżegżółka", "lgzegzolka"),
        ("Michał", "Wałęsa", "mwalesa"),
        ("Đorđe", "Šarić", "dsaric"),
        ("Žiga", "Čeferin", "zceferin"),
        ("Ľubomír", "Ďurica", "ldurica"),
        ("Ştefan", "Țurcanu", "sturcanu"),
        ("Kārlis", "Ķēniņš", "kkenins"),
        ("Živilė", "Šąžūtė", "zsazute"),
        ("Õnne", "Põld", "opold"),
        ("Győző", "Szűcs", "gszucs"),
        ("Ġorġ", "Ħaż-Żebbuġ", "ghaz-zebbug"),
        ("İsmail", "Işık", "iisik"),
        ("ılgın", "Yılmaz", "iyilmaz"),
        ("Thị Hương", "Nguyễn", "tnguyen"),
        ("Αλέξανδρος", "Παπαδόπουλος", "apapadopoulos"),
        ("Ευγενία", "Ού", "eou"),
        ("Юлия", "Христова", "yhristova"),
        ("Щелян", "Първанов", "sparvanov"),
        ("Иван", "Кьосев", "ikyosev"),
        ("გიორგი", "ბერიძე", "gberidze"),
        ("小明", "王", "xwang"),
        ("Seán", "O'Neill", "soneill"),
        ("Seán", "O’Neill", "soneill"),
        ("Hawaiʻi", "Kaʻahumanu", "hkaahumanu"),
        ("Jan", "van der Berg", "jvanderberg"),
        ("Federico", "Garcia-Lorca", "fgarcia-lorca"),
        ("Federico", "García–Lorca", "fgarcia-lorca"),
        ("Gabriel", "García Márquez", "ggarciamarquez"),
        ("Anne-Marie", "Lund", "alund"),
        ("  Ana ", "  Silva  ", "asilva"),
        ("Ana", "-Silva--Costa-", "asilva-costa"),
        ("Ana", "d’", "and"),
        ("Eva", "Ó", "evo"),
        ("A-li", "O", "alo"),
        ("Ý", "Ó", "yo1"),
        ("X", "", "x01"),
        ("Sukarno", "", "sukarno"),
        ("", "Sukarno", "sukarno"),
        ("😀", "Hansen", "hansen"),
        ("Ada", "😀", "ada"),
        ("😀", "☃", "user1"),
        ("", "", "user1"),
        ("Ana", "de Bourbon-Two-Sicilies-and-Parma", "adebourbon-two-sicilies-and-pa"),
        ("Ana", "Abcdefghijklmnopqrstuvwxyzab-Cd", "aabcdefghijklmnopqrstuvwxyzab"),
    ],
)
def test_a_name_gives_first_initial_and_surname_in_ascii(  # R51, D8
    first: str, last: str, base: str
) -> None:
    assert base_of(first, last, POLICY) == base


@given(st.text(max_size=60), st.text(max_size=60), POLICIES)
def test_every_name_gives_a_valid_username(  # R51, D8
    first: str, last: str, policy: Policy
) -> None:
    base = base_of(first, last, policy)

    assert username_of(base, policy).text == base
    assert base.strip("-") == base


@given(st.text(max_size=60), st.text(max_size=60), st.integers(1, 70), POLICIES)
def test_proposals_are_valid_and_never_taken(  # R51, R53, D8
    first: str, last: str, taken_before: int, policy: Policy
) -> None:
    taken: set[str] = set()
    for _ in range(min(taken_before, 12)):
        proposal = propose(first, last, taken.__contains__, policy)
        assert proposal not in taken
        assert username_of(proposal, policy).text == proposal
        taken.add(proposal)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=28))
def test_a_proposed_username_proposes_itself(text: str) -> None:  # D8
    assert base_of("", text, POLICY) == text


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (ALWAYS_FREE, "ahansen"),
        ({"ahansen"}, "ahansen2"),
        ({"ahansen", "ahansen2", "ahansen3"}, "ahansen4"),
        ({"ahansen", "ahansen3"}, "ahansen2"),
        ({"ahansen2"}, "ahansen"),
    ],
)
def test_a_taken_username_gets_the_next_number(taken: set[str], expected: str) -> None:  # R53, D8
    assert propose("Ada", "Hansen", taken.__contains__, POLICY) == expected


@pytest.mark.parametrize(
    ("first", "last", "taken", "expected"),
    [
        ("😀", "☃", {"user1"}, "user2"),
        ("Ý", "Ó", {"yo1"}, "yo2"),
        ("X", "", {"x01"}, "x02"),
        ("A", "B" * 40, {"a" + "b" * 29}, "a" + "b" * 28 + "2"),
    ],
)
def test_a_numbered_username_keeps_the_length_limits(  # D8
    first: str, last: str, taken: set[str], expected: str
) -> None:
    assert propose(first, last, taken.__contains__, POLICY) == expected


def test_hundreds_of_equal_names_take_few_queries() -> None:  # R53
    taken = {"ahansen"} | {f"ahansen{number}" for number in range(2, 700)}
    asked: list[str] = []

    def is_taken(key: str) -> bool:
        asked.append(key)
        return key in taken

    proposal = propose("Ada", "Hansen", is_taken, POLICY)

    assert proposal == "ahansen800"
    assert len(asked) < 60


def test_a_check_that_calls_every_username_taken_raises() -> None:  # R53
    asked: list[str] = []

    def is_taken(key: str) -> bool:
        asked.append(key)
        return True

    with pytest.raises(LookupError):
        propose("Ada", "Hansen", is_taken, POLICY)
    assert len(asked) == 70


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ahansen", "ahansen"),
        (" AHansen ", "ahansen"),
        ("a.b_c-9", "a.b_c-9"),
        ("abc", "abc"),
        ("a" * 30, "a" * 30),
    ],
)
def test_a_typed_username_is_compared_without_case(typed: str, text: str) -> None:  # R52, D8
    username = username_of(typed, POLICY)

    assert username == Username(text)
    assert username.text == text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", UsernameFault.TOO_SHORT),
        ("ab", UsernameFault.TOO_SHORT),
        ("a" * 31, UsernameFault.TOO_LONG),
        ("søren", UsernameFault.CHARACTERS),
        ("a hansen", UsernameFault.CHARACTERS),
        ("ahansen\nb", UsernameFault.CHARACTERS),
        ("ahansen\x00", UsernameFault.CHARACTERS),
        ("a@b.example", UsernameFault.CHARACTERS),
        ("ahansen٢", UsernameFault.CHARACTERS),
        ("<!channel>", UsernameFault.CHARACTERS),
    ],
)
def test_a_username_outside_the_rules_is_refused(  # R52, D8
    typed: str, fault: UsernameFault
) -> None:
    with pytest.raises(BadUsernameError) as refusal:
        username_of(typed, POLICY)

    assert refusal.value.fault is fault
    assert refusal.value.field == "username"


def test_the_length_limits_come_from_the_policy() -> None:  # D8
    short = Policy(username_min_length=2, username_max_length=4)

    assert username_of("ab", short).text == "ab"
    with pytest.raises(BadUsernameError):
        username_of("abcde", short)
