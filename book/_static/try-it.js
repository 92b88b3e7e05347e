/* What a reader moves himself (book/_ext/try_it.py): a cell to take through time, a network to let run. */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const signed = (number, digits) => number.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

  /** One time step in its four stages, as on the page; a gate that is `held` has this number in every unit. */
  function step(W, x, a_prev, c_prev, held = {}) {
    const v = [x, ...a_prev, 1];
    const [z_i, z_f, z_o, z_c] = W.map((rows) => rows.map((row) => row.reduce((sum, w, k) => sum + w * v[k], 0)));
    const gate = (name, z) => z.map((number) => held[name] ?? sigmoid(number));
    const [i, f, o, candidate] = [gate("i", z_i), gate("f", z_f), gate("o", z_o), z_c.map(Math.tanh)];
    const c = c_prev.map((old, unit) => i[unit] * candidate[unit] + f[unit] * old);
    const a = c.map((state, unit) => o[unit] * Math.tanh(state));
    return { a_prev, c_prev, i, f, o, candidate, c, a };
  }

  // --- What both boxes are made of ---------------------------------------------------------------------------------
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
  let made = 0;
  const labelled = (words, control) => {
    control.id = `try-it-${made += 1}`;
    return [element("label", { htmlFor: control.id }, words), control];
  };
  const button = (words, act) => {
    const pressed = element("button", { type: "button" }, words);
    pressed.addEventListener("click", act);
    return pressed;
  };
  /** A paragraph that screen readers speak when it changes. */
  const announced = () => {
    const told = element("p");
    told.setAttribute("role", "status");
    return told;
  };

  /** A slider; its number is written beside it, for the eye: to the ear the slider says it itself. */
  class Slider {
    constructor(words, from, to, by) {
      this.digits = `${by}`.length - 2;
      this.input = element("input", { type: "range", min: from, max: to, step: by });
      this.words = element("span", { ariaHidden: "true" });
      this.parts = [...labelled(words, this.input), this.words];
    }

    get value() {
      return this.input.valueAsNumber;
    }

    set value(value) {
      this.input.value = value;
    }

    write() {
      this.words.textContent = signed(this.value, this.digits);
    }
  }

  /** Curves over time steps. The drawing is as wide as the page: only lines are in it, and words stand around it. */
  class Drawing {
    constructor(steps, curves) {
      this.steps = steps;
      this.svg = drawn("svg", { role: "img", preserveAspectRatio: "none", viewBox: `0 -1 ${steps} 2` });
      this.lines = curves.map(([, look]) => drawn("path", { class: `try-line ${look}` }));
      this.svg.append(drawn("path", { class: "try-zero", d: `M0 0H${steps}` }), ...this.lines);
      this.scale = [1, 0, -1].map(() => element("span"));
      this.ends = [0, 1].map(() => element("span"));
      const keys = curves.map(([words, look]) => element("li", { className: look }, words));
      const scale = element("div", { className: "try-scale", ariaHidden: "true" }, ...this.scale);
      const ends = [this.ends[0], "time step", this.ends[1]];
      this.box = element("div", { className: "try-drawing" },
        element("div", { className: "try-plot" }, scale, this.svg),
        element("div", { className: "try-ends", ariaHidden: "true" }, ...ends),
        element("ul", { className: "try-keys" }, ...keys));
    }

    /** Draw each curve through its points [step, height], from -top to top, and name what is seen. */
    draw(curves, top, first, words) {
      this.lines.forEach((line, k) => {
        line.setAttribute("d", curves[k].map(([at, y], n) => `${n ? "L" : "M"}${at} ${-y / top}`).join(""));
      });
      [top, 0, -top].forEach((number, k) => { this.scale[k].textContent = `${number}`.replace("-", "−"); });
      [first, first + this.steps].forEach((number, k) => { this.ends[k].textContent = number; });
      this.svg.setAttribute("aria-label", words);
    }
  }

  function fill(box, name, ...parts) {
    box.append(...parts);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    box.hidden = false;
  }

  // --- A cell to take through time ---------------------------------------------------------------------------------
  const HOLDS = [["by its weights", ""], ["held shut, 0", "0"], ["held open, 1", "1"]];
  const ROWS = ["a_prev", "c_prev", "i", "f", "o", "candidate", "c", "a"];
  const SHOWN = 40; // steps in the drawing: then the oldest leave it

  class Cell {
    constructor(box) {
      [this.W, this.x, this.a, this.c] = JSON.parse(box.dataset.numbers);
      this.input = new Slider("Input x", -1, 1, 0.05);
      const hold = () => element("select", {}, ...HOLDS.map(([words, value]) => element("option", { value }, words)));
      this.holds = { i: hold(), f: hold(), o: hold() };
      const gates = { i: "Input gate i", f: "Forget gate f", o: "Output gate o" };
      const held = Object.entries(gates).flatMap(([name, words]) => labelled(words, this.holds[name]));
      const acts = [["One step", () => this.go(1)], ["Ten steps", () => this.go(10)], ["Start again", () => this.start()]];
      this.told = announced();

      const units = this.a.map((_, unit) => `unit ${unit + 1}`);
      const heads = ["next step", ...units].map((words) => element("th", { scope: "col" }, words));
      this.numbers = Object.fromEntries(ROWS.map((name) => [name, units.map(() => element("td"))]));
      const rows = ROWS.map((name) =>
        element("tr", {}, element("th", { scope: "row" }, element("code", {}, name)), ...this.numbers[name]));
      const table = element("table", { className: "table" },
        element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));

      const looks = ["try-state", "try-state try-dashed", "try-state try-dotted"];
      const states = units.map((words, unit) => [`c of ${words}`, looks[unit % looks.length]]);
      this.drawing = new Drawing(SHOWN, [...states, ["x", "try-input try-thin"]]);
      fill(box, "A cell to step yourself",
        element("div", { className: "try-controls" }, ...this.input.parts, ...held),
        element("div", { className: "try-buttons" }, ...acts.map((act) => button(...act))), this.told,
        element("div", { className: "try-seen" }, table, this.drawing.box));
      box.addEventListener("input", () => this.show());
      this.start();
    }

    start() {
      this.input.value = this.x;
      for (const hold of Object.values(this.holds)) hold.value = "";
      this.past = [{ a: this.a, c: this.c }]; // the state after each step, and the input that was read
      this.told.textContent = "";
      this.show();
    }

    /** What the next step gives, with the input and the gates as they are set now. */
    get next() {
      const { a, c } = this.past.at(-1);
      const held = {};
      for (const [name, { value }] of Object.entries(this.holds)) if (value) held[name] = Number(value);
      return step(this.W, this.input.value, a, c, held);
    }

    go(steps) {
      for (let k = 0; k < steps; k += 1) {
        const { a, c } = this.next;
        this.past.push({ a, c, x: this.input.value });
      }
      const states = this.past.at(-1).c.map((state, unit) => `${signed(state, 3)} in unit ${unit + 1}`);
      this.told.textContent = `After step ${this.past.length - 1}, c is ${states.join(", ")}.`;
      this.show();
    }

    show() {
      this.input.write();
      const { next } = this;
      for (const [name, cells] of Object.entries(this.numbers)) {
        cells.forEach((cell, unit) => { cell.textContent = signed(next[name][unit], 3); });
      }
      const steps = this.past.length - 1;
      const seen = this.past.slice(-SHOWN - 1);
      const states = this.a.map((_, unit) => seen.map(({ c }, k) => [k, c[unit]]));
      const inputs = seen.flatMap(({ x }, k) => (k ? [[k - 1, x], [k, x]] : []));
      const most = Math.max(1.5, ...seen.flatMap(({ c }) => c.map(Math.abs)));
      const words = `The cell states and the input over ${steps} step${steps === 1 ? "" : "s"}.`;
      this.drawing.draw([...states, inputs], Math.ceil(most * 2) / 2, Math.max(0, steps - SHOWN), words);
    }
  }

  // --- A network to let run ----------------------------------------------------------------------------------------
  const WINDOW = 15;
  const RUN = 96;
  const TRAINED = { start: 0.5, height: 1, pace: 0.2, noise: 0 };
  // The same at every visit, between -1 and 1, from a generator of one line.
  const NOISE = Array.from({ length: WINDOW }, (_, k) => 2 * ((Math.imul(k + 1, 2654435761) >>> 0) / 2 ** 32) - 1);

  class Network {
    constructor(box) {
      [this.W, this.head] = JSON.parse(box.dataset.numbers);
      this.sliders = {
        start: new Slider("Start", 0, 6.2, 0.1),
        height: new Slider("Height", 0, 2, 0.05),
        pace: new Slider("Pace", 0.05, 0.6, 0.01),
        noise: new Slider("Noise", 0, 1, 0.05),
      };
      const sliders = Object.values(this.sliders).flatMap(({ parts }) => parts);
      this.told = announced();
      this.drawing = new Drawing(WINDOW + RUN, [
        ["what it reads", "try-input"], ["what it draws", "try-prediction"], ["the wave itself", "try-truth try-thin try-dashed"],
      ]);
      fill(box, "A network to run yourself",
        element("div", { className: "try-controls" }, ...sliders),
        element("div", { className: "try-buttons" }, button("As in training", () => this.start())),
        this.drawing.box, this.told);
      box.addEventListener("input", () => this.show());
      box.addEventListener("change", () => this.tell());
      this.start();
    }

    start() {
      for (const [name, value] of Object.entries(TRAINED)) this.sliders[name].value = value;
      this.show();
      this.tell();
    }

    /** The value that follows a window: the state is built up from zero. */
    after(window) {
      let [a, c] = [0, 0].map((zero) => this.W[0].map(() => zero));
      for (const x of window) ({ a, c } = step(this.W, x, a, c));
      return Math.tanh([...a, 1].reduce((sum, value, k) => sum + value * this.head[k], 0));
    }

    show() {
      for (const slider of Object.values(this.sliders)) slider.write();
      const { start, height, pace, noise } = Object.fromEntries(
        Object.entries(this.sliders).map(([name, { value }]) => [name, value]));
      const wave = Array.from({ length: WINDOW + RUN }, (_, t) => height * Math.sin(start + pace * t));
      this.read = wave.slice(0, WINDOW).map((value, t) => value + noise * NOISE[t]);
      this.run = [...this.read];
      for (let k = 0; k < RUN; k += 1) this.run.push(this.after(this.run.slice(-WINDOW)));
      const points = (values, first) => values.map((value, k) => [first + k, value]);
      const most = Math.max(1, ...wave.map(Math.abs), ...this.read.map(Math.abs));
      this.drawing.draw([
        points(this.read, 1), points(this.run.slice(WINDOW), WINDOW + 1), points(wave.slice(WINDOW), WINDOW + 1),
      ], Math.ceil(most * 2) / 2, 0, `A window of ${WINDOW} values and ${RUN} values that the network draws after it.`);
    }

    /** Say what the network draws in the end, once it has forgotten its window. */
    tell() {
      const late = this.run.slice(-2 * RUN / 3);
      const crest = Math.max(...late.map(Math.abs));
      const rises = late.flatMap((value, k) => (k && late[k - 1] < 0 && value >= 0 ? [k] : []));
      const period = rises.length > 1 ? (rises.at(-1) - rises[0]) / (rises.length - 1) : 0;
      const form = period ? `a period of ${period.toFixed(0)} steps` : "no whole period";
      this.told.textContent = `In the last ${late.length} steps it draws a height of ${signed(crest, 2)} and ${form}.`;
    }
  }

  document.querySelectorAll(".try-step").forEach((box) => new Cell(box));
  document.querySelectorAll(".try-run").forEach((box) => new Network(box));
})();
