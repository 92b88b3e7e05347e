"""Recall questions: static HTML that reads without a script, and that `recall.js` makes a quiz.

Own work: no released Sphinx quiz extension (teachbooks-questions, sphinx-yaq) works without a
script, from the site's own files alone and with mathematics in its choices.
"""

import hashlib
import json
import math
import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
BOXES = {"[x] ": True, "[X] ": True, "[ ] ": False}
EXPECTED = "expected one of a task list (`- [x] right`, `- [ ] wrong`), `:number:` and `:text:`"


class recall_node(nodes.General, nodes.Element):
    """One question: what is asked, the choices if any, and the answer."""


class recall_answer(nodes.General, nodes.Element):
    """What the reader opens: the right answer, and why."""


def box(item: nodes.Element) -> str:
    """Return the task box with which a list item begins, or nothing."""
    text = item.astext()[:4]
    return text if text in BOXES else ""


class Recall(SphinxDirective):
    """A question; what is right; the explanation. `book/chapter-template.md` shows one of each."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = dict.fromkeys(["number", "tolerance", "text"], directives.unchanged)

    def run(self) -> list[nodes.Node]:
        body = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, body)
        first = body.children[0] if body.children else None
        boxed = isinstance(first, nodes.bullet_list) and any(map(box, first.children))
        kinds = [name for name in ("number", "text") if name in self.options]
        kinds += ["task list"] if boxed else []
        if len(kinds) != 1:
            self.refuse(f"{EXPECTED}, got {' and '.join(kinds) or 'none'}")
        if "tolerance" in self.options and kinds != ["number"]:
            self.refuse(f"`:tolerance:` goes with `:number:`, got a {kinds[0]}")

        question = nodes.paragraph("", "", *self.inline(self.arguments[0]))
        question["classes"].append("recall-question")
        node = recall_node("", question)
        self.set_source_info(node)
        match kinds[0]:
            case "task list":
                body.remove(first)
                answer = self.choice(first, node)
            case "number":
                answer = self.number(node)
            case _:
                answer = self.text(node)
        if not body.children:
            self.refuse("expected an explanation after the answer, got nothing")
        # A stored answer belongs to this wording: when a question changes, it is forgotten.
        wording = "\n".join([self.arguments[0], json.dumps(node["data"]), *self.content])
        node["data"]["key"] = hashlib.sha256(wording.encode()).hexdigest()[:8]
        node += recall_answer("", *answer, *body.children)
        return [node]

    def choice(self, choices: nodes.Element, node: recall_node) -> list[nodes.Node]:
        right, several = [], sum(BOXES.get(box(item), False) for item in choices.children) > 1
        for number, item in enumerate(choices.children, 1):
            mark = box(item)
            if not mark:
                self.refuse(f"choice {number}: expected `[x]` or `[ ]`, got {item.astext()!r}")
            if len(item.children) != 1 or not item.astext()[4:].strip():
                self.refuse(f"choice {number}: expected one line, got {item.astext()!r}")
            (line,) = item.children
            line.replace(line.children[0], nodes.Text(line.children[0].astext()[4:]))
            if BOXES[mark]:
                right.append(number - 1)
        wrong = len(choices.children) - len(right)
        if not right or not wrong:
            self.refuse(
                f"expected right and wrong choices, got {len(right)} `- [x]`, {wrong} `- [ ]`"
            )
        choices["classes"].append("recall-choices")
        node += choices
        node["data"] = {"right": " ".join(map(str, right)), "kind": "choice"}
        if several:
            node["data"]["several"] = ""
            node.children[0] += nodes.inline("", " (more than one)", classes=["recall-hint"])
        lines = [choices.children[index].children[0].children for index in right]
        return [states(*(child.deepcopy() for child in line)) for line in lines]

    def number(self, node: recall_node) -> list[nodes.Node]:
        value = self.inline(self.options["number"])
        node["data"] = {"kind": "number", "number": self.real("number", value)}
        tolerance = self.options.get("tolerance", "0")
        node["data"]["tolerance"] = self.real("tolerance", [nodes.Text(tolerance)])
        if float(node["data"]["tolerance"]):
            value.append(nodes.Text(f", give or take {tolerance}"))
        return [states(*value)]

    def real(self, option: str, value: list[nodes.Node]) -> str:
        """Return the number in this text, for JavaScript; it may be glued, with thousands."""
        text = "".join(child.astext() for child in value).strip().replace("−", "-")
        try:
            # A comma parts thousands: 0,25 is no number here.
            result = float(THOUSANDS.sub("", text))
        except ValueError:
            result = math.nan
        if not math.isfinite(result) or (option == "tolerance" and result < 0):
            self.refuse(f"`:{option}:` expected a number such as 5,393 or 0.25, got {text!r}")
        return repr(result)

    def text(self, node: recall_node) -> list[nodes.Node]:
        accepted = [variant.strip() for variant in self.options["text"].split("|")]
        if not all(accepted):
            given = self.options["text"]
            self.refuse(f"`:text:` expected accepted answers, `one | another`, got {given!r}")
        node["data"] = {"kind": "text", "text": json.dumps(accepted, ensure_ascii=False)}
        return [states(nodes.Text(accepted[0]))]

    def inline(self, text: str) -> list[nodes.Node]:
        """Return a line of MyST as nodes."""
        return list(self.state.inline_text(text, self.lineno)[0])

    def refuse(self, problem: str) -> None:
        raise self.error(f"recall {self.arguments[0]!r}: {problem}")


def states(*answer: nodes.Node) -> nodes.Node:
    """Return the line that states an answer."""
    return nodes.paragraph("", "", nodes.strong("", "", *answer))


def visit_recall(self: HTML5Translator, node: recall_node) -> None:
    data = {f"data-{name}": value for name, value in node["data"].items()}
    self.body.append(self.starttag(node, "div", CLASS="recall", **data))


def visit_answer(self: HTML5Translator, node: recall_answer) -> None:
    self.body.append('<details class="recall-answer">\n<summary>Answer</summary>\n')


def add_script(app: Sphinx, page: str, template: str, context: Any, doctree: Any) -> None:
    """Load the script only where there is a question."""
    if doctree and next(iter(doctree.findall(recall_node)), None):
        app.add_js_file("recall.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("recall", Recall)
    depart = "</div>\n", "</details>\n"
    app.add_node(recall_node, html=(visit_recall, lambda self, _: self.body.append(depart[0])))
    app.add_node(recall_answer, html=(visit_answer, lambda self, _: self.body.append(depart[1])))
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
