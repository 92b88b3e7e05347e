/* Makes a quiz of the recall questions of a page (book/_ext/recall.py), and keeps its score in the browser. */
(() => {
  "use strict";

  const place = `recall:${location.pathname}`;
  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  /** A text with its formulas: browsers leave MathML out of the name that they make of a label. */
  const spoken = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    const between = ["msub", "msup", "msubsup", "mfrac"].includes(node.localName) ? " " : "";
    return [...node.childNodes].map(spoken).join(between);
  };
  const name = (control, words) => {
    if (words.querySelector("math")) control.setAttribute("aria-label", spoken(words).replace(/\s+/g, " ").trim());
  };
  /** A paragraph that screen readers speak when it changes. */
  const announced = (properties) => {
    const made = element("p", properties);
    made.setAttribute("role", "status");
    return made;
  };

  // --- What the reader wrote ------------------------------------------------------------------------------------
  /** All numbers that a text can mean: "5,393" is five thousand in London and five and a bit in Berlin. */
  function readings(text) {
    const written = text.normalize("NFKC").trim().replace(/^[~≈]/, "").replace(/(?<=\d)\s+\p{Letter}+\.?$/u, ""); // "10 steps"
    const digits = written.replace(/[−–]/g, "-").replace(/[\s'’_]/g, "");
    const [, over, under] = digits.match(/^([^/⁄]+)[/⁄]([^/⁄]+)$/) ?? []; // "1/4", and "¼", which NFKC makes of it
    if (under) return readings(over).flatMap((above) => readings(under).map((below) => above / below));
    if (digits.endsWith("%")) return readings(digits.slice(0, -1)).flatMap((share) => [share / 100, share]);
    const found = [];
    for (const [point, comma] of [[".", ","], [",", "."]]) {
      const whole = `\\d+|[1-9]\\d{0,2}(?:\\${comma}\\d{3})+`;
      if (new RegExp(`^[+-]?(?:(?:${whole})(?:\\${point}\\d*)?|\\${point}\\d+)(?:e[+-]?\\d+)?$`, "i").test(digits)) {
        found.push(Number(digits.replaceAll(comma, "").replace(point, ".")));
      }
    }
    return found;
  }

  /** An answer without its article, hyphens, quotes and full stop. */
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/^\s*(a|an|the)\s+(?=\S)/, "")
    .replace(/[\s\p{Dash}]+/gu, "").replace(/^[^\p{Letter}\p{Number}]+|[^\p{Letter}\p{Number}]+$/gu, "");

  /** For each kind of question: why an answer cannot be judged (or nothing), and whether it is right. */
  const KINDS = {
    choice: {
      problem: (given) => given ? "" : "Choose an answer first.",
      right: (given, data) => given === data.right,
    },
    number: {
      problem: (given) => {
        if (!given) return "Write a number first.";
        return readings(given).length ? "" : `“${given}” is not a number. Write digits, as in 1200 or 0.25.`;
      },
      right: (given, data) => readings(given).some((number) => {
        const [value, tolerance] = [Number(data.number), Number(data.tolerance)];
        return Math.abs(number - value) <= tolerance + 1e-12 * Math.abs(value);
      }),
    },
    text: {
      problem: (given) => given ? "" : "Write an answer first.",
      right: (given, data) => JSON.parse(data.text).some((accepted) => plain(accepted) === plain(given)),
    },
  };

  // --- What is kept: a browser may refuse storage, or hold something else ------------------------------------------
  function recalled() {
    try {
      return new Map(Object.entries(JSON.parse(localStorage.getItem(place)) ?? {}));
    } catch {
      return new Map();
    }
  }

  function keep() {
    try {
      if (answers.size) localStorage.setItem(place, JSON.stringify(Object.fromEntries(answers)));
      else localStorage.removeItem(place);
    } catch { /* the score lasts as long as the page is open */ }
  }

  // --- The questions ----------------------------------------------------------------------------------------------
  class Question {
    constructor(block, number) {
      this.block = block;
      this.kind = KINDS[block.dataset.kind];
      this.details = block.querySelector(".recall-answer");
      this.verdict = announced({ className: "recall-verdict" });
      this.form = element("form", { className: "recall-form", noValidate: true });
      const asked = block.querySelector(".recall-question");
      const choices = block.querySelector(".recall-choices");
      const id = `recall-${number}`;
      if (choices) {
        const legend = element("legend", { className: asked.className }, ...asked.childNodes);
        const type = "several" in block.dataset ? "checkbox" : "radio";
        const labels = [...choices.children].map((item, index) => {
          const words = element("span", {}, ...(item.querySelector("p") ?? item).childNodes);
          const input = element("input", { type, name: id, value: index });
          name(input, words);
          return element("label", {}, input, words);
        });
        const group = element("fieldset", {}, legend, ...labels);
        name(group, legend);
        this.form.append(group);
        choices.remove();
      } else {
        const label = element("label", { className: asked.className, htmlFor: id }, ...asked.childNodes);
        const input = element("input", { type: "text", id, name: id, autocomplete: "off", spellcheck: false });
        if (block.dataset.kind === "number") input.inputMode = "decimal";
        name(input, label);
        this.form.append(label, input);
      }
      asked.remove();
      this.form.append(element("button", { type: "submit" }, "Check"), this.verdict);
      block.prepend(this.form);
      this.form.addEventListener("input", () => {
        this.say("");
        answers.delete(block.dataset.key); // what is changed counts again once it is checked
        keep();
        total();
      });
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.check();
      });
    }

    get given() {
      const inputs = [...this.form.querySelectorAll("input")];
      if (inputs[0].type === "text") return inputs[0].value.trim();
      return inputs.filter((input) => input.checked).map((input) => input.value).join(" ");
    }

    set given(given) {
      for (const input of this.form.querySelectorAll("input")) {
        if (input.type === "text") input.value = given;
        else input.checked = given.split(" ").includes(input.value);
      }
    }

    get right() {
      return this.kind.right(answers.get(this.block.dataset.key), this.block.dataset);
    }

    say(words, verdict = "") {
      this.verdict.textContent = words;
      this.block.dataset.verdict = verdict;
    }

    judge() {
      if (this.right) this.say("Right.", "right");
      else this.say("Not right. The answer is below.", "wrong");
    }

    check() {
      const problem = this.kind.problem(this.given);
      if (problem) return this.say(problem);
      answers.set(this.block.dataset.key, this.given);
      keep();
      this.judge();
      this.details.open = true;
      total();
    }

    restore() {
      const given = answers.get(this.block.dataset.key);
      if (typeof given !== "string" || this.kind.problem(given)) return answers.delete(this.block.dataset.key);
      this.given = given;
      this.judge();
      this.details.open = !this.right;
    }
  }

  // --- The score --------------------------------------------------------------------------------------------------
  function total() {
    const answered = questions.filter((question) => answers.has(question.block.dataset.key));
    const right = answered.filter((question) => question.right).length;
    const left = questions.length - answered.length;
    again.hidden = !answered.length;
    const more = left ? `, ${left} to go` : "";
    score.textContent = answered.length ? `${right} of ${questions.length} right${more}.` : "";
  }

  function startOver() {
    answers.clear();
    keep();
    for (const question of questions) {
      question.form.reset();
      question.say("");
      question.details.open = false;
    }
    questions[0].form.querySelector("input").focus();
    total();
  }

  const answers = recalled();
  const questions = [...document.querySelectorAll(".recall")].map((block, number) => new Question(block, number));
  const score = announced();
  const again = element("button", { type: "button" }, "Start over");
  again.addEventListener("click", startOver);
  questions.forEach((question) => question.restore());
  questions.at(-1)?.block.after(element("div", { className: "recall-score" }, score, again));
  total();
})();
