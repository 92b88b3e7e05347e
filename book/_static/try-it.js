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
    constructor(curves) {
      this.svg = drawn("svg", { role: "img", preserveAspectRatio: "none", "aria-label": "Nothing is drawn yet." });
      this.levels = drawn("path", { class: "try-levels" });
      this.lines = curves.map(([, look]) => drawn("path", { class: `try-line ${look}` }));
      this.svg.append(this.levels, ...this.lines);
      this.scale = [1, 0, -1].map(() => element("span"));
      this.end = element("span");
      const keys = curves.map(([words, look]) => element("li", { className: look }, words));
      const scale = element("div", { className: "try-scale", ariaHidden: "true" }, ...this.scale);
      this.box = element("div", { className: "try-drawing" },
        element("div", { className: "try-plot" }, scale, this.svg),
        element("div", { className: "try-ends", ariaHidden: "true" }, element("span", {}, "0"), "time step", this.end),
        element("ul", { className: "try-keys" }, ...keys));
    }

    /** Draw each curve through its points [step, height], up to `steps` and from -top to top. */
    draw(curves, steps, top, words) {
      this.svg.setAttribute("viewBox", `0 -1 ${steps} 2`);
      this.svg.setAttribute("aria-label", words);
      this.levels.setAttribute("d", [-1, 0, 1].map((level) => `M0 ${level}H${steps}`).join(""));
      this.lines.forEach((line, k) => {
        line.setAttribute("d", curves[k].map(([at, y], n) => `${n ? "L" : "M"}${at} ${-y / top}`).join(""));
      });
      [top, 0, -top].forEach((number, k) => { this.scale[k].textContent = `${number}`.replace("-", "−"); });
      this.end.textContent = steps;
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
  const LOOKS = ["", "try-dashed", "try-dotted"];

  class Cell {
    constructor(box) {
      [this.W, this.x, this.a, this.c] = JSON.parse(box.dataset.numbers);
      this.input = new Slider("Input x", -1, 1, 0.05);
      const hold = () => element("select", {}, ...HOLDS.map(([words, value]) => element("option", { value }, words)));
      this.holds = { i: hold(), f: hold(), o: hold() };
      const gates = { i: "Input gate i", f: "Forget gate f", o: "Output gate o" };
      const held = Object.entries(gates).flatMap(([name, words]) => labelled(words, this.holds[name]));
      const acts = [1, 10, 100].map((steps) => [`${steps} step${steps > 1 ? "s" : ""}`, () => this.go(steps)]);
      this.told = announced();

      const units = this.a.map((_, unit) => `unit ${unit + 1}`);
      this.head = element("th", { scope: "col" });
      const heads = [this.head, ...units.map((words) => element("th", { scope: "col" }, words))];
      this.numbers = Object.fromEntries(ROWS.map((name) => [name, units.map(() => element("td"))]));
      const rows = ROWS.map((name) =>
        element("tr", {}, element("th", { scope: "row" }, element("code", {}, name)), ...this.numbers[name]));
      const table = element("table", { className: "table", ariaLabel: "The last step that was taken" },
        element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));

      const curves = (name, look) => units.map((words, unit) => [`${name} of ${words}`, `${look} ${LOOKS[unit % 3]}`]);
      this.drawing = new Drawing([...curves("c", "try-state"), ...curves("a", "try-activation try-thin"), ["x", "try-input try-thin try-dotted"]]);
      fill(box, "A cell to step yourself",
        element("div", { className: "try-controls" }, ...this.input.parts, ...held),
        element("div", { className: "try-buttons" }, ...acts.map((act) => button(...act)), button("Start again", () => this.start())),
        this.told, element("div", { className: "try-seen" }, this.drawing.box, table));
      box.addEventListener("input", () => this.input.write());
      this.start();
    }

    start() {
      this.input.value = this.x;
      this.input.write();
      for (const hold of Object.values(this.holds)) hold.value = "";
      this.past = [{ a: this.a, c: this.c }]; // all steps, and the input that each has read; first what is given
      this.show();
    }

    /** Take steps with the input and the gates as they are set now: a and c go back in as a_prev and c_prev. */
    go(steps) {
      const x = this.input.value;
      const set = Object.entries(this.holds).filter(([, { value }]) => value);
      const held = Object.fromEntries(set.map(([name, { value }]) => [name, Number(value)]));
      for (let k = 0; k < steps; k += 1) {
        const { a, c } = this.past.at(-1);
        this.past.push({ x, ...step(this.W, x, a, c, held) });
      }
      this.show();
    }

    show() {
      const steps = this.past.length - 1;
      const last = this.past.at(-1);
      this.head.textContent = `step ${steps}`;
      for (const [name, cells] of Object.entries(this.numbers)) {
        cells.forEach((cell, unit) => { cell.textContent = last[name] ? signed(last[name][unit], 3) : "–"; });
      }
      const units = last.c.map((state, unit) => `unit ${unit + 1} has c ${signed(state, 3)}, a ${signed(last.a[unit], 3)}`);
      this.told.textContent = `${steps ? `After step ${steps}` : "Before the first step"}, ${units.join("; ")}.`;

      const all = this.past.map((one, k) => [k, one]);
      const curve = (name) => last.c.map((_, unit) => [all[0], ...all].map(([k, one]) => [k, one[name][unit]]));
      const inputs = all.slice(1).flatMap(([k, { x }]) => [[k - 1, x], [k, x]]);
      const most = Math.max(1.5, ...this.past.flatMap(({ c }) => c.map(Math.abs)));
      const top = most < 5 ? Math.ceil(2 * most) / 2 : Math.ceil(most);
      this.drawing.draw([...curve("c"), ...curve("a"), inputs], Math.max(40, steps), top, this.told.textContent);
    }
  }

  // --- A network to let run ----------------------------------------------------------------------------------------
  const WINDOW = 15;
  const RUN = 192;
  const LATE = 128; // its last steps, in which it has forgotten the window
  const TRAINED = { start: 0.5, height: 1, pace: 0.2, noise: 0 };
  // The same at every visit, between -1 and 1, from a generator of one line.
  const NOISE = Array.from({ length: WINDOW }, (_, k) => 2 * ((Math.imul(k + 1, 2654435761) >>> 0) / 2 ** 32) - 1);

  class Network {
    constructor(box) {
      [this.W, this.head] = JSON.parse(box.dataset.numbers);
      this.sliders = {
        start: new Slider("Start, x", 0, 6.2, 0.1),
        height: new Slider("Height", 0, 1.5, 0.05),
        pace: new Slider("Pace, x a step", 0.05, 0.6, 0.01),
        noise: new Slider("Noise", 0, 0.5, 0.05),
      };
      const sliders = Object.values(this.sliders).flatMap(({ parts }) => parts);
      this.told = announced();
      this.drawing = new Drawing([
        ["what it reads", "try-input"], ["what it draws", "try-prediction"],
        ["the wave of the window, continued", "try-truth try-thin try-dashed"],
      ]);
      fill(box, "A network to run yourself",
        element("div", { className: "try-controls" }, ...sliders),
        element("div", { className: "try-buttons" }, button("As in training", () => this.start())),
        this.drawing.box, this.told);
      box.addEventListener("input", () => this.show());
      box.addEventListener("change", () => this.tell());
      // Thousands of steps: not while the page loads, but when the box comes near.
      const near = new IntersectionObserver(([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        near.disconnect();
        this.start();
      }, { rootMargin: "50%" });
      near.observe(box);
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
      const set = Object.entries(this.sliders).map(([name, { value }]) => [name, value]);
      const { start, height, pace, noise } = Object.fromEntries(set);
      const wave = Array.from({ length: WINDOW + RUN }, (_, t) => height * Math.sin(start + pace * t));
      this.run = wave.slice(0, WINDOW).map((value, t) => value + noise * NOISE[t]);
      const points = (values, first) => values.map((value, k) => [first + k, value]);
      const read = points(this.run, 1);
      for (let k = 0; k < RUN; k += 1) this.run.push(this.after(this.run.slice(-WINDOW)));
      const after = [this.run, wave].map((values) => points(values.slice(WINDOW), WINDOW + 1));
      this.drawing.draw([read, ...after], WINDOW + RUN, 2, this.words);
    }

    /** What the network draws in the end. */
    get words() {
      const late = this.run.slice(-LATE);
      const [low, high] = [Math.min(...late), Math.max(...late)];
      const rises = late.flatMap((value, k) => {
        const before = late[k - 1];
        return before < 0 && value >= 0 ? [k - value / (value - before)] : [];
      });
      const period = (rises.at(-1) - rises[0]) / (rises.length - 1);
      const form = rises.length > 1
        ? `swings up to ${signed(high, 2)}, with a period of ${signed(period, 1)} steps (the sine of its training: 31.4)`
        : `stays between ${signed(low, 2)} and ${signed(high, 2)}`;
      return `In the last ${LATE} steps the network ${form}.`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  document.querySelectorAll(".try-step").forEach((box) => new Cell(box));
  document.querySelectorAll(".try-run").forEach((box) => new Network(box));
})();
