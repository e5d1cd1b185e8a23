"""Every list, filter and search on a big project, asked for one after the other while reviewers work."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from urllib.parse import quote

from annotations.folding import fold
from benchmarks.load.browser import Browser
from benchmarks.load.site import Site
from benchmarks.load.size import PASSWORD, RARE_OUTCOME, SLUG, Size
from benchmarks.load.text import WORDS, term

TIMES = 30  # requests for each page
SLOW = 20.0  # seconds after which a page that takes seconds is not asked for again
ROOT = f"/projects/{SLUG}"


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    paths: tuple[str, ...]  # asked for in turn


def pages(size: Size) -> list[Page]:
    chance = random.Random(0)
    deep = [chance.randrange(size.pairs) for _ in range(TIMES)]
    concepts = [f"{ROOT}/concepts/{1 + pair // (len(WORDS) - 1)}/" for pair in deep]
    filters = {
        "a language": "language=ar",
        "to review": "state=queued",
        "decided": "state=decided",
        "conflicts": "state=conflict",
        "flagged (none there is)": "state=flagged",
        "a frequent decision": "outcome=equivalent",
        "a rare decision": f"outcome={RARE_OUTCOME}",
        "language, state and rare decision": f"language=zh&state=decided&outcome={RARE_OUTCOME}",
        "language and conflicts": "language=ru&state=conflict",
    }
    return [
        Page("pairs, first page", "reviewer0", (f"{ROOT}/pairs/",)),
        Page("pairs, first page of 100", "reviewer0", (f"{ROOT}/pairs/?size=100",)),
        Page("pairs, anywhere", "reviewer0", tuple(f"{ROOT}/pairs/?after={position}-0" for position in deep)),
        *(Page(f"pairs, {name}", "reviewer0", (f"{ROOT}/pairs/?{query}",)) for name, query in filters.items()),
        *(
            Page(f"pairs, {name}, anywhere", "reviewer0", tuple(f"{ROOT}/pairs/?{query}&after={n}-0" for n in deep))
            for name, query in filters.items()
        ),
        Page("a concept with its family", "reviewer0", tuple(concepts)),
        Page("my answers", "reviewer0", (f"{ROOT}/review/mine/",)),
        Page("what I skipped", "reviewer0", (f"{ROOT}/review/skipped/",)),
        Page("review page", "lead", (f"{ROOT}/review/",)),
        Page("conflicts", "lead", (f"{ROOT}/conflicts/",)),
        Page("agreement", "lead", (f"{ROOT}/agreement/",)),
        Page("overview", "lead", (f"{ROOT}/overview/",)),
        Page("projects", "lead", ("/",)),
    ]


def searches(size: Size) -> list[Page]:
    """Prefixes and parts of words in every script, found and not found."""
    chance = random.Random(1)
    concepts = size.pairs // (len(WORDS) - 1)
    found: list[Page] = []
    for language in WORDS:
        texts = [term(language, chance.randrange(concepts)) for _ in range(TIMES)]
        for name, typed in (
            ("prefix", [text[:6] for text in texts]),
            ("inside", [text[3:10].strip() for text in texts]),
            ("inside, capitals without accents", [fold(text[3:10]).upper() for text in texts]),
        ):
            for where, path in (("type-ahead", "terms"), ("search page", "search")):
                paths = tuple(f"{ROOT}/{path}/?language={language}&q={quote(words)}" for words in typed)
                found.append(Page(f"{where}, {language}, {name}", "reviewer0", paths))
    nowhere = tuple(f"{ROOT}/search/?q={words}" for words in ("qqzx", "zzz", "xylophone+quartz"))
    found.append(Page("search page, found nowhere", "reviewer0", nowhere))
    return found


def asked(site: Site, wanted: list[Page]) -> Mapping[str, list[float]]:
    browsers = {page.who: Browser(site.address) for page in wanted}
    for name, browser in browsers.items():
        browser.sign_in(name, PASSWORD)
    return {page.name: list(_seconds(browsers[page.who], page)) for page in wanted}


def _seconds(browser: Browser, page: Page) -> Iterator[float]:
    started = monotonic()
    for turn in range(TIMES):
        if monotonic() - started > SLOW:
            return
        path = page.paths[turn % len(page.paths)]
        answer = browser.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.text[:300]}")
        yield answer.seconds
