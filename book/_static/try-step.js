/* Lets the reader take a small LSTM cell through time, step by step (book/_ext/try_step.py). */
(() => {
  "use strict";

  const GATES = { i: "Input gate i", f: "Forget gate f", o: "Output gate o" };
  const HOLDS = { "": "by its weights", 1: "held open, 1", 0: "held shut, 0" };
  const ROWS = ["a_prev", "c_prev", "i", "f", "o", "candidate", "c", "a"];
  const SHOWN = 40; // steps in the drawing: then the oldest leave it
  const INPUT = "try-input";
  const STATES = ["try-state", "try-state try-dashed"]; // of one unit and of the other
  const SVG = "http://www.w3.org/2000/svg";

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const drawn = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const written = (number) => number.toFixed(3).replace(/^-(0\.0+)$/, "$1").replace("-", "−");
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));

  /** One time step in its four stages, as on the page; a gate that is held has this number in every unit. */
  function step(W, x, a_prev, c_prev, held) {
    const v = [x, ...a_prev, 1];
    const [z_i, z_f, z_o, z_c] = W.map((rows) => rows.map((row) => row.reduce((sum, w, k) => sum + w * v[k], 0)));
    const gate = (name, z) => z.map((number) => held[name] ?? sigmoid(number));
    const [i, f, o, candidate] = [gate("i", z_i), gate("f", z_f), gate("o", z_o), z_c.map(Math.tanh)];
    const c = c_prev.map((old, unit) => i[unit] * candidate[unit] + f[unit] * old);
    const a = c.map((state, unit) => o[unit] * Math.tanh(state));
    return { a_prev, c_prev, i, f, o, candidate, c, a };
  }

  class Bench {
    constructor(box) {
      [this.W, this.x, this.a, this.c] = JSON.parse(box.dataset.cell);
      const id = (name) => `${name}-${[...document.querySelectorAll(".try-step")].indexOf(box)}`;

      this.input = element("input", { type: "range", id: id("try-x"), min: -1, max: 1, step: 0.05 });
      this.value = element("span", { ariaHidden: "true" }); // the slider says its value itself
      const controls = [element("label", { htmlFor: this.input.id }, "Input x"), this.input, this.value];
      this.holds = {};
      for (const [name, words] of Object.entries(GATES)) {
        const options = Object.entries(HOLDS).sort().map(([value, text]) => element("option", { value }, text));
        this.holds[name] = element("select", { id: id(`try-${name}`) }, ...options);
        controls.push(element("label", { htmlFor: this.holds[name].id }, words), this.holds[name]);
      }
      const button = (words, act) => {
        const made = element("button", { type: "button" }, words);
        made.addEventListener("click", act);
        return made;
      };
      const buttons = element("div", { className: "try-buttons" },
        button("One step", () => this.go(1)), button("Ten steps", () => this.go(10)), button("Start again", () => this.start()));
      this.told = element("p");
      this.told.setAttribute("role", "status");

      const units = this.a.map((_, unit) => `unit ${unit + 1}`);
      const heads = ["next step", ...units].map((words) => element("th", { scope: "col" }, words));
      this.numbers = Object.fromEntries(ROWS.map((name) => [name, units.map(() => element("td"))]));
      const lines = ROWS.map((name) =>
        element("tr", {}, element("th", { scope: "row" }, element("code", {}, name)), ...this.numbers[name]));
      const table = element("table", { className: "table" },
        element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines));

      // The drawing is as wide as the page: only lines are in it, and what is to be read stands beside it.
      this.drawing = drawn("svg", { role: "img", preserveAspectRatio: "none", viewBox: `0 -1 ${SHOWN} 2` });
      const zero = drawn("path", { class: "try-zero", d: `M0 0H${SHOWN}` });
      const line = (name) => drawn("path", { class: `try-line ${name}` });
      this.lines = { x: line(INPUT), c: units.map((_, unit) => line(STATES[unit % STATES.length])) };
      this.drawing.append(zero, this.lines.x, ...this.lines.c);
      this.scale = [1, 0, -1].map(() => element("span"));
      this.ends = [0, 1].map(() => element("span"));
      const key = (className, words) => element("li", { className }, words);
      const keys = [...units.map((words, unit) => key(STATES[unit % STATES.length], `c of ${words}`)), key(INPUT, "x")];

      box.append(
        element("div", { className: "try-controls" }, ...controls), buttons, this.told,
        element("div", { className: "try-seen" }, table, element("div", { className: "try-drawing" },
          element("div", { className: "try-plot" }, element("div", { className: "try-scale", ariaHidden: "true" }, ...this.scale), this.drawing),
          element("div", { className: "try-ends", ariaHidden: "true" }, this.ends[0], "time step", this.ends[1]),
          element("ul", { className: "try-keys" }, ...keys))));
      box.addEventListener("input", () => this.show());
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "A cell to step yourself");
      box.hidden = false;
      this.start();
    }

    start() {
      this.input.value = this.x;
      for (const hold of Object.values(this.holds)) hold.value = "";
      this.past = [{ a: this.a, c: this.c, x: null }];
      this.told.textContent = "";
      this.show();
    }

    /** What the next step gives, with the input and the gates as they are set now. */
    get next() {
      const { a, c } = this.past.at(-1);
      const held = {};
      for (const [name, { value }] of Object.entries(this.holds)) if (value) held[name] = Number(value);
      return step(this.W, this.input.valueAsNumber, a, c, held);
    }

    go(steps) {
      for (let k = 0; k < steps; k += 1) {
        const { a, c } = this.next;
        this.past.push({ a, c, x: this.input.valueAsNumber });
      }
      const count = this.past.length - 1;
      const states = this.past.at(-1).c.map((state, unit) => `${written(state)} in unit ${unit + 1}`);
      this.told.textContent = `After step ${count}, c is ${states.join(", ")}.`;
      this.show();
    }

    show() {
      this.value.textContent = written(this.input.valueAsNumber).slice(0, -1);
      const { next } = this;
      for (const [name, cells] of Object.entries(this.numbers)) {
        cells.forEach((cell, unit) => { cell.textContent = written(next[name][unit]); });
      }
      this.draw();
    }

    draw() {
      const seen = this.past.slice(-SHOWN - 1);
      const most = Math.max(1.5, ...seen.flatMap(({ c }) => c.map(Math.abs)));
      const top = Math.ceil(most * 2) / 2;
      const path = (numbers) => numbers.map(([k, y], n) => `${n ? "L" : "M"}${k} ${-y / top}`).join("");
      const inputs = seen.flatMap(({ x }, k) => (x === null ? [] : [[k - 1, x], [k, x]])).filter(([k]) => k >= 0);
      this.lines.x.setAttribute("d", path(inputs));
      this.lines.c.forEach((line, unit) => line.setAttribute("d", path(seen.map(({ c }, k) => [k, c[unit]]))));
      [top, 0, -top].forEach((number, k) => { this.scale[k].textContent = `${number}`.replace("-", "−"); });
      const steps = this.past.length - 1;
      const first = Math.max(0, steps - SHOWN);
      [first, first + SHOWN].forEach((number, k) => { this.ends[k].textContent = number; });
      this.drawing.setAttribute("aria-label", `The cell states and the input over ${steps} step${steps === 1 ? "" : "s"}.`);
    }
  }

  document.querySelectorAll(".try-step").forEach((box) => new Bench(box));
})();
