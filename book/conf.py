"""How the book is built. The parts that need more than a setting are in `_ext`, one idea a file."""

import os
import sys
from pathlib import Path

BOOK = Path(__file__).parent
sys.path.insert(0, str(BOOK / "_ext"))

# What a build writes beside the site (executed pages, fonts, the kernel's profile) goes here, so
# that neither `book/` nor the published folder holds more than its own.
BUILD = Path(os.environ.get("BOOK_BUILD_DIR", BOOK.parent / "build" / "book")).resolve()

import execution  # noqa: E402  (they lie in _ext)
import palette  # noqa: E402  (it lies there too)

project = "Recurrent Neural Networks"
author = "the contributors to this book"
# No year: the same sources give the same bytes.
copyright = "the contributors. Text CC BY 4.0, code MIT"
language = "en-GB"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx_exercise",
    "sphinxcontrib.bibtex",
    "sphinx.ext.autodoc",
    "numpydoc",
    # ours
    "execution_times",
    "figure_numbers",
    "mathml",
    "inline_svg",
    "native_details",
    "citation_roles",
    "row_headers",
    "api_fields",
    "recall",
    "try_it",
    "install",
    "downloads",
    "beside",
    "api_links",
    "api_entries",
    "code_search",
    "glossary_tips",
    "for_machines",
    "social_cards",
    "not_found",
]
templates_path = ["_templates"]
exclude_patterns = ["_*"]

# --- Pages ---------------------------------------------------------------------------------------
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
myst_update_mathjax = False  # there is no MathJax
numfig = True
math_numfig = False  # equations count within their page, figures and exercises through the book
numfig_format = {"figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s"}
bibtex_bibfiles = ["reference/references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"
copybutton_exclude = ".linenos, .gp, .go"

# --- Execution: every cell of every page, in a fresh kernel --------------------------------------
execution.prepare_kernel(BUILD)
nb_execution_mode = "cache"
nb_execution_cache_path = str(execution.cache_path(BUILD))
nb_execution_in_temp = True  # a page that needs the repository would not run for its reader
nb_execution_show_tb = True  # a cell that fails warns, and `-W` fails the build, after all pages
nb_execution_timeout = 600
execution_times_file = str(BUILD / "execution-times.json")
nb_output_stderr = "warn"  # a second net: whatever a cell says on stderr fails `-W`
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
nb_ipywidgets_js = {}  # the default asks a CDN for its scripts

# --- API page ------------------------------------------------------------------------------------
autodoc_member_order = "bysource"
add_module_names = False
default_role = "code"  # what docstrings set in single backticks
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # the docstrings say type and shape
autodoc_default_options = {"no-value": True}  # a function in it would be shown with its address
numpydoc_show_class_members = False
nitpicky = True
# Their documentation is another site and a build asks no network, so these names cannot be links.
nitpick_ignore_regex = [
    ("py:.*", r"(np|numpy|npt|collections|typing|types|joblib|matplotlib)\..*"),
    ("py:.*", r"(optional|default.*|array_like|callable|sequence|iterable)"),
]

# --- Site ----------------------------------------------------------------------------------------
html_theme = "sphinx_book_theme"
html_title = project
# Where the site will be read; what it says of itself names this address.
SITE = os.environ.get("BOOK_URL", "https://example.org/recurrent-neural-networks/")
html_baseurl = SITE.rstrip("/") + "/"
mathml_font_folder = BUILD / "static"
palette.write(BUILD / "static")
html_static_path = ["_static", str(BUILD / "static")]
html_css_files = ["math-font.css", "palette.css", "book.css"]
html_js_files = [(name, {"defer": ""}) for name in ("wide-parts.js", "keyboard.js", "passage.js")]
html_math_renderer = "mathml"
html_copy_source = False
html_use_index = False  # the search and the API page's own contents do it better
html_domain_indices = False
html_show_sourcelink = False
html_permalinks_icon = "#"
html_favicon = "_static/favicon.svg"
html_secnumber_suffix = " "
# What a page is without JavaScript; with it, `_templates/layout.html` follows the reader's system.
# Where it is written: nothing says so while it lies nowhere.
REPOSITORY = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")
html_context = {"default_mode": "light", "repository": REPOSITORY}
html_theme_options = {
    "use_fullscreen_button": False,
    "use_download_button": False,
    "navbar_persistent": [],  # else there are two search fields
    "enable_search_shortcuts": False,  # else Escape closes no menu; Ctrl+K stays
    "show_navbar_depth": 2,
    "home_page_in_toc": False,
    "show_toc_level": 2,
    "toc_title": "On this page",
    "pygments_light_style": "a11y-light",
    "pygments_dark_style": "a11y-dark",
    "back_to_top_button": False,
    "article_footer_items": ["page-source.html"],
    "footer_content_items": ["copyright.html", "take-along.html"],
}
