"""What the site does when a reader acts: copies, searches, answers, changes the mode, uses keys.

And what it is to a reader without JavaScript, without network, with less motion, with colours of
their own, or on paper.
"""

import io
import json
import math
import re
import urllib.parse
import zipfile

import pytest
from PIL import Image, ImageChops

CHAPTER = "introduction.html"
EXAMPLES = ["index.html", CHAPTER, "search.html", "reference/glossary.html"]
TEMPLATE = "chapter-template.html"  # it has a recall question of each kind

CODE = "div.highlight > pre"  # all that has a copy button
CELLS = ".cell_input div.highlight > pre"

# What is out of sight and waits to be laid out (arriving.js).
WAITING = """[...document.querySelectorAll('article *')]
    .filter(e => getComputedStyle(e).contentVisibility === 'auto').length"""


def grey(tab, selector, name):
    """Return how bright a computed colour is, 0 to 255; None if it is transparent."""
    value = tab.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}")
    red, green, blue, *alpha = (float(number) for number in re.findall(r"[\d.]+", value))
    return None if alpha == [0] else 0.299 * red + 0.587 * green + 0.114 * blue


def ink(picture):
    """Return which share of a screenshot stands out from its background."""
    counts = Image.open(io.BytesIO(picture)).convert("L").histogram()
    ground = counts.index(max(counts))
    return sum(n for level, n in enumerate(counts) if abs(level - ground) > 60) / sum(counts)


# --- Copying --------------------------------------------------------------------------------------


def lines(code):
    """Return code as it is typed: without a last line break."""
    return code.rstrip("\n")


def typed(block):
    """Return what a reader types of a block: no prompts, and not what Python answers."""
    block = block.clone()
    for node in block.css(".gp, .go"):
        node.decompose()
    return block.text()


def test_copying_copies_exactly_the_code(reader, site, page):
    """Each copy button, then the one that copies all."""
    blocks = [typed(node) for node in site.parsed(page).css(CODE)]
    if not blocks:
        return
    tab = reader(page, permissions=["clipboard-read", "clipboard-write"])
    buttons = tab.locator("div.highlight > button.copybtn")
    assert buttons.count() == len(blocks), (
        f"{page}: {len(blocks)} blocks of code, not as many buttons"
    )
    for number, code in enumerate(blocks):
        buttons.nth(number).dispatch_event("click")
        copied = tab.evaluate("navigator.clipboard.readText()")
        assert lines(copied) == lines(code), (
            f"{page}: copy button {number + 1} copies something else"
        )
    if not downloads(site, page):
        return
    tab.locator(".page-code button").click()
    copied, at = tab.evaluate("navigator.clipboard.readText()"), 0
    compile(copied, page, "exec")
    for number, code in enumerate(cells_of(site, page), 1):
        assert code.strip() in copied[at:], f"{page}: cell {number} is not copied, or not in order"
        at = copied.index(code.strip(), at) + len(code.strip())


def downloads(site, page):
    """Return where a page's script and notebook lie, or nothing for a page without cells."""
    links = site.parsed(page).css(".page-code a[download]")
    paths = [urllib.parse.urljoin(page, link.attributes["href"]) for link in links]
    return {path.rpartition(".")[2]: site.folder / path for path in paths}


def cells_of(site, page):
    return [lines(node.text()) for node in site.parsed(page).css(CELLS)]


def test_page_with_code_offers_script_and_notebook(site, page):
    found = downloads(site, page)
    wanted = {"py", "ipynb"} if cells_of(site, page) else set()
    assert set(found) == wanted, f"{page}: expected downloads {sorted(wanted)}, got {sorted(found)}"


def test_script_holds_the_code_of_the_page_in_order(site, page):
    if path := downloads(site, page).get("py"):
        script, at = path.read_text(encoding="utf-8"), 0
        compile(script, str(path), "exec")
        for number, code in enumerate(cells_of(site, page), 1):
            assert code in script[at:], (
                f"{page}: cell {number} is not in {path.name}, or not in order"
            )
            at = script.index(code, at) + len(code)
        assert "pip install" in script, f"{path.name} does not say how to get what it imports"


def test_notebook_holds_the_code_and_its_outputs(site, page):
    if path := downloads(site, page).get("ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        wanted = cells_of(site, page)
        kept = [code for code in found if lines(code) in wanted]
        assert [*map(lines, kept)] == wanted, f"{path.name}: its cells are not those of {page}"
        shown = len(site.parsed(page).css(".cell_output"))
        outputs = sum(bool(cell.get("outputs")) for cell in cells)
        assert outputs >= shown, f"{path.name}: {outputs} cells have outputs, {shown} on {page}"


# --- Colour mode ----------------------------------------------------------------------------------


def choose(tab, mode):
    tab.get_by_role("button", name="Colour mode").click()
    tab.locator(f"#colour-modes [data-mode={mode}]").click()


def test_chosen_mode_is_kept(reader, server, ready, width):
    tab = reader(CHAPTER, mode="light", width=width)
    assert grey(tab, "body", "backgroundColor") > 200, "a page in light mode must be bright"
    choose(tab, "dark")
    assert grey(tab, "body", "backgroundColor") < 60, "choosing Dark must darken the page"
    tab.goto(server.base + "index.html")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark", "lost on the next page"
    ready(tab)
    choose(tab, "auto")
    assert tab.evaluate("document.documentElement.dataset.theme") == "light", "auto: as the system"
    tab.emulate_media(color_scheme="dark")
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark", "auto: as the system"


def test_mode_is_set_before_the_first_paint(reader, server, ready):
    """The kept mode must show while the scripts of the site have not come yet."""
    tab = reader(CHAPTER, mode="light")
    choose(tab, "dark")
    held = []
    tab.route("**/*.js*", lambda route: held.append(route))
    tab.goto(server.base + "input.html", wait_until="commit")
    tab.wait_for_function(
        "() => document.body && getComputedStyle(document.body).backgroundColor !== 'rgba(0, 0, 0, 0)'"
    )
    assert held, "the page loads no script: what does this test test?"
    assert grey(tab, "body", "backgroundColor") < 60, "the page flashes: light before it turns dark"
    for route in held:
        route.continue_()
    tab.unroute_all()
    ready(tab)


# Notes each script when it is put into the page, and whether a frame had begun since that was whole.
NOTING = """window.noted = []
addEventListener('DOMContentLoaded', () => requestAnimationFrame(() => { window.framed = true }))
new MutationObserver(changes => {
    for (const { addedNodes } of changes) for (const { localName, src } of addedNodes) {
        if (localName !== 'script' || !src) continue
        noted.push([new URL(src).pathname, !!window.framed])
    }
}).observe(document, { childList: true, subtree: true })"""


def test_scripts_run_in_their_order_once_a_page_is_shown(reader, site, ready):
    tab = reader(CHAPTER, still=True)
    tab.add_init_script(NOTING)
    tab.goto(tab.url.replace(CHAPTER, LONG))
    ready(tab)
    links = [link.attributes["href"] for link in site.parsed(LONG).css("link[as=script]")]
    noted = tab.evaluate("noted")
    assert [path.rsplit("/", 1)[1] for path, _ in noted] == [
        re.split(r"[/?]", link)[-2] for link in links
    ]
    assert len(links) == 2 and all(shown for _, shown in noted), noted


def test_scripts_do_not_wait_where_a_reader_stands_in_the_middle(reader, ready):
    """A box that grows there later would move what is read."""
    tab = reader(CHAPTER, still=True)
    tab.add_init_script(NOTING + "; requestAnimationFrame = () => {}")
    tab.goto(f"{tab.url.replace(CHAPTER, LONG)}#one-update-in-numbers")
    ready(tab)
    assert len(tab.evaluate("noted")) == 2


# --- Keys -----------------------------------------------------------------------------------------

# What a reader can act on, in the order of the document; one of each group of radio buttons.
INTERACTIVE = """window.interactive = () => {
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]'
    const groups = new Set()
    return [...document.querySelectorAll(all)].filter(e => {
        const seen = e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length
        if (e.disabled || e.tabIndex < 0 || e.closest('[inert]') || !seen) return false
        const again = e.type === 'radio' && groups.has(e.name)
        groups.add(e.name)
        return !again
    })
}
window.named = e => `${e.tagName.toLowerCase()} “${(e.ariaLabel || e.textContent).trim().slice(0, 30)}”`
window.looks = e => [e, e.parentElement, e.closest('label')].filter(Boolean).map(part => {
    const s = getComputedStyle(part)
    return [s.outlineStyle === 'none' ? '' : s.outline, s.boxShadow, s.opacity].join()
}).join()
window.plain = new Map(interactive().map(e => [e, looks(e)]))"""

STEP = """() => {
    const e = document.activeElement
    const box = e.getBoundingClientRect()
    return {
        place: [...plain.keys()].indexOf(e), name: named(e), end: e === document.body,
        changed: plain.get(e) !== looks(e),
        shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
            && e.checkVisibility({ opacityProperty: true }),
    }
}"""


@pytest.mark.parametrize("page_", EXAMPLES + [TEMPLATE])
def test_tab_reaches_everything_in_order(reader, page_, width):
    tab = reader(page_, width=width, reduced_motion="reduce")
    tab.evaluate(INTERACTIVE)
    total = tab.evaluate("plain.size")
    where, reached = f"{page_} at {width} px", []
    for _ in range(2 * total + 20):
        tab.keyboard.press("Tab")
        step = tab.evaluate(STEP)
        if step["end"]:
            break
        assert step["shown"], f"{where}: {step['name']} has the focus and is not seen"
        if step["place"] >= 0:  # else a box that scrolls
            assert step["changed"], f"{where}: nothing shows that {step['name']} has the focus"
            reached.append(step["place"])
    names = tab.evaluate("[...plain.keys()].map(named)")
    missed = [names[place] for place in range(total) if place not in reached]
    assert not missed, f"{where}: Tab does not reach {missed[:5]}"
    assert reached == sorted(reached), f"{where}: Tab goes back and forth: {reached}"


LONG = "training/backward.html"
# How far a target is from the top; the theme leaves room for what sticks there. The last section cannot reach it.
TOP = "id => document.getElementById(id).getBoundingClientRect().top"


def in_the_middle(site):
    every = [part.attributes["id"] for part in site.parsed(LONG).css("article section section")]
    return every[:-1:3]


def test_link_into_a_long_page_shows_what_it_names(reader, site, width):
    """No part of the page waits to be laid out above it."""
    for anchor in in_the_middle(site):
        tab = reader(f"{LONG}#{anchor}", width=width, still=True)
        assert tab.evaluate(WAITING) == 0
        assert -1 < tab.evaluate(TOP, anchor) < 200, anchor


def test_a_long_page_is_laid_out_at_the_first_sign_of_a_reader(reader, site, ready, width):
    """Until then it is not, so that it is shown soon."""
    tab = reader(CHAPTER, width=width, still=True, reduced_motion="reduce")
    tab.add_init_script("requestIdleCallback = () => {}")  # else it begins by itself
    tab.goto(tab.url.replace(CHAPTER, LONG))
    ready(tab)
    assert tab.evaluate(WAITING) > 20
    tab.keyboard.press("Tab")
    assert tab.evaluate(WAITING) == 0
    for anchor in in_the_middle(site):
        tab.evaluate("id => { location.hash = id; }", anchor)
        assert -1 < tab.evaluate(TOP, anchor) < 200, anchor


def test_a_reader_who_loads_a_page_anew_sees_what_he_read(reader, width):
    tab = reader(LONG, width=width)
    tab.evaluate("document.getElementById('one-update-in-numbers').scrollIntoView()")
    tab.wait_for_timeout(300)  # a browser notes the place a little later
    before = tab.evaluate(TOP, "one-update-in-numbers")
    tab.reload()
    tab.wait_for_function(
        f"top => Math.abs(({TOP})('one-update-in-numbers') - top) < 3", arg=before
    )
    tab.wait_for_timeout(300)  # and it does not move on
    assert tab.evaluate(TOP, "one-update-in-numbers") == pytest.approx(before, abs=3)


def test_skip_link_leads_to_the_text(reader, width):
    tab = reader(CHAPTER, width=width)
    tab.keyboard.press("Tab")
    link = tab.locator(":focus")
    assert link.get_attribute("href") == "#main-content", "the first Tab must reach the skip link"
    assert link.is_visible()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    inside = "document.querySelector('#main-content').contains(document.activeElement)"
    assert tab.evaluate(inside), "after the skip link, Tab must go on within the text"


def test_escape_closes_the_search_and_gives_the_focus_back(reader):
    tab = reader(CHAPTER)
    button = tab.get_by_role("button", name="Search").locator("visible=true").first
    button.focus()
    tab.keyboard.press("Enter")
    field = tab.locator("dialog[open] input[type=search]")
    field.wait_for()
    assert field.evaluate("e => e === document.activeElement"), "the field must have the focus"
    tab.keyboard.press("Escape")
    field.wait_for(state="hidden")
    assert button.evaluate("e => e === document.activeElement"), "the focus must go back"


def test_control_k_opens_the_search(reader):
    tab = reader(CHAPTER)
    tab.keyboard.press("Control+k")
    tab.locator("dialog[open] input[type=search]").wait_for()


def test_escape_closes_the_menu_of_modes(reader):
    tab = reader(CHAPTER)
    button = tab.get_by_role("button", name="Colour mode")
    button.focus()
    tab.keyboard.press("Enter")
    tab.locator("#colour-modes").wait_for()
    tab.keyboard.press("Escape")
    tab.locator("#colour-modes").wait_for(state="hidden")
    assert button.evaluate("e => e === document.activeElement"), "the focus must go back"


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_escape_closes_the_side_bars_of_a_phone(reader, side):
    tab = reader(CHAPTER, width=360)
    toggle = tab.locator(f"a.{side}-toggle:visible, button.{side}-toggle:visible").first
    toggle.focus()
    tab.keyboard.press("Enter")
    links = tab.locator("dialog[open] a[href]:visible")
    links.first.wait_for()
    tab.keyboard.press("Escape")
    links.first.wait_for(state="hidden")
    assert toggle.evaluate("e => e === document.activeElement"), "the focus must go back"


FOCUSED = "[document.activeElement.tagName, document.activeElement.textContent.trim()]"


def test_a_copy_leaves_the_focus_and_is_heard(reader):
    tab = reader(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    for button, said in (
        ("button.copybtn:visible", "Copied"),
        (".page-code button", "copied"),
    ):
        one = tab.locator(button).first
        one.press("Enter")
        tab.get_by_text(said, exact=True).wait_for(state="attached")
        assert one.evaluate("e => e === document.activeElement"), f"{button} has lost the focus"


def test_reading_goes_on_where_the_menu_led(reader):
    tab = reader("lstm-cells/index.html", width=360)
    tab.get_by_role("button", name="On this page").press("Space")
    menu = tab.get_by_role("dialog", name="On this page")
    menu.get_by_role("link", name="The figure").press("Enter")
    menu.wait_for(state="hidden")
    tab.wait_for_function(f"() => {FOCUSED}[1].startsWith('The figure')")
    assert tab.evaluate(FOCUSED)[0] == "H2"


@pytest.mark.parametrize("name", ["Contents of the book", "On this page"])
def test_a_menu_can_be_closed_by_a_button_of_its_own(reader, name):
    tab = reader("lstm-cells/index.html", width=360)
    toggle = tab.get_by_role("button", name=name)
    for _ in range(2):  # the theme carries the button to and fro
        toggle.press("Enter")
        tab.get_by_role("dialog", name=name).get_by_role("button", name="Close").press("Enter")
        tab.get_by_role("dialog", name=name).wait_for(state="hidden")
    assert not tab.locator(".close-dialog:visible").count()
    assert toggle.evaluate("e => e === document.activeElement")


def test_toggles_and_modes_say_their_state(reader):
    tab = reader(CHAPTER, width=1280)
    toggle = tab.get_by_role("button", name="Contents of the book")
    for state in ("true", "false", "true"):
        tab.wait_for_function(
            "state => document.querySelector('.primary-toggle').ariaExpanded === state", arg=state
        )
        toggle.press("Space")
    tab.get_by_role("button", name="Colour mode").press("Enter")
    pressed = tab.locator("#colour-modes button[aria-pressed=true]")
    assert pressed.inner_text().strip() == "As the system"
    tab.get_by_role("button", name="Dark").press("Enter")
    assert pressed.text_content().strip() == "Dark"


def test_a_page_whose_reader_touches_nothing_is_laid_out_in_the_end(reader):
    tab = reader(LONG, still=True)
    tab.wait_for_function("() => !document.documentElement.classList.contains('arriving')")
    assert tab.evaluate(WAITING) == 0


def test_the_place_in_the_book_is_told(reader):
    tab = reader("training/noise.html", width=1280)
    assert tab.locator("nav.bd-links [aria-current=page]").inner_text() == "Noise"
    names = [
        arrow.get_attribute("aria-label") for arrow in tab.locator("nav.bd-links summary").all()
    ]
    assert len(names) == len(set(names)) > 1


def test_a_heading_and_the_link_to_it_are_called_by_its_words(reader):
    tab = reader("network.html")
    for words in ("3 Network", "The idea", "Units, time steps, cells"):
        assert tab.get_by_role("heading", name=words, exact=True).count() == 1
        assert tab.get_by_role("link", name=f"Link to {words}", exact=True).count() == 1


# --- Search ---------------------------------------------------------------------------------------

FIRST = {  # what a reader types, and what must stand first
    "W_x": "reference/notation.html",
    "W_ix": "reference/notation.html",
    "W_{ix}": "reference/notation.html",
    "dc": "training/backward.html",
    "∂": "training/backward.html",
    "dz_i": "training/backward.html",
    "forget gate bias": "lstm-cells/forget-gate.html",
    "forget gate": "lstm-cells/forget-gate.html",
    "learning rate": "training/learning-rate.html",
    "batch size": "training/batch-size.html",
    "noise": "training/noise.html",
    "the forget gate": "lstm-cells/forget-gate.html",
    "forget gates": "lstm-cells/forget-gate.html",
    "what is the forget gate": "lstm-cells/forget-gate.html",
    "bias of the forget gate": "lstm-cells/forget-gate.html",
    "forget gate bias 1": "lstm-cells/forget-gate.html",
    "how does the output gate work": "lstm-cells/output-gate.html",
    "learning rates": "training/learning-rate.html",
    "learnig rate": "training/learning-rate.html",
    "too high learning rate": "training/learning-rate.html",
    "backpropogation": "training/backward.html",
    "overshooting": "reference/glossary.html#term-overshooting",
    "PyTorch": "reference/notation.html",
    "hold_gate": "reference/api/lstm.html#lstm_ref.lstm.hold_gate",
    "refeed": "reference/api/generation.html#lstm_ref.generation.refeed",
    "clip_by_global_norm": (
        "reference/api/optimizers.html#lstm_ref.optimizers.clip_by_global_norm"
    ),
}


def results(tab):
    """Return where the results of a search lead, in their order, once it has ended."""
    tab.locator(".search-summary").get_by_text(re.compile("finished|did not match")).wait_for()
    links = tab.locator("#search-results ul.search li > a")
    return links.evaluate_all("all => all.map(link => link.getAttribute('href'))")


def search(reader, query, **options):
    return results(reader("search.html?q=" + urllib.parse.quote_plus(query), **options))


def test_a_row_of_libraries_is_headed_by_what_it_is_about(reader):
    tab = reader("reference/notation.html")
    row = tab.get_by_role("row").filter(has_text="unit_forget_bias")
    assert row.get_by_role("rowheader").text_content().strip() == "the forget gate’s first bias"


@pytest.mark.parametrize("query", FIRST)
def test_search_finds_the_right_page_first(reader, query):
    found, wanted = search(reader, query), FIRST[query]
    first = found[0] if found and "#" in wanted else re.split("[?#]", "".join(found[:1]))[0]
    assert first == wanted, f"{query!r} finds {found[:5]}, {wanted} must be first"


@pytest.mark.parametrize("query", ["learning rate", "noise", "learnig rate", "cell state"])
def test_search_lists_a_page_once(reader, query):
    pages = [link.partition("?")[0] for link in search(reader, query) if "#" not in link]
    assert len(pages) == len(set(pages))


def test_search_says_that_it_found_nothing(reader):
    tab = reader("search.html?q=xyzzy")
    assert results(tab) == []
    assert "did not match" in tab.locator("#search-results").text_content()


@pytest.mark.parametrize(
    ("query", "unknown", "sought"),
    [("learnig rate", "learnig", "learning rate"), ("clipping xyzzy", "xyzzy", "clipping")],
)
def test_search_says_which_word_it_did_not_seek(reader, query, unknown, sought):
    tab = reader("search.html?q=" + urllib.parse.quote_plus(query))
    assert results(tab)
    told = tab.locator(".search-instead").inner_text()
    assert told == f"No page has “{unknown}”: shown is what was found for “{sought}”."


@pytest.mark.parametrize("query", ["learning rates", "the forget gate", "W_x", "xyzzy"])
def test_search_says_nothing_of_words_that_it_sought(reader, query):
    tab = reader("search.html?q=" + urllib.parse.quote_plus(query))
    results(tab)
    assert tab.locator(".search-instead").count() == 0


def test_the_outcome_of_a_search_is_heard(reader):
    tab = reader("search.html?q=xyzzy")
    results(tab)
    assert tab.get_by_role("status").filter(has_text="did not match").count() == 1


def test_search_leads_to_the_passage(reader):
    tab = reader("search.html?q=twelve+boxes")
    first = results(tab)[0]
    assert first.startswith("network.html?find=")
    tab.locator(f"#search-results a[href='{first}']").click()
    passage = tab.locator(".bd-article .found")
    assert {"Twelve", "boxes"} <= set(re.findall(r"\w+", passage.text_content()))
    passage.evaluate("passage => new Promise(requestAnimationFrame)")
    top, bottom = passage.evaluate(
        "p => [p.getBoundingClientRect().top, p.getBoundingClientRect().bottom]"
    )
    assert 0 < top < bottom < tab.viewport_size["height"]
    assert passage.evaluate("passage => passage === document.activeElement")


def test_a_passage_in_a_fold_is_opened(reader):
    tab = reader("training/index.html?find=xyzzy+zzz")
    assert tab.locator(".found").count() == 0
    tab = reader(CHAPTER)
    word = tab.evaluate("""() => {
        const count = text => text.toLowerCase().match(/[a-z]{6,}/g) ?? [];
        const all = count(document.querySelector(".bd-article").textContent);
        const folded = document.querySelector("details.solution, .bd-article details").textContent;
        return count(folded).find(word => all.filter(other => other.includes(word)).length === 1);
    }""")
    tab = reader(f"{CHAPTER}?find={word}")
    assert tab.locator(".found").is_visible()


def test_search_is_asked_from_every_page(reader, server):
    tab = reader(CHAPTER)
    tab.keyboard.press("Control+k")
    tab.locator("dialog[open] input[type=search]").fill("cell state")
    tab.keyboard.press("Enter")
    tab.wait_for_url(server.base + "search.html?*")
    assert results(tab), "nothing was found"


# --- Definitions of terms -------------------------------------------------------------------------


def first_term(tab):
    term = tab.locator("article p > .term:visible").first
    term.scroll_into_view_if_needed()
    return term.locator("a"), term.locator(".tip")


def test_definition_shows_on_hover_until_escape(reader, width):
    tab = reader(CHAPTER, width=width)
    link, tip = first_term(tab)
    assert tip.is_hidden()
    link.hover()
    tip.wait_for()
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width, "the definition leaves the window"
    tip.hover()
    assert tip.is_visible(), "the definition must stay while the pointer is on it"
    tab.keyboard.press("Escape")
    tip.wait_for(state="hidden")


def test_definition_in_a_part_that_still_waits_is_in_the_window(reader):
    """Nobody has touched the page: a move of the pointer is no sign."""
    tab = reader("input.html", still=True)
    waiting = tab.evaluate_handle("""() => [...document.querySelectorAll('article p > .term')].find(term => {
        const { top, bottom } = term.getBoundingClientRect(), part = term.closest('section')
        return getComputedStyle(part).contentVisibility === 'auto' && top > 0 && bottom < innerHeight
    })""").as_element()
    waiting.hover()
    tip = waiting.query_selector(".tip")
    tip.wait_for_element_state("visible")
    box = tip.bounding_box()
    assert 0 <= box["y"] <= tab.viewport_size["height"] - box["height"]


def test_escape_puts_away_every_definition(reader):
    tab = reader(CHAPTER)
    terms = tab.locator("article p > .term:visible")
    terms.nth(1).locator("a").focus()
    terms.nth(0).locator("a").hover()
    assert terms.nth(0).locator(".tip").is_visible() and terms.nth(1).locator(".tip").is_visible()
    tab.keyboard.press("Escape")
    assert terms.nth(0).locator(".tip").is_hidden() and terms.nth(1).locator(".tip").is_hidden()


def test_definition_shows_on_focus(reader):
    link, tip = first_term(reader(CHAPTER))
    link.focus()
    tip.wait_for()
    link.evaluate("e => e.blur()")
    tip.wait_for(state="hidden")


def test_definition_shows_at_the_first_tap(reader, server):
    tab = reader(CHAPTER, width=360, has_touch=True)
    link, tip = first_term(tab)
    link.tap()
    tip.wait_for()
    assert tab.url == server.base + CHAPTER, "the first tap must not leave the page"
    link.tap()
    tab.wait_for_url("**/glossary.html#term-*")


def test_definition_shows_without_javascript(reader):
    link, tip = first_term(reader(CHAPTER, java_script_enabled=False))
    link.hover()
    tip.wait_for()


# --- Recall ---------------------------------------------------------------------------------------


def stated(question):
    """Return what a question says is right."""
    return question.locator(".recall-answer strong").all_text_contents()


def answer(question, given):
    """Give an answer, a text or the words of choices, and have it checked."""
    if question.get_attribute("data-kind") == "choice":
        for label in question.locator("fieldset label").all():
            label.locator("input").set_checked(label.text_content().strip() in given)
    else:
        question.locator("form input").fill(given[0].partition(", give or take")[0])
    question.get_by_role("button", name="Check").click()


def verdict(question):
    return question.locator(".recall-verdict").text_content()


def test_right_answers_score(reader, site, page):
    """The answer that each question states is the one that it takes as right."""
    asked = len(site.parsed(page).css(".recall"))
    if not asked:
        return
    tab = reader(page)
    for question in tab.locator(".recall").all():
        answer(question, stated(question))
        words = question.locator(".recall-question").text_content()
        assert verdict(question) == "Right.", f"{page}: “{words}” refuses {stated(question)}"
        assert question.locator(".recall-answer").get_attribute("open") is not None
    assert tab.locator(".recall-score").text_content().startswith(f"{asked} of {asked} right.")
    tab.reload()
    assert tab.locator(".recall-score").text_content().startswith(f"{asked} of {asked} right."), (
        f"{page}: the score is lost when the page is loaded again"
    )


def ask(reader, kind):
    tab = reader(TEMPLATE)
    question = tab.locator(f".recall[data-kind={kind}]").first
    question.wait_for()
    return tab, question


@pytest.mark.parametrize("kind, given", [("number", ["1e300"]), ("text", ["something else"])])
def test_wrong_answer_is_told_and_explained(reader, kind, given):
    tab, question = ask(reader, kind)
    answer(question, given)
    assert verdict(question).startswith("Not right")
    assert question.locator(".recall-answer").get_attribute("open") is not None, "no explanation"
    asked = tab.locator(".recall").count()
    score = tab.locator(".recall-score").text_content()
    assert score.startswith(f"0 of {asked} right, {asked - 1} to go.")


@pytest.mark.parametrize(
    ("kind", "ways"),
    [
        ("number", "0.25|.25|0,25|1/4|¼|25 %|~0.25|2.5e-1|0.25 units"),
        ("text", "slope|The slope|a slope.|“Slope”|`slopes`"),
    ],
)
def test_an_answer_may_be_written_in_many_ways(reader, kind, ways):
    _, question = ask(reader, kind)
    for given in ways.split("|"):
        answer(question, [given])
        assert verdict(question) == "Right.", given


@pytest.mark.parametrize("given", ["one‑to‑many.", "One–to–many", "a one to many"])
def test_a_hyphen_is_a_hyphen(reader, given):
    question = reader("input.html").locator(".recall[data-kind=text]").first
    answer(question, [given])
    assert verdict(question) == "Right."


def test_wrong_choice_is_told(reader):
    _, question = ask(reader, "choice")
    right = stated(question)
    words = [words.strip() for words in question.locator("fieldset label").all_text_contents()]
    answer(question, [next(choice for choice in words if choice not in right)])
    assert verdict(question).startswith("Not right")


@pytest.mark.parametrize(
    "kind, given, said",
    [
        ("number", "", "Write a number"),
        ("number", "many", "is not a number"),
        ("number", "1.2.3", "is not a number"),
        ("text", "", "Write an answer"),
        ("choice", None, "Choose an answer"),
    ],
)
def test_malformed_answer_is_not_scored(reader, kind, given, said):
    tab, question = ask(reader, kind)
    if given is not None:
        question.locator("form input").fill(given)
    question.get_by_role("button", name="Check").click()
    assert said in verdict(question)
    assert question.locator(".recall-answer").get_attribute("open") is None, "it gives itself away"
    assert "right" not in tab.locator(".recall-score").text_content()


def test_quiz_can_be_started_over(reader):
    tab, question = ask(reader, "text")
    answer(question, stated(question))
    tab.get_by_role("button", name="Start over").click()
    tab.reload()
    assert "right" not in tab.locator(".recall-score").text_content()


def test_an_answer_that_is_changed_counts_once_it_is_checked(reader):
    tab, question = ask(reader, "text")
    answer(question, stated(question))
    assert "right" in tab.locator(".recall-score").text_content()
    question.locator("input").press_sequentially("x")
    assert "right" not in tab.locator(".recall-score").text_content()
    tab.reload()
    assert "right" not in tab.locator(".recall-score").text_content()


def test_a_wrong_answer_shows_the_right_one_after_a_reload_too(reader):
    tab, question = ask(reader, "number")
    answer(question, ["-77"])
    tab.reload()
    again = tab.locator(f".recall[data-key='{question.get_attribute('data-key')}']")
    assert again.locator(".recall-answer").get_attribute("open") is not None


def test_a_formula_is_part_of_the_name_that_is_heard(reader):
    tab = reader("lstm-cells/output-gate.html")
    assert tab.get_by_role("group", name="Why is the activation o∘tanh").count() == 1
    assert tab.get_by_role("radio", name="because c may grow").count() == 1
    tab = reader(TEMPLATE)
    assert tab.get_by_role("textbox", name="the slope of σ where").count() == 1


# --- Without network, from a folder, from another place -------------------------------------------


def look_whole(tab):
    """Check that a page came with its styles, its script and its mathematics."""
    tab.evaluate("document.fonts.ready.then(() => true)")
    assert grey(tab, "body", "backgroundColor") is not None, "no style sheet"
    assert tab.locator("html").get_attribute("data-theme") == "light", "no script"
    where = tab.visit.where
    assert not tab.visit.failed, f"{where}: {tab.visit.failed}"
    if tab.locator("math").count():
        loaded = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        assert any("Math" in family for family in tab.evaluate(loaded)), f"{where}: no font for it"


@pytest.fixture(scope="session")
def unpacked(site, tmp_path_factory):
    """The folder that a reader has who downloaded the site and unpacked it."""
    (path,) = site.folder.glob("*.zip")
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    (root,) = folder.iterdir()
    return root


def test_download_holds_the_whole_site(site, unpacked):
    def listed(folder):
        found = (
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        )
        return {name for name in found if not name.endswith(".zip")}

    assert listed(unpacked) == listed(site.folder)


@pytest.mark.parametrize("page_", EXAMPLES[:2])
def test_page_is_whole_from_a_folder_without_network(reader, unpacked, page_):
    look_whole(reader(page_, base=unpacked.as_uri() + "/", offline=True))


def test_search_works_from_a_folder_without_network(reader, unpacked):
    found = search(reader, "forget gate", base=unpacked.as_uri() + "/", offline=True)
    assert found, "the search finds nothing when the site is opened from disk"


def test_links_work_from_a_folder_without_network(reader, unpacked):
    tab = reader("index.html", base=unpacked.as_uri() + "/", offline=True)
    tab.locator("article a[href$='introduction.html']").first.click()
    tab.wait_for_url("**/introduction.html")
    look_whole(tab)


@pytest.mark.parametrize("path", ["/", "/name/", "/a/deeper/place/"])
def test_site_works_under_any_path(reader, serve, site, path):
    elsewhere = serve(site.folder, path)
    for page in [CHAPTER, "lstm-cells/forget-gate.html", "search.html?q=gate"]:
        tab = reader(page, base=elsewhere.base)
        look_whole(tab)
        outside = [url for url in tab.visit.asked if not url.startswith(elsewhere.base)]
        assert not outside, f"{tab.visit.where}: asks outside {path} for {outside}"


MOVES = """window.moves = []
new PerformanceObserver(list => {
    for (const { value, sources } of list.getEntries())
        moves.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 60))])
}).observe({ type: 'layout-shift', buffered: true })"""


@pytest.mark.parametrize("name", ["index.html", CHAPTER, "reference/bibliography.html"])
def test_nothing_moves_while_a_page_comes_over_a_slow_network(reader, server, ready, name, width):
    tab = reader("404.html", width=width, still=True)
    slow = {"latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5, "offline": False}
    tab.context.new_cdp_session(tab).send("Network.emulateNetworkConditions", slow)
    tab.add_init_script(MOVES)
    tab.goto(server.base + name)
    ready(tab)
    tab.wait_for_timeout(300)
    moves = tab.evaluate("moves")
    assert sum(value for value, *_ in moves) < 0.01, moves


# As where a reader blocks all site data.
BLOCKED = """Object.defineProperty(window, 'localStorage', { configurable: true, get() {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
} })"""


def test_a_reader_who_allows_no_site_data_misses_nothing_but_memory(reader, ready):
    tab = reader("introduction.html", width=360)
    tab.add_init_script(BLOCKED)
    tab.goto(tab.url)
    ready(tab)
    choose(tab, "dark")
    assert grey(tab, "body", "backgroundColor") < 60
    tab.locator(".sidebar-toggle.primary-toggle").click()
    assert tab.locator("#pst-primary-sidebar-modal").is_visible()
    tab.goto(tab.url.split("#")[0].replace("introduction.html", "search.html?q=gate"))
    assert results(tab)


def test_what_is_asked_for_before_the_scripts_have_come_opens_then(reader, ready):
    tab = reader(CHAPTER, width=360)
    held = []
    tab.route("**/*.js*", lambda route: held.append(route))
    tab.goto(tab.url.replace(CHAPTER, "network.html"), wait_until="commit")
    tab.locator(".sidebar-toggle.primary-toggle").click()
    for route in held:
        route.continue_()
    tab.unroute_all()
    ready(tab)
    tab.locator("#pst-primary-sidebar-modal").wait_for()
    assert tab.url.endswith("network.html")


@pytest.mark.parametrize("far", [2000, 6000])
def test_who_scrolls_before_the_scripts_have_come_keeps_what_is_read(reader, ready, width, far):
    tab = reader(CHAPTER, width=width, still=True)
    held = []
    tab.route("**/*.js*", lambda route: held.append(route))
    tab.goto(tab.url.replace(CHAPTER, LONG), wait_until="commit")
    tab.wait_for_function("() => document.readyState !== 'loading' && document.fonts.size")
    tab.evaluate("far => scrollTo(0, far)", far)
    tab.wait_for_timeout(300)
    mark = "document.elementFromPoint(innerWidth / 2, innerHeight / 2)"
    tab.evaluate(f"window.read = {mark}; window.place = read.getBoundingClientRect().top")
    for route in held:
        route.continue_()
    tab.unroute_all()
    ready(tab)
    tab.wait_for_timeout(500)
    assert tab.evaluate("Math.abs(read.getBoundingClientRect().top - place)") < 30


def test_a_link_to_a_highlight_leads_to_it(reader, site, width):
    """It is no anchor that a script could see."""
    heading = site.parsed(LONG).css_first("#one-update-in-numbers > h2")
    words = heading.text().strip().split("#")[0]
    tab = reader(f"{LONG}#:~:text={urllib.parse.quote(words)}", width=width, still=True)
    assert tab.evaluate(WAITING) == 0
    tab.wait_for_function(
        f"id => {{ const top = ({TOP})(id); return 0 < top && top < innerHeight }}",
        arg=heading.parent.attributes["id"],
    )


@pytest.mark.parametrize("asked", ["none.html", "training/none.html", "a/b/c/none"])
def test_missing_page_is_told_in_the_site_s_own_words(open_tab, server, asked):
    tab = open_tab(server.base, asked)
    said = [words for words in tab.visit.console if "404" not in words]
    failed = [words for words in tab.visit.failed if not words.endswith(asked)]
    assert not said and not failed, f"404.html at {asked}: {said} {failed}"
    assert grey(tab, "body", "backgroundColor") is not None, "no style sheet"
    assert tab.locator("h1").count() == 1, "404.html must be a page of the site"
    tab.locator("a.navbar-brand:visible").first.click()
    tab.wait_for_load_state()
    assert tab.url.removesuffix("index.html") == server.base, "its link must lead to the front page"
    tab.context.close()


# --- Without JavaScript ---------------------------------------------------------------------------


def test_page_is_whole_without_javascript(reader, page):
    tab = reader(page, java_script_enabled=False)
    assert grey(tab, "body", "backgroundColor") > 200, f"{page}: no colours without JavaScript"
    for width in (1280, 360):
        tab.set_viewport_size({"width": width, "height": 800})
        buttons = tab.locator("button:visible")
        mute = buttons.evaluate_all("all => all.map(e => e.ariaLabel || e.textContent)")
        assert not mute, f"{page}: {mute} do nothing without JavaScript: hide them"
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page}: {wide} px wide at {width} px without JavaScript"
        unseen = tab.evaluate(
            """() => {
                for (const part of document.querySelectorAll('article details')) part.open = true
                return [...document.querySelectorAll('article :is(p, math, svg, pre, h2, img, summary)')]
                    .filter(e => !e.checkVisibility() || !e.getBoundingClientRect().height)
                    .filter(e => e.textContent.trim() && !e.closest('.tip, .try-it'))
                    .map(e => e.outerHTML.slice(0, 60))
            }"""
        )
        assert not unseen, f"{page} at {width} px: not seen without JavaScript: {unseen[:3]}"


def test_solution_opens_without_javascript(reader):
    tab = reader(CHAPTER, java_script_enabled=False)
    solution = tab.locator("article details.solution, article details:has(.solution)").first
    assert solution.locator("p").last.is_hidden()
    solution.locator("summary").first.click()
    assert solution.locator("p").last.is_visible(), "a solution must open without JavaScript"


def test_recall_is_readable_without_javascript(reader):
    tab = reader(TEMPLATE, java_script_enabled=False)
    for question in tab.locator(".recall").all():
        assert question.locator(".recall-question").is_visible()
        question.locator("summary").click()
        assert question.locator(".recall-answer strong").first.is_visible()
    assert tab.locator(".recall-choices:visible li").count() > 1, "the choices must be seen"


def test_pages_are_reached_without_javascript(reader, server, width):
    tab = reader(CHAPTER, width=width, java_script_enabled=False)
    chapters = tab.locator("nav.bd-links a[href='network.html']")
    if not chapters.is_visible():
        tab.get_by_role("link", name="Contents of the book").click()
    chapters.click()
    tab.wait_for_url(server.base + "network.html")
    tab.locator("a[rel=next], a.right-next").first.click()
    tab.wait_for_url(server.base + "training/index.html")


# --- What a reader moves himself ------------------------------------------------------------------

STEPPED = "lstm-cells/cell-steps.html"
GATES = ("i", "f", "o")
SUPERSCRIPTS = {ord("−"): "-", ord("⁻"): "^-"} | {
    ord(c): str(n) for n, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")
}


def one_step(cell, x, state, held):
    """Take an LSTM step, number by number: (the rows of the table, the new state)."""
    W, (a_prev, c_prev) = cell[0], state
    rows = {name: [] for name in ("a_prev", "c_prev", "i", "f", "o", "candidate", "c", "a")}
    for unit, (a, c) in enumerate(zip(a_prev, c_prev, strict=True)):
        z = [sum(w * v for w, v in zip(W[k][unit], [x, *a_prev, 1], strict=True)) for k in range(4)]
        gates = {name: 1 / (1 + math.exp(-z[k])) for k, name in enumerate(GATES)} | held
        new = gates["i"] * math.tanh(z[3]) + gates["f"] * c
        shown = gates | {"a_prev": a, "c_prev": c, "candidate": math.tanh(z[3]), "c": new}
        shown["a"] = gates["o"] * math.tanh(new)
        for name, row in rows.items():
            row.append(shown[name])
    return rows, (rows["a"], rows["c"])


def table(box):
    """Return the numbers that the box shows, by name."""
    lines = [line.replace("−", "-").split() for line in box.locator("tbody tr").all_inner_texts()]
    return {name: [float(number) for number in numbers] for name, *numbers in lines}


def close(shown, rows):
    """Tell whether numbers are the same to the three decimals that are shown."""
    return shown.keys() == rows.keys() and all(
        abs(a - b) <= 0.0005 + 1e-9
        for name in rows
        for a, b in zip(shown[name], rows[name], strict=True)
    )


def test_a_stepped_cell_shows_what_the_page_has_printed(reader):
    tab = reader(STEPPED)
    box = tab.locator(".try-step")
    printed = tab.locator(".output pre", has_text="step 1        step 2").inner_text()
    lines = map(str.split, printed.splitlines()[2:])
    two = {name: list(map(float, numbers)) for name, *numbers in lines}
    assert len(two) == 8, printed
    assert box.locator("tbody tr", has_text="candidate").inner_text().split()[1:] == ["–", "–"], (
        "what is to be predicted is shown"
    )
    for number, columns in ((1, slice(2)), (2, slice(2, 4))):
        box.get_by_role("button", name="1 step").click()
        assert box.locator("th").first.inner_text() == f"step {number}"
        assert close(table(box), {name: row[columns] for name, row in two.items()}), number


def test_a_cell_is_stepped_by_keyboard(reader, width):
    """Held gates, another input, eleven steps: against the equations, number by number."""
    tab = reader(STEPPED, width=width)
    box = tab.locator(".try-step")
    cell = json.loads(box.get_attribute("data-numbers"))
    start = box.inner_text()

    box.get_by_label("Input x").focus()
    for _ in range(30):
        tab.keyboard.press("ArrowLeft")
    x = cell[1] - 30 * 0.05
    value = box.locator(".try-controls span").inner_text().replace("−", "-")
    assert float(value) == pytest.approx(x)
    state, held = cell[2:], {}
    for gate, words, value in (("Input", "held shut", 0), ("Forget", "held open", 1)):
        label = box.get_by_label(f"{gate} gate")
        label.focus()
        tab.keyboard.type(words)
        held[gate[0].lower()] = value
    box.get_by_role("button", name="10 steps").press("Enter")
    for _ in range(10):
        rows, state = one_step(cell, x, state, held)
    assert close(table(box), rows)
    assert state[1] == cell[3], "held so, a cell keeps its state"
    said = box.locator(".try-told").inner_text().replace("−", "-")
    told = [float(number) for number in re.findall(r"-?\d+\.\d+", said)]
    both = [number for unit in zip(rows["c"], rows["a"], strict=True) for number in unit]
    assert told == pytest.approx(both, abs=0.0006)

    held["f"] = 0
    box.get_by_label("Forget gate").select_option("0")
    box.get_by_role("button", name="1 step").press("Enter")
    assert close(table(box), one_step(cell, x, state, held)[0])
    assert table(box)["c"] == [0, 0], "with both gates shut nothing is left"
    box.get_by_role("button", name="Start again").press("Enter")
    assert box.inner_text() == start


def test_the_drawing_follows_the_cell(reader):
    """Also when more steps were taken than it has room for, and when a state leaves its scale."""
    tab = reader(STEPPED)
    box = tab.locator(".try-step")
    assert box.locator(".try-scale span").all_inner_texts() == ["1.5", "0", "−1.5"]
    box.get_by_label("Input gate").select_option("1")
    box.get_by_label("Forget gate").select_option("1")
    box.get_by_role("button", name="10 steps").click()
    assert box.locator(".try-ends span").all_inner_texts() == ["0", "40"]
    box.get_by_role("button", name="100 steps").click()
    assert box.locator(".try-ends span").all_inner_texts() == ["0", "110"]
    shown = table(box)
    most = float(box.locator(".try-scale span").first.inner_text())
    assert 50 < max(shown["c"]) <= most <= max(shown["c"]) + 1
    for name, look in (("c", "try-state"), ("a", "try-activation")):
        for line, value in zip(box.locator(f"path.{look}").all(), shown[name], strict=True):
            step, share = points(line)[-1]
            assert step == 110
            assert share * most == pytest.approx(value, abs=0.001)


def points(line):
    """Return what a curve goes through: (step, height as a share of the scale)."""
    found = re.findall(r"[ML](\S+) ([^MLh]+)", line.get_attribute("d"))
    return [(float(step), -float(height)) for step, height in found]


def test_a_network_is_run_by_keyboard(reader, width):
    """As in training, then slower, lower and noisy: against the equations, value by value."""
    tab = reader(CHAPTER, width=width)
    box = tab.locator(".try-run")
    box.scroll_into_view_if_needed()
    box.locator("path.try-prediction[d]").wait_for(state="attached")
    W, head = json.loads(box.get_attribute("data-numbers"))

    def drawn(curve):
        top = float(box.locator(".try-scale span").first.inner_text())
        return [(step, share * top) for step, share in points(box.locator(f"path.{curve}"))]

    def after(window):
        state = [0.0] * (len(head) - 1), [0.0] * (len(head) - 1)
        for x in window:
            state = one_step([W], x, state, {})[1]
        return math.tanh(sum(w * a for w, a in zip(head, [*state[0], 1], strict=True)))

    def check(wave):
        window = [height for _, height in drawn("try-input")]
        assert len(window) == 15
        run = drawn("try-prediction")
        assert [step for step, _ in run[:3]] == [16, 17, 18]
        for _, height in run[:20]:
            assert height == pytest.approx(after(window[-15:]), abs=1e-9)
            window.append(height)
        assert [height for _, height in drawn("try-truth")[:20]] == pytest.approx(wave[15:35])
        return window[:15], run

    wave = [math.sin(0.5 + 0.2 * t) for t in range(207)]
    window, run = check(wave)
    assert window == pytest.approx(wave[:15])
    assert len(run) == 192
    assert max(abs(a - b) for (_, a), b in zip(run[:64], wave[15:], strict=False)) < 0.5

    for name, key, times in (("Pace", "ArrowLeft", 10), ("Height", "ArrowLeft", 12)):
        box.get_by_role("slider", name=name).focus()
        for _ in range(times):
            tab.keyboard.press(key)
    box.get_by_role("slider", name="Noise").press("ArrowRight")
    wave = [0.4 * math.sin(0.5 + 0.1 * t) for t in range(207)]
    window, run = check(wave)
    noise = [a - b for a, b in zip(window, wave, strict=False)]
    assert 0.02 < max(map(abs, noise)) <= 0.05 and min(noise) < 0 < max(noise)
    said = box.locator(".try-told").inner_text().replace("−", "-")
    late = [height for _, height in run[-128:]]
    assert f"{max(late):.2f}" in said, said
    rises = [
        k - late[k] / (late[k] - late[k - 1]) for k in range(1, 128) if late[k - 1] < 0 <= late[k]
    ]
    if len(rises) > 1:
        assert f"period of {(rises[-1] - rises[0]) / (len(rises) - 1):.1f} steps" in said, said
    else:
        assert f"stays between {min(late):.2f} and {max(late):.2f}" in said, said

    box.get_by_role("button", name="As in training").press("Enter")
    check([math.sin(0.5 + 0.2 * t) for t in range(207)])


def test_a_window_is_slid_by_keyboard(reader, width):
    """Ambiguous, then long enough, then at the end of another function: by the definition."""
    tab = reader("input.html", width=width)
    box = tab.locator(".try-window")
    place = [0.1 + 0.2 * k for k in range(60)]
    square = [1.0 if math.sin(math.pi * u / 2) >= 0 else -1.0 for u in place]
    sine = [math.sin(u) for u in place]

    def check(s, T, n):
        """Hold what is drawn and said against the sequence; return whether it is ambiguous."""
        assert points(box.locator("path.try-update")) == [
            (k, pytest.approx(value / 1.5)) for k, value in enumerate(s)
        ]
        window, other = (points(path) for path in box.locator("path.try-input").all())
        assert window == [(k, pytest.approx(s[k] / 1.5)) for k in range(n, n + T)]
        target, *again = points(box.locator("path.try-truth"))
        assert target == (n + T, pytest.approx(s[n + T] / 1.5))
        said = box.locator(".try-told").inner_text().replace("−", "-")
        assert f"Window {n} reads s[{n}] to s[{n + T - 1}];" in said
        assert f"s[{n + T}], is {s[n + T]:.2f}." in said
        assert f"({T}, 1, {60 - T}), the target (1, {60 - T})" in said
        follows = [(s[m : m + T], s[m + T]) for m in range(60 - T)]
        values, after = follows[n]
        twins = [m for m, (w, f) in enumerate(follows) if w == values and f != after]
        count = sum(any(w == v and f != g for v, g in follows) for w, f in follows)
        assert said.startswith(f"{count or 'None'} of the {60 - T} windows of length {T} are ambig")
        assert bool(twins) == bool(other) == bool(again) == ("reads the same" in said), said
        if twins:
            (m,) = map(int, re.findall(r"Window (\d+) reads the same", said))
            assert m in twins
            assert [step for step, _ in other] == [*range(m, m + T)]
            assert again == [(m + T, pytest.approx(s[m + T] / 1.5))]
        return bool(twins)

    def press(name, key, times=1):
        box.get_by_role("slider", name=name).focus()
        for _ in range(times):
            tab.keyboard.press(key)

    assert check(square, 5, 3)
    press("Window n", "ArrowRight", 2)
    assert check(square, 5, 5)
    press("Length T", "ArrowRight", 4)
    press("Window n", "Home")
    assert check(square, 9, 0)
    press("Length T", "ArrowRight")
    assert not check(square, 10, 0)
    press("Window n", "End")
    assert not check(square, 10, 49)
    press("Length T", "End")
    assert not check(square, 20, 39)  # what was the last window is one no more
    press("Length T", "Home")
    box.get_by_label("Function").focus()
    tab.keyboard.type("sine")
    assert not check(sine, 1, 39)


def test_an_error_is_sent_back_by_keyboard(reader, width):
    tab = reader("training/vanishing.html", width=width)
    box = tab.locator(".try-back")

    def check(plain, state, steps):
        """Hold what is drawn and said against the two factors."""
        assert box.locator(".try-ends span").all_inner_texts() == ["0", str(steps)]
        for look, factor in (("try-activation", plain), ("try-state", state)):
            end, height = points(box.locator(f"path.{look}"))[-1]
            decades = math.log10(factor)
            assert end == pytest.approx(min(steps, 12 / abs(decades) if decades else steps))
            assert height == pytest.approx(end * decades / 12)
        said = box.locator(".try-told").inner_text().translate(SUPERSCRIPTS)
        said = re.sub(r" · 10\^?", "e", said)
        told = re.findall(r"(\S+) a step, and (\S+) after \d+ steps: it (\w+)", said)
        for (step, after, fate), factor in zip(told, (plain, state), strict=True):
            assert float(step) == pytest.approx(factor, abs=1e-4)
            left = factor**steps
            assert float(after) == pytest.approx(left, rel=0.06)
            assert fate == ("vanishes" if left < 0.1 else "explodes" if left > 10 else "survives")
        assert points(box.locator("path.try-truth"))[::3] == [(steps, 1 / 12), (steps, -1 / 12)]

    def press(name, key, times=1):
        box.get_by_role("slider", name=name).focus()
        for _ in range(times):
            tab.keyboard.press(key)

    check(0.75, 0.5, 50)
    press("Weight w", "ArrowRight", 7)
    press("Bias b", "ArrowRight", 8)
    check(1.35 * 0.75, 1 / (1 + math.exp(-4)), 50)
    press("Steps back", "End")
    check(1.35 * 0.75, 1 / (1 + math.exp(-4)), 200)
    press("Activation a", "Home")
    check(1.35, 1 / (1 + math.exp(-4)), 200)
    press("Weight w", "Home")
    said = box.locator(".try-told").inner_text()
    assert "In the plain unit 0 a step, and 0 after 200 steps: it vanishes." in said
    assert points(box.locator("path.try-activation")) == [(0, 0), (0, -1)]
    box.get_by_role("button", name="Start again").press("Enter")
    check(0.75, 0.5, 50)


def test_a_shorter_sentence_moves_nothing_below_it(reader):
    """On a phone what the box says of a window takes four lines to seven."""
    tab = reader("input.html", width=360)
    box = tab.locator(".try-window")
    slider = box.get_by_role("slider", name="Length")
    slider.focus()
    below = [box.bounding_box()["height"]]
    for key in ("Home", "End"):
        tab.keyboard.press(key)
        said = box.locator(".try-told").inner_text()
        assert f"of length {slider.input_value()} " in said
        below.append(box.bounding_box()["height"])
    assert below == sorted(below)


def test_gates_are_operated_by_keyboard(reader, width):
    """A number is written, kept and shown: what is drawn and said, against the equation."""
    tab = reader("lstm-cells/index.html", width=width)
    box = tab.locator(".try-gates")
    past = [(0.0, 0.0)]
    names = {"candidate": "Candidate", "i": "Input gate i", "f": "Forget gate f"}
    names["o"] = "Output gate o"

    def check(**gates):
        """Hold the numbers of the coming step against the state; return its c and a."""
        for name, value in gates.items():
            assert float(box.get_by_label(names[name], exact=True).input_value()) == value
        i, f, o, candidate = (gates[name] for name in ("i", "f", "o", "candidate"))
        c_prev = past[-1][0]
        c = i * candidate + f * c_prev
        numbers = gates | {"c_prev": c_prev, "added": i * candidate, "kept": f * c_prev}
        numbers |= {"c": c, "a": o * math.tanh(c)}
        for name, value in numbers.items():
            shown = box.locator(f"text.number.{name}").text_content().replace("−", "-")
            assert float(shown) == pytest.approx(value, abs=0.0051), name
        said = box.locator(".try-told").inner_text().replace("−", "-")
        assert f"Step {len(past)} would make c = {i:.2f} × {candidate:.2f} + {f:.2f}" in said
        assert f"= {c:.2f}, and a = {o:.2f} × tanh {c:.2f} = {numbers['a']:.2f}." in said
        if past[1:]:
            assert f"After step {len(past) - 1}, c is {past[-1][0]:.2f}" in said
        top = max(1, math.ceil(max(abs(c) for c, _ in past)))
        for look, which in (("try-state", 0), ("try-activation", 1)):
            heights = [(k, pytest.approx(one[which] / top)) for k, one in enumerate(past)]
            assert points(box.locator(f"path.{look}")) == heights
        return c, numbers["a"]

    def press(name, key, times=1):
        box.get_by_label(names[name], exact=True).focus()
        for _ in range(times):
            tab.keyboard.press(key)

    def go(steps, **gates):
        for _ in range(steps):
            c = gates["i"] * gates["candidate"] + gates["f"] * past[-1][0]
            past.append((c, gates["o"] * math.tanh(c)))
        words = f"{steps} step{'s' * (steps > 1)}"
        box.get_by_role("button", name=words, exact=True).press("Enter")

    check(candidate=0.8, i=0, f=1, o=1)
    press("i", "End")
    press("o", "Home")
    write = {"candidate": 0.8, "i": 1, "f": 1, "o": 0}
    check(**write)
    go(1, **write)
    press("i", "Home")
    press("candidate", "Home")
    keep = {"candidate": -1, "i": 0, "f": 1, "o": 0}
    check(**keep)
    go(10, **keep)
    press("o", "End")
    show = keep | {"o": 1}
    assert check(**show) == (pytest.approx(0.8), pytest.approx(math.tanh(0.8)))
    press("f", "ArrowLeft", 10)
    press("i", "End")
    count = {"candidate": -1, "i": 1, "f": 0.5, "o": 1}
    go(10, **count)
    assert check(**count)[0] == pytest.approx(-2, abs=0.01)
    box.get_by_role("button", name="Start again").press("Enter")
    past[:] = [(0.0, 0.0)]
    check(candidate=0.8, i=0, f=1, o=1)


@pytest.mark.parametrize("page_", ["training/batch-size.html", "lstm-cells/input-gate.html"])
def test_what_a_cell_prints_can_be_read_on_a_phone(reader, page_):
    """A number that is cut at the edge looks whole: 42 columns fit, in a solution too."""
    tab = reader(page_, width=360)
    tab.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    wide = "all => all.filter(pre => pre.scrollWidth > pre.clientWidth).map(pre => pre.innerText)"
    outputs = tab.locator(".cell_output pre")
    assert outputs.count() >= 3
    assert outputs.evaluate_all(wide) == []


# --- Security -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_", [*EXAMPLES, "404.html"])
def test_policy_blocks_what_is_not_the_site_s_own(open_tab, server, serve, tmp_path, page_):
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    (tmp_path / "a.js").write_text("window.probed = 'a script of another site'", encoding="utf-8")
    stranger = serve(tmp_path)
    tab = open_tab(server.base, page_)
    probed = tab.evaluate(
        """async stranger => {
            const add = (name, properties) => new Promise(done => {
                const e = Object.assign(document.createElement(name), properties)
                e.onload = e.onerror = done
                document.body.append(e)
                if (!properties.src) done()
            })
            await add('script', { textContent: 'window.probed = "an inline script"' })
            await add('div', { innerHTML: '<b onclick="window.probed = `an attribute`">x</b>' })
            document.querySelector('b[onclick]').click()
            await add('img', { src: stranger + 'a.svg' })
            await add('script', { src: stranger + 'a.js' })
            await fetch(stranger + 'a.svg').catch(() => 0)
            return window.probed
        }""",
        stranger.base,
    )
    blocked = [words for words in tab.visit.console if "Content Security Policy" in words]
    tab.context.close()
    assert probed is None, f"{page_}: the policy let {probed} run"
    assert not stranger.sent, (
        f"{page_}: the policy let the page ask another site for {stranger.sent}"
    )
    assert len(blocked) >= 4, f"{page_}: blocked, but not by the policy: {tab.visit.console}"


# --- Less motion, colours of the reader's own, paper -----------------------------------------------


@pytest.mark.parametrize("page_", EXAMPLES)
def test_nothing_moves_for_who_asked_for_less_motion(reader, page_):
    tab = reader(page_, reduced_motion="reduce")
    running = (
        "document.getAnimations().filter(a => a.playState === 'running').map(a => a.animationName)"
    )
    assert tab.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"

    def shot():
        assert not tab.evaluate(running), f"{page_}: an animation runs"
        tab.evaluate("document.activeElement.blur()")  # the caret of a field blinks
        taken = tab.screenshot(animations="allow", full_page=True)
        return Image.open(io.BytesIO(taken)).convert("RGB")

    # On a busy machine a page may still be arriving: what moves is what never comes to rest.
    last = shot()
    for _ in range(6):
        tab.wait_for_timeout(700)
        before, last = last, shot()
        changed = ImageChops.difference(before, last)
        # Chromium paints a rounded corner a shade lighter or darker the second time.
        if max(most for _, most in changed.getextrema()) < 40:
            break
    else:
        pytest.fail(f"{page_}: something moves within {changed.getbbox()}")


def test_text_and_figures_are_seen_in_forced_colours(reader, mode):
    def measure(**options):
        tab = reader(CHAPTER, mode=mode, **options)
        tab.evaluate("document.fonts.ready.then(() => true)")
        parts = tab.locator("article p:visible, article svg[role=img]:visible")
        return [
            (part.evaluate("e => e.outerHTML.slice(0, 60)"), ink(part.screenshot()))
            for part in parts.all()[:14]
        ]

    usual, forced = measure(), measure(forced_colors="active")
    assert any("<svg" in name for name, _ in usual), "no figure was looked at"
    for (name, before), (_, after) in zip(usual, forced, strict=True):
        assert after > before / 2, (
            f"in forced colours, {name} shows {after:.4f} of {before:.4f} ink"
        )


@pytest.mark.parametrize(
    "name", ["introduction.html", "lstm-cells/forget-gate.html", "training/noise.html"]
)
def test_a_box_on_paper_says_where_it_is(reader, name):
    """The prose before it speaks of it."""
    tab = reader(name)
    box = tab.locator(".try-it").first
    box.locator(".try-name").wait_for()
    tab.emulate_media(media="print")
    assert box.locator(":scope > :visible").count() == 1
    says = box.locator(".try-name").evaluate("e => getComputedStyle(e, '::after').content")
    assert "on the web page" in says


@pytest.mark.parametrize("name", ["introduction.html", "lstm-cells/cell-steps.html"])
def test_a_box_can_be_used_with_letters_twice_as_large(reader, name):
    tab = reader(name)
    box = tab.locator(".try-it").first
    box.locator("input").first.wait_for()
    tab.evaluate("document.documentElement.style.fontSize = '200%'")
    for control in box.locator("input, select, button").all():
        assert control.bounding_box()["width"] > 80


def test_print_shows_all_in_dark_ink(reader, mode):
    tab = reader(CHAPTER, mode=mode)
    tab.emulate_media(media="print")
    unseen = tab.evaluate(
        """[...document.querySelectorAll('article details > :not(summary)')]
            .filter(e => !e.checkVisibility()).map(e => e.parentElement.outerHTML.slice(0, 60))"""
    )
    assert not unseen, f"closed on paper: {unseen[:3]}"
    assert tab.locator("article h1").is_visible(), "a page on paper needs its title"
    tab.set_viewport_size({"width": 680, "height": 1000})  # A4 without its margins, in CSS pixels
    cut = """[...document.querySelectorAll('article pre')]
        .filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent.slice(0, 60))"""
    assert not tab.evaluate(cut), f"cut off at the paper's edge: {tab.evaluate(cut)[:3]}"
    assert grey(tab, "article p", "color") < 110, (
        "paper is white: print in dark ink, in dark mode too"
    )
    for part in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-area", "button.copybtn"):
        assert tab.locator(part).first.is_hidden(), f"{part} is of no use on paper"
