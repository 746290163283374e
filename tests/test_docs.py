"""Tests that the reference and the guides agree with the code, and that no link is broken."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pydantic_core import PydanticUndefined

from bot.cli.command_group import COMMANDS
from bot.cli.upgrade_plan import ROLLING, STOP_FIRST
from bot.monitoring.metrics import Metrics
from bot.portal.throttle import PER_ADDRESS
from bot.settings.secret_files import SECRET_SETTINGS
from bot.settings.settings import Settings
from bot.slack.rate_limits import CHANNEL_SECONDS, POSTS_PER_MINUTE
from core.health.rules import Health, ProcessHealth
from core.languages.texts import po_path
from core.schema.tables import TABLES
from docs import source_calls
from docs.log_meanings import FIELDS, MEANINGS
from docs.reference_pages import REFERENCE, event_fields, pages
from tests.links import anchors_in, broken_links, pictures_in
from tests.times import NOON

DOCS = Path("docs")
PAGES = [*Path().glob("*.md"), *DOCS.rglob("*.md")]
SETTINGS = (DOCS / "reference/settings.md").read_text("utf-8")
GUIDES = ("administrator", "user")


def test_the_reference_is_what_the_code_says_now() -> None:
    written = {page.name: page.read_text("utf-8") for page in REFERENCE.iterdir()}

    # `make docs` writes it.
    assert written == pages()


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    for name, setting in Settings.model_fields.items():
        default = setting.default
        if isinstance(default, tuple):
            default = ",".join(map(str, default))
        if default is PydanticUndefined:
            shown = "**required**"
        else:
            shown = "none" if default in {None, ""} else f"`{getattr(default, 'value', default)}`"
        assert f"| `{name.upper()}` | {shown} | {setting.description} |" in SETTINGS


def test_a_setting_without_a_default_of_its_own_says_the_number_that_counts_instead() -> None:
    numbers = {
        "imi_throttle_per_minute": PER_ADDRESS.per_minute,
        "imi_throttle_per_hour": PER_ADDRESS.per_hour,
        "imi_slack_posts_per_minute": POSTS_PER_MINUTE,
        "imi_slack_channel_seconds": CHANNEL_SECONDS,
    }
    for name, number in numbers.items():
        description = str(Settings.model_fields[name].description)
        assert re.search(rf"instead of (Slack's own limit of )?{number}\b", description), name


def test_the_reference_names_no_setting_that_does_not_exist() -> None:
    rows = [line for line in SETTINGS.splitlines() if line.startswith(("| `IMI_", "| `SLACK_"))]

    assert len(rows) == len(Settings.model_fields)


def test_every_command_is_in_the_reference() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")

    for name in COMMANDS:
        assert f"\n## `imi-bot {name}" in page


def test_the_upgrade_guide_quotes_the_plan() -> None:
    guide = Path("UPGRADING.md").read_text("utf-8")

    assert f"| {ROLLING} |" in guide
    assert f"| {STOP_FIRST} |" in guide


def test_every_metric_that_is_served_is_in_the_reference() -> None:
    health = Health(waiting=0, oldest=None, failed=0, jobs=())
    served = (
        Metrics(Path("imi.sqlite3")).render(health, ProcessHealth(NOON, None, 0), NOON).decode()
    )
    names = set(re.findall(r"^# TYPE (imi_\w+) \w+$", served, re.MULTILINE))

    created = {name for name in names if name.endswith("_created")}
    assert names - created == {metric.name for metric in source_calls.metrics()}


def test_every_event_in_the_log_has_a_meaning() -> None:
    assert {event.name for event in source_calls.log_events()} == set(MEANINGS)


def test_every_field_in_the_log_has_a_meaning() -> None:
    assert set(event_fields(source_calls.log_events())) == set(FIELDS)


def test_every_logger_has_the_name_that_is_searched_for() -> None:
    for package in source_calls.PACKAGES:
        for path in Path(package).rglob("*.py"):
            for line in path.read_text("utf-8").splitlines():
                assert "get_logger(" not in line or line.startswith("log = "), path


def test_no_call_that_logs_is_overlooked() -> None:
    calls = re.compile(r"\blog\.(?:debug|info|warning|error|critical|exception|log)\(")
    number = sum(
        len(calls.findall(path.read_text("utf-8")))
        for package in source_calls.PACKAGES
        for path in Path(package).rglob("*.py")
    )

    assert number
    assert number <= len(source_calls.log_events())


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_no_link_is_broken(page: Path) -> None:
    assert broken_links(page) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Ændring af *roller*, 4.1\n# Twice\n# Twice\n", "utf-8")
    right = "[a](other.md#ændring-af-roller-41) [b](other.md#twice-1) [c](#here) [d](https://x.eu)"
    wrong = ["gone.md", "other.md#gone", "#gone", "gone.png"]
    page = tmp_path / "page.md"
    page.write_text(f"# Here\n{right}\n```\n[e](code.md)\n```\n", "utf-8")
    assert broken_links(page) == []

    page.write_text("".join(f"![f]({target})\n" for target in wrong), "utf-8")

    assert broken_links(page) == wrong
    assert anchors_in("# A b\n") == {"a-b"}


def test_each_picture_is_shown_and_exists_in_both_languages() -> None:
    shown = {picture for page in PAGES for picture in pictures_in(page)}
    taken = {path.resolve() for path in (DOCS / "images").rglob("*.png")}
    names = {
        language: {path.name for path in (DOCS / "images" / language).iterdir()}
        for language in ("en", "da")
    }

    assert shown == taken
    assert names["en"] == names["da"]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_each_picture_has_a_text_for_those_who_cannot_see_it(page: Path) -> None:
    assert re.findall(r"!\[\s*\]\([^)]*\)", page.read_text("utf-8")) == []


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_has_the_same_chapters_and_pictures_in_both_languages(guide: str) -> None:
    english, danish = (DOCS / f"guide/{guide}{end}" for end in (".md", ".da.md"))

    assert _levels(english) == _levels(danish)
    assert [one.name for one in pictures_in(english)] == [one.name for one in pictures_in(danish)]
    assert {one.parent.name for one in pictures_in(danish)} == {"da"}


# R1-R78: the chapters of the guide, whose words the Danish page uses.
def test_the_administrators_guide_follows_the_chapters_of_the_guide() -> None:
    which = "(grundlæggende og modulrelaterede oplysninger)"
    chapters = re.findall(
        r"^##+ (\d[\d.]*) (.+)$",
        (DOCS / "guide/administrator.da.md").read_text("utf-8"),
        re.MULTILINE,
    )

    assert chapters == [
        ("1.", "Hvem kan forvalte myndighedens oplysninger og brugere?"),
        ("2.", f"Opdatering af min myndigheds oplysninger {which}"),
        ("3.", "Registrering af en kollega som ny bruger"),
        ("4.", "Forvaltning af brugere i min myndighed"),
        ("4.1.", "Ændring af kontaktoplysninger og roller"),
        ("4.2.", "Nulstilling af password"),
    ]


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", ["en", "da"])
def test_bold_words_of_a_guide_are_labels_of_the_product(guide: str, language: str) -> None:
    page = DOCS / f"guide/{guide}{'' if language == 'en' else '.da'}.md"
    labels = _labels()[language]
    bold = re.findall(r"\*\*(.+?)\*\*", page.read_text("utf-8"))

    assert bold
    assert [text for text in bold if text not in labels] == []


@pytest.mark.parametrize("end", [".md", ".da.md"])
def test_the_guide_names_the_codes_of_all_modules_and_roles(end: str) -> None:
    page = (DOCS / f"guide/administrator{end}").read_text("utf-8")
    catalogue = tomllib.loads(Path("core/catalogue/catalogue.toml").read_text("utf-8"))
    modules = catalogue["modules"]
    roles = [*catalogue["authority_roles"], *(role for one in modules for role in one["roles"])]

    codes = {one["code"] for one in [*modules, *roles]}

    assert set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE)) == codes


def test_the_record_of_processing_names_every_table() -> None:
    record = (DOCS / "data-protection/record.md").read_text("utf-8")

    assert [table.name for table in TABLES if f"`{table.name}`" not in record] == []


def test_pages_name_no_setting_that_does_not_exist() -> None:
    known = {name.upper() for name in Settings.model_fields} | {"IMI_SETTINGS_FILE"}
    known |= {f"{name.upper()}_FILE" for name in SECRET_SETTINGS}
    # CONTRIBUTING.md names variables of the tests too.
    top = [Path(f"{name}.md") for name in ("README", "CHANGELOG", "UPGRADING", "SECURITY")]
    for page in (*DOCS.glob("*.md"), *(DOCS / "data-protection").iterdir(), *top):
        named = set(re.findall(r"`(IMI_[A-Z_]+)", page.read_text("utf-8")))
        # IMI_IMAGE is a variable of deploy/compose.yml itself.
        assert named <= known | {"IMI_IMAGE"}, page


@cache
def _labels() -> dict[str, set[str]]:
    with po_path("da").open("rb") as file:
        messages = list(read_po(file, locale="da"))
    return {"en": {str(one.id) for one in messages}, "da": {str(one.string) for one in messages}}


def _levels(page: Path) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", page.read_text("utf-8"), re.MULTILINE)]
