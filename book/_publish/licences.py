"""The licences of the scripts, styles and fonts that the site passes on."""

import importlib.metadata
import re

NAME = "licences.txt"
PACKAGES = (
    "sphinx",
    "pydata-sphinx-theme",
    "sphinx-book-theme",
    "sphinx-copybutton",
    "sphinx-design",
    "sphinx-exercise",
    "myst-nb",
)
NOTE = f"/* Licences: {NAME} */\n"


def text(css: str) -> str:
    """Return the packages' licences, and what the style sheets say of others within comments."""
    parts = list(dict.fromkeys(re.findall(r"/\*!.*?\*/", css, re.DOTALL)))
    for package in PACKAGES:
        for file in sorted(importlib.metadata.files(package) or [], key=str):
            if ".dist-info" in str(file) and re.match(r"LICEN[CS]E|COPYING", file.name, re.I):
                parts.append(f"{package}\n\n{file.read_text()}")
    return ("\n\n" + "-" * 80 + "\n\n").join(part.strip() for part in parts) + "\n"
