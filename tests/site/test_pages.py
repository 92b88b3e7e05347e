"""Every page, in both modes and at both widths, as a browser shows it.

A page is opened once in each mode; the tests then ask what was heard, and seen at each width. Below
them, small broken pages show that each test can fail.
"""

from dataclasses import replace

import pytest
from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = (1280, 360)  # those of conftest.py
ZOOMED = 320  # what a window of 1280 pixels is at 400 %
LEAST = 10  # pixels: the height of the smallest words in a figure
KILOBYTES, REQUESTS = 120, 8  # on a page's first load, compressed

# The rules of axe that depend on colours, hence on the mode; the others see the same page in both.
COLOURS = ["color-contrast", "link-in-text-block"]

# Fonts are asked for when the page is first laid out: before that, all that were asked for are there.
WAIT_FOR_PAINT = """async () => {
    const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    await painted()
    await document.fonts.ready
    await painted()
}"""

# What moves when something is opened or shown comes to its end at once; a film has none.
END_MOVES = """document.getAnimations()
    .filter(a => a.effect.getComputedTiming().endTime !== Infinity).forEach(a => a.finish())"""

# While it arrives, a page lays out what is near the window only (book.css); the tests look at all.
LAY_OUT_ALL = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('* { content-visibility: visible !important }')
    document.adoptedStyleSheets.push(sheet)
}"""

OPEN_DETAILS = "document.querySelectorAll('details').forEach(part => { part.open = true })"

# What sticks out to the right and is neither in a box that scrolls by itself nor out of sight.
OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= wide && document.body.scrollWidth <= wide) return []
    const held = part => { for (let e = part.parentElement; e && e !== document.body; e = e.parentElement)
        if (getComputedStyle(e).overflowX !== 'visible' && e.getBoundingClientRect().right <= wide + 1)
            return true }
    const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('')
    const out = [...document.querySelectorAll('body *')].filter(e =>
        e.getClientRects().length && e.getBoundingClientRect().right > wide + 1 && !held(e))
    return out.map(e => `${name(e)} reaches ${Math.round(e.getBoundingClientRect().right)} px`)
        .concat(`the page is ${document.documentElement.scrollWidth} px wide`).slice(0, 5)
}"""

# Words of a figure that are too small, reach out of the window, or lie on others; an index may lie
# beside its symbol.
WORDS = """least => [...document.querySelectorAll('svg.plot')].flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
    const words = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim()).map(e => ({
        text: e.textContent.trim(), box: e.getBoundingClientRect(),
        size: scale * parseFloat(getComputedStyle(e).fontSize) }))
    const on = (a, b) => {
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
        return wide > 1 && high > 0.22 * Math.min(a.box.height, b.box.height) && Math.abs(a.size - b.size) < 1
    }
    return [
        ...words.filter(one => one.size < least).map(one => `${one.text} is ${one.size.toFixed(1)} px high`),
        ...words.filter(one => one.box.left < 0 || one.box.right > document.documentElement.clientWidth)
            .map(one => `${one.text} reaches out of the window`),
        ...words.flatMap((a, k) => words.slice(k + 1).filter(b => on(a, b)).map(b => `${a.text} lies on ${b.text}`)),
    ]
})"""

# Contrast takes axe 10 ms an element, and a page has thousands. So one element of each look (its own
# colours, whether it is large, the backgrounds and opacities that it lies on) stands for all of
# its look, on all pages: `known` are the looks in which axe has found nothing.
LOOKS = """known => {
    const under = new Map(), looks = new Map()
    const ground = e => {
        if (!e) return ''
        if (!under.has(e)) {
            const s = getComputedStyle(e)
            const own = [s.backgroundColor, s.backgroundImage, s.opacity].join(' ')
            under.set(e, ground(e.parentElement) + (own === 'rgba(0, 0, 0, 0) none 1' ? '' : `/${own}`))
        }
        return under.get(e)
    }
    for (const e of document.querySelectorAll('body *')) {
        const words = e.tagName === 'INPUT' || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
        if (!words || !e.checkVisibility()) continue
        const s = getComputedStyle(e), size = parseFloat(s.fontSize), bold = s.fontWeight >= 700
        const link = e.tagName === 'A' && [s.textDecorationLine, getComputedStyle(e.parentElement).color]
        const look = [link, s.color, s.fill, size >= 24 || bold && size >= 18.66, s.textShadow, ground(e)].join()
        if (!looks.has(look)) looks.set(look, e)
    }
    for (const look of known) looks.delete(look)
    for (const e of looks.values()) e.dataset.look = ''
    return [...looks.keys()]
}"""

AXE = """async ([colours, shape]) => {
    axe.configure({ rules: [
        { id: 'color-contrast', selector: '[data-look]' },
        { id: 'link-in-text-block', selector: 'a[href][data-look]' },
        { id: 'target-size', enabled: true },  // WCAG 2.2, which axe does not ask for by itself
    ] })
    const only = shape ? {} : { runOnly: { type: 'rule', values: colours } }
    const found = await axe.run(document, { resultTypes: ['violations'], elementRef: false, ...only })
    return found.violations.map(v =>
        `${v.id} (${v.impact}): ${v.help}; ${v.nodes.length} times, first ${v.nodes[0].target.join(' ')}: ` +
        v.nodes[0].failureSummary.split('\\n').slice(1, 3).join(' ').trim())
}"""

# One element of each kind that a reader can act on stands for all of its kind.
FOCUS = """known => {
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
    const kind = e => [e, e.parentElement].map(part => part.tagName + '.' + part.className).join()
    const look = e => [e, e.parentElement, e.closest('label')].filter(Boolean).map(part => {
        const s = getComputedStyle(part)
        return [s.outlineStyle === 'none' ? '' : s.outline, s.boxShadow].join()
    }).join()
    const kinds = new Map()
    for (const e of document.querySelectorAll(all)) if (!e.disabled && e.checkVisibility()) kinds.set(kind(e), e)
    for (const name of known) kinds.delete(name)
    const bare = []
    for (const [name, e] of kinds) {
        document.activeElement.blur()
        const before = look(e)
        e.focus({ preventScroll: true })
        if (look(e) === before && document.activeElement === e) bare.push([name, e.outerHTML.slice(0, 80)])
    }
    return [[...kinds.keys()], bare]
}"""


class Known(dict):
    """By mode: what was found to be in order on one page, and need not be tried on another."""

    def __missing__(self, mode):
        self[mode] = set()
        return self[mode]


def look(server, open_tab, page, mode="light", known=None):
    """Open a page, at both widths, and return what the tests below ask for, by width."""
    start = len(server.sent)
    tab = open_tab(server.base, page, mode=mode)
    heard, known = tab.visit, Known() if known is None else known
    tab.evaluate(WAIT_FOR_PAINT)
    sent = server.sent[start:]  # later, axe reads the style sheets once more
    tab.evaluate(LAY_OUT_ALL)
    visits = {
        width: replace(heard, where=f"{page}, {mode}, {width} px", sent=sent, seen={})
        for width in WIDTHS
    }

    def resize(width):
        tab.set_viewport_size({"width": width, "height": 800})
        return visits[width].seen

    for width in WIDTHS:
        seen = resize(width)
        tab.evaluate(WAIT_FOR_PAINT)
        tab.evaluate(END_MOVES)  # the theme moves its sidebars out
        seen["wide"] = tab.evaluate(OVERFLOW)
        seen["words"] = tab.evaluate(WORDS, LEAST)
    tab.evaluate(OPEN_DETAILS)
    tab.evaluate(AXE_SCRIPT)
    tab.keyboard.press("Tab")  # shows the skip link; from now on the browser shows the focus
    tab.evaluate(END_MOVES)
    for width in WIDTHS:
        seen = resize(width)
        seen["theme"] = tab.evaluate("document.documentElement.dataset.theme")
        seen["wide"] += [f"with every part opened, {part}" for part in tab.evaluate(OVERFLOW)]

        looks = tab.evaluate(LOOKS, sorted(known["looks", mode]))
        seen["axe"] = []
        tab.evaluate(WAIT_FOR_PAINT)  # then `wide-parts.js` has seen what is too wide
        if looks or mode == "light":  # the other rules see the same page in both modes
            seen["axe"] = tab.evaluate(AXE, [COLOURS, mode == "light"])
            if not any(rule in words for words in seen["axe"] for rule in COLOURS):
                known["looks", mode] |= set(looks)
        kinds, bare = tab.evaluate(FOCUS, sorted(known["focus", mode]))
        seen["bare"] = [f"nothing shows the focus of {html}" for _, html in bare]
        known["focus", mode] |= set(kinds) - {name for name, _ in bare}
    seen = resize(min(WIDTHS))
    tab.set_viewport_size({"width": ZOOMED, "height": 256})
    seen["wide"] += [f"at {ZOOMED} px, {part}" for part in tab.evaluate(OVERFLOW)]
    tab.context.close()
    return visits


@pytest.fixture(scope="session")
def known():
    return Known()


@pytest.fixture(scope="session")
def visits():
    return {}


@pytest.fixture
def visit(visits, known, server, open_tab, page, mode, width):
    """The visit to this page in this mode at this width, made once for all tests."""
    if (page, mode) not in visits:
        visits[page, mode] = look(server, open_tab, page, mode, known)
    return visits[page, mode][width]


def refuse(visit, complaints, advice):
    """Fail with the complaints, each after the page, mode and width, and say what to do."""
    if complaints:
        pytest.fail(
            "\n".join([*(f"{visit.where}: {c}" for c in complaints), advice]), pytrace=False
        )


# --- What each test asks of a visit -----------------------------------------------------------------


def console(visit, server):
    return (
        visit.console,
        "Nothing may be logged: mend the script or the missing file that it names.",
    )


def strangers(visit, server):
    out = [url for url in visit.asked if not url.startswith((server.base, "data:"))]
    return (
        out,
        "Every file must come from the site itself, by a relative address: take it into the site.",
    )


def failures(visit, server):
    return (
        visit.failed,
        "Every file that a page asks for must be in the site: mend the address or add it.",
    )


def overflow(visit, server):
    advice = "No page may scroll sideways: let the part wrap, or scroll inside a box of its own."
    return visit.seen["wide"], advice


def words(visit, server):
    advice = (
        f"Words of a figure must be apart, inside the window and {LEAST} px high: shorten them,"
        " or draw it smaller."
    )
    return visit.seen["words"], advice


def axe(visit, server):
    return visit.seen[
        "axe"
    ], "axe must find nothing: see the rule's name at dequeuniversity.com/rules/axe."


def focus(visit, server):
    return visit.seen["bare"], "Whoever uses keys must see where the focus is: give it an outline."


def theme(visit, server):
    shown, wanted = visit.seen["theme"], visit.where.split(", ")[1]
    wrong = (
        []
        if shown == wanted
        else [f"data-theme is {shown!r}, the reader's system asks for {wanted}"]
    )
    return (
        wrong,
        "The script at the top of layout.html must set data-theme from the reader's system.",
    )


def weight(visit, server):
    total = sum(size for _, size in visit.sent)
    parts = sorted(((size, path) for path, size in visit.sent), reverse=True)
    listed = ", ".join(f"{path.rpartition('/')[2]} {size / 1000:.1f}" for size, path in parts)
    heavy = [f"{total / 1000:.1f} kB compressed ({listed})"] if total > KILOBYTES * 1000 else []
    return heavy, f"A first load may weigh {KILOBYTES} kB: draw less in its figures, or print less."


def requests(visit, server):
    many = [f"{len(visit.sent)} requests: {', '.join(path for path, _ in visit.sent)}"]
    advice = f"A first load may make {REQUESTS} requests: bundle or inline what it asks for."
    return many if len(visit.sent) > REQUESTS else [], advice


def test_console_is_silent(visit, server):
    refuse(visit, *console(visit, server))


def test_every_request_stays_inside_the_site(visit, server):
    refuse(visit, *strangers(visit, server))


def test_every_request_succeeds(visit, server):
    refuse(visit, *failures(visit, server))


def test_page_does_not_scroll_sideways(visit, server):
    refuse(visit, *overflow(visit, server))


def test_words_of_figures_can_be_read(visit, server):
    refuse(visit, *words(visit, server))


def test_axe_finds_no_violation(visit, server):
    refuse(visit, *axe(visit, server))


def test_focus_is_seen(visit, server):
    refuse(visit, *focus(visit, server))


def test_mode_follows_the_system(visit, server):
    refuse(visit, *theme(visit, server))


def test_first_load_is_light(visit, server):
    refuse(visit, *weight(visit, server))


def test_first_load_makes_few_requests(visit, server):
    refuse(visit, *requests(visit, server))


# --- Each of them can fail ------------------------------------------------------------------------

WHOLE = """<!doctype html><html lang="en" data-theme="light"><head><title>A page</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">{head}</head>
<body><main><h1>A page</h1><p>Some words.</p>{body}</main></body></html>"""

NOISE = "".join(f"<!-- {hash((n, n * n))} -->" for n in range(20_000))

PLOT = (
    '<svg class="plot" role="img" aria-label="Two words" viewBox="0 0 100 20" width="100" height="20">'
    '<text x="2" y="15" font-size="{size}">one</text>'
    '<text x="{left}" y="15" font-size="{size}">two</text></svg>'
)

BROKEN = {  # the check, and what a page must hold to fail it
    "a log": (console, "<script>console.log('here')</script>", ""),
    "an uncaught error": (console, "<script>nothing()</script>", ""),
    "a file of another site": (strangers, "", '<img alt="A line" src="http://localhost:9/a.svg">'),
    "a file outside the folder": (strangers, "", '<img alt="A line" src="/a.svg">'),
    "a missing file": (failures, '<link rel="stylesheet" href="none.css">', ""),
    "a wide box": (overflow, "", '<div style="width: 2000px">wide</div>'),
    "a wide box in details": (
        overflow,
        "",
        '<details><summary>More</summary><div style="width: 2000px">wide</div></details>',
    ),
    "small words in a figure": (words, "", PLOT.format(size=8, left=60)),
    "words that lie on others": (words, "", PLOT.format(size=12, left=8)),  # in any font
    "a pale word": (axe, "", '<p style="color: #ccc; background: #fff">pale</p>'),
    "a pale word beside many dark ones": (
        axe,
        "",
        "<p>dark</p>" * 50
        + '<div style="background: #222"><p>dark on dark</p></div>'
        + "<p>dark</p>" * 50,
    ),
    "a picture without words": (axe, "", "<img src='data:,'>"),
    "links that no finger can tell apart": (
        axe,
        "",
        '<div style="line-height: 1"><a href="#">up</a><br><a href="#">down</a></div>' * 2,
    ),
    "a link without a focus": (focus, "<style>a { outline: none }</style>", "<a href='#'>up</a>"),
    "no mode": (theme, "<script>delete document.documentElement.dataset.theme</script>", ""),
    "weight": (weight, "", NOISE),
    "many files": (
        requests,
        "",
        "".join(f'<img alt="A line" src="f{n}.svg">' for n in range(REQUESTS)),
    ),
}


@pytest.fixture(scope="module")
def broken(serve, tmp_path_factory):
    """A server of small pages: `broken(head, body)` returns it, and the page's name."""
    folder = tmp_path_factory.mktemp("broken")
    server = serve(folder, "/name/")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    for n in range(REQUESTS):
        (folder / f"f{n}.svg").write_text(svg, encoding="utf-8")

    def write(head, body, name="broken.html"):
        (folder / name).write_text(WHOLE.format(head=head, body=body), encoding="utf-8")
        return server

    return write


def test_a_whole_page_passes(broken, open_tab):
    server = broken("", PLOT.format(size=12, left=60))
    for visit in look(server, open_tab, "broken.html").values():
        for check in (
            console,
            strangers,
            failures,
            overflow,
            words,
            axe,
            focus,
            theme,
            weight,
            requests,
        ):
            assert check(visit, server)[0] == [], check.__name__


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_page_is_refused(broken, open_tab, what):
    check, head, body = BROKEN[what]
    server = broken(head, body)
    for visit in look(server, open_tab, "broken.html").values():
        complaints, _ = check(visit, server)
        assert complaints, f"{check.__name__} let through a page with {what}"
