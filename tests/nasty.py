"""Strings that a hostile, a careless or an unlucky person types: one table for every field."""

# Element 1,500 of these makes a text that is long only once it is escaped.
_GROWING = "a" + "&" * 1499


def _of_slack() -> dict[str, str]:
    return {
        "channel": "Ida <!channel>",
        "here": "<!here> Ida",
        "everyone": "<!everyone|x> Ida",
        "group": "<!subteam^S1|@team> Ida",
        "mention": "<@U0ELISE> Ida",
        "mention with a label": "<@U0ELISE|Anna>",
        "channel link": "<#C0TOWN|general>",
        "link with a label": "<https://evil.example|IMI>",
        "date": "<!date^1^{date}^https://evil.example|x>",
        "bare link": "https://evil.example/x",
        "bare host": "evil.example",
        "mail link": "<mailto:x@evil.example|Anna>",
        "at everyone": "@everyone @here @channel Ida",
        "bold": "*Ida*",
        "italic": "_Ida_",
        "struck": "~Ida~",
        "code": "`Ida`",
        "code block": "```Ida```",
        "quote": "> Ida",
        "deep quote": ">>> Ida",
        "emoji": ":white_check_mark: Ida",
        "skin tone": ":wave::skin-tone-2: Ida",
        "escaped": "&lt;!channel&gt; Ida",
        "ampersand": "Ida &amp; Bo",
        "half an entity": "Ida &am",
        "unbalanced": "*_~`Ida",
    }


def _of_lines() -> dict[str, str]:
    return {
        "line feed": "Ida\nHolm",
        "carriage return": "Ida\r\nHolm",
        "line separator": "Ida\u2028Holm",
        "paragraph separator": "Ida\u2029Holm",
        "next line": "Ida\x85Holm",
        "vertical tab": "Ida\x0bHolm\x0cBo",
        "mail header": "Ida\r\nBcc: x@evil.example",
        "mail body": "Ida\r\n\r\nDear all,",
        "mail header by separator": "Ida\u2028Bcc: x@evil.example",
        "encoded word": "=?utf-8?q?Ida=0D=0ABcc:_x=40evil.example?=",
        "encoded word in base64": "=?utf-8?b?SWRhDQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
        "second address": 'Ida" <x@evil.example>, "Bo',
        "comment in an address": "Ida (x@evil.example)",
        "forged log": 'Ida\n{"event": "signed_in", "level": "info"}',
        "forged log in one line": 'Ida", "event": "x',
    }


def _of_the_unseen() -> dict[str, str]:
    return {
        "right to left": "Ida \u202etxet\u202c Holm",
        "isolates": "Ida \u2067txet\u2069",
        "marks of direction": "Ida\u200e\u200f\u061cHolm",
        "zero width space": "I\u200bda Holm",
        "joiner and non-joiner": "I\u200dd\u200ca",
        "byte order mark": "\ufeffIda",
        "word joiner": "I\u2060da",
        "soft hyphen": "I\u00adda",
        "tags": "Ida\U000e0041\U000e007f",
        "variation selector": "Ida\ufe0f",
        "heap of accents": "I" + "\u0310\u0337\u0360" * 30 + "da",
        "accent alone": "\u0301",
        "spaces": "   \u00a0\u2003\u3000",
        "filler": "\u3164\uffa0\u2800",
        "zero widths alone": "\u200b\u200d\ufeff",
        "nul": "Ida\x00Holm",
        "nul alone": "\x00",
        "controls": "Ida\x01\x07\x08\x1b[31m\x7f",
        "later controls": "Ida\x80\x9b\x9f",
        "lone surrogate": "Ida\ud83d",
        "lone low surrogate": "\ude00Ida",
        "private use": "Ida\ue000",
        "no character": "Ida\uffff",
        "not read": "Ida\ufffd",
    }


def _of_programs() -> dict[str, str]:
    return {
        "script": "<script>alert(1)</script> Ida",
        "image": '"><img src=x onerror=alert(1)> Ida',
        "attribute": "Ida' onfocus='alert(1)",
        "script link": "javascript:alert(1)//Ida.example",
        "template": "{{7*7}} {% raw %} Ida",
        "placeholder": "{reference} {name} {0} {} Ida",
        "attribute of a placeholder": "{name.__class__} Ida",
        "per cent": "%s %(name)s %n Ida",
        "dollar": "${7*7} $(id) Ida",
        "json": '"}],"x":{"y":["Ida',
        "backslash": "Ida \\ \\n \\u0000 \\",
        "sql": "Ida'; DROP TABLE users;--",
        "sql comment": "Ida' OR 1=1 /*",
        "any": "%",
        "one": "_",
        "escape": "\\",
        "star": "*",
        "full text": '"Ida" OR NEAR(* NOT -',
        "path": "../../etc/passwd",
    }


def _of_spreadsheets() -> dict[str, str]:
    return {
        "formula": "=1+1 Ida",
        "plus": "+1 Ida",
        "minus": "-1 Ida",
        "at": "@SUM(1) Ida",
        "tab": "\t=1+1 Ida",
        "return": "\r=1+1 Ida",
        "full width": "＝1+1 Ida",
        "space": " =1+1 Ida",
        "another cell": "Ida;=1+1",
        "quoted": '"=1+1 Ida',
        "link formula": '=HYPERLINK("https://evil.example";"Ida")',
    }


def _of_size() -> dict[str, str]:
    return {
        "ten thousand": "a" * 10_000,
        "ten thousand words": "a " * 5_000,
        "three thousand": "a" * 3_000,
        "growing by five": _GROWING,
        "growing 1000": _GROWING[:1000],
        "growing 300": _GROWING[:300],
        "growing 200": _GROWING[:200],
        "growing 80": _GROWING[:80],
        "growing signs": "a" + "*" * 298 + "a",
    }


def _of_honest_people() -> dict[str, str]:
    return {
        "apostrophe": "O'Brien",
        "apostrophe of a printer": "D’Angelo",
        "polish": "Łukasz Żółć",
        "greek": "Νίκος Παππάς",
        "bulgarian": "Юлия Йорданова",
        "maltese": "Ħal Għaxaq",
        "decomposed": "Soren A\u030alborg",
        "homoglyphs": "Аnnа Ноlm",
        "emoji of several": "Ida 👩\u200d👩\u200d👧",
        "emoji": "Ida 😀",
    }


NASTY: dict[str, str] = (
    _of_slack()
    | {f"line: {name}": text for name, text in _of_lines().items()}
    | {f"unseen: {name}": text for name, text in _of_the_unseen().items()}
    | {f"program: {name}": text for name, text in _of_programs().items()}
    | {f"cell: {name}": text for name, text in _of_spreadsheets().items()}
    | {f"size: {name}": text for name, text in _of_size().items()}
    | {f"honest: {name}": text for name, text in _of_honest_people().items()}
)
