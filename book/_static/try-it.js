/* What a reader moves himself (book/_ext/try_it.py): a window over a sequence, a cell to take through time, a network to
   let run, one whose gates are held, a training, an error on its way back. */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const signed = (number, digits) => number.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

  // --- What the boxes are made of ----------------------------------------------------------------------------------
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
      this.digits = Math.max(0, `${by}`.length - 2);
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

  /** A slider over numbers that do not lie evenly. */
  class Choices extends Slider {
    constructor(words, choices) {
      super(words, 0, choices.length - 1, 1);
      this.choices = choices;
    }

    get value() {
      return this.choices[super.value];
    }

    set value(value) {
      this.input.value = this.choices.indexOf(value);
    }

    write() {
      this.words.textContent = this.value;
      this.input.setAttribute("aria-valuetext", this.value);
    }
  }

  /** Act once, when the box comes near: what takes long is not for the time in which the page loads. */
  function whenNear(box, act) {
    const near = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      near.disconnect();
      act();
    }, { rootMargin: "50%" });
    near.observe(box);
  }

  /** Curves over time steps, or whatever is counted. The drawing is as wide as the page: only lines are in it, and words stand around it. */
  class Drawing {
    constructor(curves, counted = "time step") {
      this.svg = drawn("svg", { role: "img", preserveAspectRatio: "none", "aria-label": "Nothing is drawn yet." });
      this.levels = drawn("path", { class: "try-levels" });
      this.lines = curves.map(([, look]) => drawn("path", { class: `try-line ${look}` }));
      this.dotted = curves.map(([, look]) => look.includes("try-dots")); // each point a dot, and no line joins them
      this.svg.append(this.levels, ...this.lines);
      this.scale = [1, 0, -1].map(() => element("span"));
      this.end = element("span");
      const keys = curves.map(([words, look]) => element("li", { className: look }, words));
      const scale = element("div", { className: "try-scale", ariaHidden: "true" }, ...this.scale);
      this.box = element("div", { className: "try-drawing" },
        element("div", { className: "try-plot" }, scale, this.svg),
        element("div", { className: "try-ends", ariaHidden: "true" }, element("span", {}, "0"), counted, this.end),
        element("ul", { className: "try-keys" }, ...keys));
    }

    /** Draw each curve through its points [step, height], up to `steps` and from -top to top, or what stands there. */
    draw(curves, steps, top, words, scale = [top, 0, -top]) {
      this.svg.setAttribute("viewBox", `0 -1 ${steps} 2`);
      this.svg.setAttribute("aria-label", words);
      this.levels.setAttribute("d", [-1, 0, 1].map((level) => `M0 ${level}H${steps}`).join(""));
      this.lines.forEach((line, k) => {
        const to = ([at, y], n) => `${n && !this.dotted[k] ? "L" : "M"}${at} ${-y / top}${this.dotted[k] ? "h0" : ""}`;
        line.setAttribute("d", curves[k].map(to).join(""));
      });
      scale.forEach((number, k) => { this.scale[k].textContent = `${number}`.replace("-", "−"); });
      this.end.textContent = steps;
    }
  }

  /** What a curve goes through: a value a step, from the `first` on. */
  const points = (values, first) => values.map((value, k) => [first + k, value]);
  /** The values of the one sequence in rows of B = 1. */
  const alone = (rows) => rows.map(([value]) => value);

  /** What was read, what a network draws after it, and the truth. */
  class RunDrawing extends Drawing {
    constructor(read, run, truth) {
      super([[read, "try-input"], [run, "try-prediction"], [truth, "try-truth try-thin try-dashed"]]);
    }

    show(read, run, truth, top, words) {
      const after = [run, truth].map((values) => points(values, read.length + 1));
      this.draw([points(read, 1), ...after], read.length + run.length, top, words);
    }
  }

  function fill(box, name, ...parts) {
    box.prepend(element("p", { className: "try-name", ariaHidden: "true" }, name));
    box.append(...parts);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    box.hidden = false;
  }

  const HOLDS = [["by its weights", ""], ["held shut, 0", "0"], ["held open, 1", "1"]];
  /** A control a gate: the gate as its weights make it, or a number at which it is held. */
  function holds(choices) {
    const hold = () => element("select", {}, ...choices.map(([words, value]) => element("option", { value }, words)));
    const selects = { i: hold(), f: hold(), o: hold() };
    const words = { i: "Input gate i", f: "Forget gate f", o: "Output gate o" };
    return {
      parts: Object.entries(selects).flatMap(([name, select]) => labelled(words[name], select)),
      release: () => Object.values(selects).forEach((select) => { select.value = ""; }),
      get held() {
        const set = Object.entries(selects).filter(([, { value }]) => value);
        return Object.fromEntries(set.map(([name, { value }]) => [name, Number(value)]));
      },
    };
  }

  const NAMES = { sin: "sine", saw: "sawtooth", square: "square wave", composite: "composite" };
  /** A control for the function to read. */
  const functions = () => element("select", {}, ...Object.entries(NAMES).map(([value, words]) => element("option", { value }, words)));

  // --- A window to slide over a sequence ----------------------------------------------------------------------------
  const PLACES = 60;

  class Sliding {
    constructor(box) {
      this.name = functions();
      this.name.value = "square";
      this.length = new Slider("Length T", 1, 20, 1);
      this.first = new Slider("Window n", 0, PLACES, 1);
      this.told = announced();
      this.drawing = new Drawing([
        ["the sequence s", "try-update try-thin"], ["the window", "try-input try-dots"],
        ["an equal window with another target", "try-input try-dots try-thin"], ["the target", "try-truth try-dots"],
      ], "place in the sequence");
      fill(box, "A window to slide yourself",
        element("div", { className: "try-controls" },
          ...labelled("Function", this.name), ...this.length.parts, ...this.first.parts),
        this.drawing.box, this.told);
      this.length.value = 5;
      this.first.value = 3;
      box.addEventListener("input", () => this.show());
      box.addEventListener("change", () => this.tell());
      this.show();
      this.tell();
    }

    show() {
      const T = this.length.value;
      this.last = PLACES - T - 1; // after it no target follows
      this.first.input.max = this.last; // the browser moves a greater n down
      this.length.write();
      this.first.write();
      const n = this.first.value;
      const s = Array.from({ length: PLACES }, (_, place) => lstm.FUNCTIONS[this.name.value](0.1 + FORM.distance * place));
      const equal = (a, b) => Math.abs(a - b) < 1e-9;
      const window = s.slice(n, n + T);
      const others = Array.from({ length: this.last + 1 }, (_, m) => m)
        .filter((m) => window.every((value, t) => equal(value, s[m + t])) && !equal(s[n + T], s[m + T]));
      this.s = s;
      this.other = others.find((m) => Math.abs(m - n) > T) ?? others[0]; // best one that can be seen beside it
      const again = this.other === undefined ? [] : points(s.slice(this.other, this.other + T), this.other);
      const targets = [n, this.other].filter((first) => first !== undefined).map((first) => [first + T, s[first + T]]);
      this.drawing.draw([points(s, 0), points(window, n), again, targets], PLACES, 1.5, this.words);
    }

    /** Which values are read, which one is asked for, and whether they can decide it. */
    get words() {
      const [T, n] = [this.length.value, this.first.value];
      const m = this.other;
      const target = (first) => signed(this.s[first + T], 2);
      return `Window ${n} of 0 to ${this.last} reads s[${n}] to s[${n + T - 1}]; its target, s[${n + T}], is ${target(n)}. ` +
        (m === undefined ? "No equal window goes on differently."
          : `It is ambiguous: window ${m} reads the same, and its target, s[${m + T}], is ${target(m)}.`) +
        ` All windows side by side: x has the shape (${T}, 1, ${this.last + 1}), the target (1, ${this.last + 1}).`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  // --- A cell to take through time ---------------------------------------------------------------------------------
  const ROWS = ["a_prev", "c_prev", "i", "f", "o", "candidate", "c", "a"];
  const LOOKS = ["", "try-dashed", "try-dotted"];

  class Cell {
    constructor(box) {
      [this.W, this.x, this.a, this.c] = JSON.parse(box.dataset.numbers);
      this.input = new Slider("Input x", -1, 1, 0.05);
      this.holds = holds(HOLDS);
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
        element("div", { className: "try-controls" }, ...this.input.parts, ...this.holds.parts),
        element("div", { className: "try-buttons" }, ...acts.map((act) => button(...act)), button("Start again", () => this.start())),
        this.told, element("div", { className: "try-seen" }, this.drawing.box, table));
      box.addEventListener("input", () => this.input.write());
      this.start();
    }

    start() {
      this.input.value = this.x;
      this.input.write();
      this.holds.release();
      this.past = [{ a: this.a, c: this.c }]; // all steps, and the input that each has read; first what is given
      this.show();
    }

    /** Take steps with the input and the gates as they are set now: a and c go back in as a_prev and c_prev. */
    go(steps) {
      const x = this.input.value;
      const { held } = this.holds;
      for (let k = 0; k < steps; k += 1) {
        const { a, c } = this.past.at(-1);
        this.past.push({ x, ...lstm.step(this.W, x, a, c, held) });
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

  const WINDOW = 15;
  const FORM = { window: WINDOW, period: 32, distance: 0.2 }; // of the experiment, as a test holds it to be

  // --- A network to let run ----------------------------------------------------------------------------------------
  const RUN = 192;
  const LAST_STEPS = 128; // in which it has forgotten the window
  const TRAINED = { start: 0.5, height: 1, pace: 0.2, noise: 0 };
  // The same at every visit, between -1 and 1.
  const chance = lstm.generator(0);
  const NOISE = Array.from({ length: WINDOW }, () => 2 * chance() - 1);

  class FreeRun {
    constructor(box) {
      this.sliders = {
        start: new Slider("Start, x", 0, 6.2, 0.1),
        height: new Slider("Height", 0, 1.5, 0.05),
        pace: new Slider("Pace, x a step", 0.05, 0.6, 0.01),
        noise: new Slider("Noise", 0, 0.5, 0.05),
      };
      const sliders = Object.values(this.sliders).flatMap(({ parts }) => parts);
      this.told = announced();
      this.drawing = new RunDrawing("what it reads", "what it draws", "the wave of the window, continued");
      fill(box, "A network to run yourself",
        element("div", { className: "try-controls" }, ...sliders),
        element("div", { className: "try-buttons" }, button("As in training", () => this.start())),
        this.drawing.box, this.told);
      box.addEventListener("input", () => this.show());
      box.addEventListener("change", () => this.tell());
      whenNear(box, () => {
        this.net = lstm.loaded(...JSON.parse(box.dataset.numbers));
        this.start();
      });
    }

    start() {
      for (const [name, value] of Object.entries(TRAINED)) this.sliders[name].value = value;
      this.show();
      this.tell();
    }

    show() {
      for (const slider of Object.values(this.sliders)) slider.write();
      const set = Object.entries(this.sliders).map(([name, { value }]) => [name, value]);
      const { start, height, pace, noise } = Object.fromEntries(set);
      const wave = Array.from({ length: WINDOW + RUN }, (_, t) => height * Math.sin(start + pace * t));
      const read = wave.slice(0, WINDOW).map((value, t) => [value + noise * NOISE[t]]);
      this.run = alone(lstm.refeed(this.net, read, RUN));
      this.drawing.show(alone(read), this.run, wave.slice(WINDOW), 2, this.words);
    }

    /** What the network draws in the end. */
    get words() {
      const late = this.run.slice(-LAST_STEPS);
      const [low, high] = [Math.min(...late), Math.max(...late)];
      const rises = late.flatMap((value, k) => {
        const before = late[k - 1];
        return before < 0 && value >= 0 ? [k - value / (value - before)] : [];
      });
      const period = (rises.at(-1) - rises[0]) / (rises.length - 1);
      const form = rises.length > 1
        ? `swings up to ${signed(high, 2)}, with a period of ${signed(period, 1)} steps (the sine of its training: 31.4)`
        : `stays between ${signed(low, 2)} and ${signed(high, 2)}`;
      return `In the last ${LAST_STEPS} steps the network ${form}.`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  // --- A trained network whose gates are held ------------------------------------------------------------------------
  const BETWEEN = ["0.25", "0.5", "0.75"].map((value) => [`held at ${value}`, value]);
  const WAVE = Array.from({ length: WINDOW + FORM.period }, (_, t) => [lstm.FUNCTIONS.composite(0.5 + FORM.distance * t)]);
  const READ = WAVE.slice(0, WINDOW);

  class Held {
    constructor(box) {
      const [W, head, unit] = JSON.parse(box.dataset.numbers);
      Object.assign(this, { weights: [W, head], unit });
      this.holds = holds([HOLDS[0], HOLDS[1], ...BETWEEN, HOLDS[2]]);
      this.told = announced();
      this.run = new RunDrawing("what it reads", "what it draws alone", "the truth");
      this.states = new Drawing([
        ["c of the watched unit", "try-state"], ["the same as trained", "try-truth try-thin try-dashed"],
      ]);
      fill(box, "A network whose gates you hold",
        element("div", { className: "try-controls" }, ...this.holds.parts),
        element("div", { className: "try-buttons" }, button("As trained", () => { this.holds.release(); this.show(); })),
        element("div", { className: "try-seen" }, this.run.box, this.states.box), this.told);
      box.addEventListener("input", () => this.show());
      whenNear(box, () => {
        this.trained = this.state(lstm.loaded(W, head));
        this.show();
      });
    }

    show() {
      const net = lstm.loaded(...this.weights);
      const { held } = this.holds;
      for (const [gate, value] of Object.entries(held)) lstm.hold(net.layers[0], gate, value);
      const { step, run } = lstm.errors(net, lstm.FUNCTIONS.composite, FORM);
      const how = Object.entries(held).map(([gate, value]) => `${gate} held at ${value}`).join(", ") || "all gates by their weights";
      this.told.textContent = `With ${how}: the error of one step is ${step.toFixed(2)}, that of the free run ${run.toFixed(2)}. ` +
        `(The answer 0 has ${lstm.cheap(lstm.FUNCTIONS.composite, FORM).zero.toFixed(2)}.)`;
      const rows = [READ, lstm.refeed(net, READ, FORM.period), WAVE.slice(WINDOW)];
      this.run.show(...rows.map(alone), 1.5, this.told.textContent);
      const states = [this.state(net), this.trained];
      const ends = states.map((one) => signed(one.at(-1)[1], 2));
      const top = Math.ceil(Math.max(1, ...states.flat().map(([, c]) => Math.abs(c))));
      this.states.draw(states, WINDOW, top,
        `The state of the watched unit over the window; at its end ${ends[0]}, as trained ${ends[1]}.`);
    }

    /** The state of the watched unit over the window. */
    state(net) {
      net.forward(READ);
      return points(net.layers[0].past.map(({ c }) => c[this.unit]), 1);
    }
  }

  // --- A training --------------------------------------------------------------------------------------------------
  const NETWORKS = 8;
  const PLACE = 4; // of the sixteen free runs, the one that the page's figures show
  const TRAIN = "Train 10 epochs";
  const KEPT = 12; // trainings in the table
  const LAST_EPOCHS = 5; // over which the loss is averaged
  const PAUSE = 60; // milliseconds between two epochs, for the eye
  const count = (number, what) => `${number} ${what}${number > 1 ? "s" : ""}`;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  class Training {
    constructor(box) {
      this.given = JSON.parse(box.dataset.numbers);
      this.name = functions();
      this.rate = new Choices("Learning rate", this.given.learning_rates);
      this.size = new Slider("Batch size", 5, 50, 5);
      this.noise = new Slider("Noise", 0, 0.4, 0.05);
      this.layers = new Slider("Layers", 1, 7, 1);
      this.network = new Slider("Network", 1, NETWORKS, 1);
      this.sliders = [this.layers, this.rate, this.size, this.noise, this.network];
      this.rate.value = this.given.learning_rate;
      this.size.value = this.given.batch_size;
      this.noise.value = this.given.noise;
      this.layers.value = this.given.units.length;
      this.network.value = 1;
      this.main = button(TRAIN, () => (this.left ? this.stop() : this.go(10)));
      this.run = new RunDrawing("a window without noise", "what it draws alone", "the truth");
      this.curve = new Drawing([
        ["loss of each update", "try-update try-thin"], ["its mean over each epoch", "try-loss"],
        ["loss of the answer 0", "try-loss try-thin try-dashed"], ["of the last value once more", "try-loss try-thin try-dotted"],
      ], "update");
      this.told = announced();
      const heads = ["Training", "epochs", "loss", "one step", "free run"];
      this.rows = element("tbody");
      this.table = element("table", { className: "table", hidden: true },
        element("caption", {}, `Your trainings, the newest first: epochs, loss (mean of the last ${LAST_EPOCHS} epochs), and the two errors`),
        element("thead", {}, element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words)))), this.rows);
      fill(box, "A network to train yourself",
        element("div", { className: "try-controls" },
          ...labelled("Function", this.name), ...this.sliders.flatMap(({ parts }) => parts)),
        element("div", { className: "try-buttons" }, this.main, button("1 epoch", () => this.left || this.go(1)),
          button("Start again", () => this.start())),
        element("div", { className: "try-seen" }, this.run.box, this.curve.box), this.told, this.table);
      box.addEventListener("input", () => this.start());
      whenNear(box, () => this.start());
    }

    get settings() {
      const [size, noise] = [this.size.value, this.noise.value];
      const units = Array(this.layers.value).fill(this.given.units[0]); // all layers have as many
      return { ...this.given, units, size, noise, rate: this.rate.value, f: lstm.FUNCTIONS[this.name.value] };
    }

    /** First weights, and windows to come, that the network's number alone decides: so settings can be compared. */
    start() {
      clearTimeout(this.next);
      this.chance = lstm.generator(this.network.value);
      this.net = new lstm.Network(this.settings.units, this.chance);
      [this.losses, this.left] = [[], 0];
      for (const slider of this.sliders) slider.write();
      this.tell(`Network ${this.network.value} has its first weights; nothing is learnt yet.`);
    }

    go(epochs) {
      this.left = epochs;
      this.main.textContent = "Stop";
      this.told.textContent = `Network ${this.network.value} is being trained.`;
      this.epoch();
    }

    /** One epoch, and the page is free for what the reader wants before the next. */
    epoch() {
      const { settings } = this;
      const batches = lstm.batches(settings.f, this.chance, settings);
      this.losses.push(batches.map(([xs, target]) => this.net.update(xs, target, settings.rate)));
      this.left -= 1;
      if (!this.left) this.stop();
      else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.next = setTimeout(() => this.epoch());
      else {
        this.show();
        this.next = setTimeout(() => this.epoch(), PAUSE);
      }
    }

    stop() {
      clearTimeout(this.next);
      this.left = 0;
      const { units, rate, size, noise, f } = this.settings;
      const [epochs, updates] = [this.losses.length, this.losses.flat().length];
      const loss = mean(this.losses.slice(-LAST_EPOCHS).map(mean)).toPrecision(2);
      const [step, run] = Object.values(lstm.errors(this.net, f, this.settings)).map((error) => error.toFixed(2));
      const words = `${count(units.length, "layer")}, rate ${rate}, batch ${size}, noise ${noise}, ${NAMES[this.name.value]}, ` +
        `network\u00a0${this.network.value}`;
      const cells = [epochs, loss, step, run].map((number) => element("td", {}, `${number}`));
      this.rows.prepend(element("tr", {}, element("th", { scope: "row" }, words), ...cells));
      const [row, ...older] = this.rows.children;
      older.find(({ textContent }) => textContent === row.textContent)?.remove(); // the same training once more
      while (this.rows.children.length > KEPT) this.rows.lastChild.remove();
      this.table.hidden = false;
      const { zero, repeat } = lstm.cheap(f, this.settings);
      this.tell(`Network ${this.network.value} after ${count(epochs, "epoch")}, that is ${count(updates, "update")}: ` +
        `loss ${loss}, error of one step ${step}, of the free run ${run}. ` +
        `(One step without a network: ${zero.toFixed(2)} by the answer 0, ${repeat.toFixed(2)} by the last value once more.)`);
    }

    tell(words) {
      this.main.textContent = TRAIN;
      if (this.told.textContent !== words) this.told.textContent = words; // else it is spoken at every notch of a slider
      this.show();
    }

    show() {
      const { f, window, period } = this.settings;
      const [read, truth] = lstm.trial(f, this.settings).map((rows) => rows.map((row) => row.subarray(PLACE, PLACE + 1)));
      this.run.show(...[read, lstm.refeed(this.net, read, period), truth].map(alone), 1.5,
        `A free run of ${period} steps after a window of ${window}, and the truth. ${this.told.textContent}`);

      const all = this.losses.flat();
      const steps = Math.max(40, all.length);
      const low = all.some((loss) => loss < 1e-3);
      const scale = low ? ["10", "0.01", "10⁻⁵"] : ["10", "0.1", "0.001"]; // equal factors at equal distances
      const half = low ? 3 : 2;
      const height = (loss) => Math.max(Math.log10(loss) - 1 + half, -half);
      let update = 0;
      const middles = this.losses.map((epoch) => [(update += epoch.length) - (epoch.length - 1) / 2, height(mean(epoch))]);
      const { zero, repeat } = lstm.cheap(f, this.settings);
      const level = (error) => [[0, height(error ** 2)], [steps, height(error ** 2)]];
      this.curve.draw([points(all.map(height), 1), middles, level(zero), level(repeat)], steps, half,
        all.length ? `The loss of each of ${all.length} updates, from ${all[0].toPrecision(2)} to ${all.at(-1).toPrecision(2)}.` : "No loss yet.", scale);
    }
  }

  // --- An error on its way back -------------------------------------------------------------------------------------
  const DECADES = 12; // up and down, on the axis
  const superscript = (number) => `${number}`.replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
  /** A number by its logarithm to the base 10, which may be too large or small for a number. */
  const power = (log) => {
    if (log === -Infinity) return "0";
    if (log > -3 && log < 4) return Number((10 ** log).toPrecision(2)).toString();
    const whole = Math.floor(log);
    return `${(10 ** (log - whole)).toFixed(1)} · 10${superscript(whole)}`;
  };

  class WayBack {
    constructor(box) {
      this.weight = new Slider("Weight w", 0, 2, 0.05);
      this.activation = new Slider("Activation a", 0, 0.95, 0.05);
      this.bias = new Slider("Bias b", -2, 8, 0.5);
      this.steps = new Slider("Steps back", 10, 200, 10);
      this.sliders = [this.weight, this.activation, this.bias, this.steps];
      this.told = announced();
      this.drawing = new Drawing([["plain unit", "try-activation try-dashed"], ["along the cell state", "try-state"]], "time steps into the past");
      fill(box, "An error to send back yourself",
        element("div", { className: "try-controls" }, ...this.sliders.flatMap(({ parts }) => parts)),
        element("div", { className: "try-buttons" }, button("Start again", () => this.start())),
        this.drawing.box, this.told);
      box.addEventListener("input", () => this.show());
      box.addEventListener("change", () => this.tell());
      this.start();
    }

    start() {
      [1, 0.5, 0, 50].forEach((value, k) => { this.sliders[k].value = value; });
      this.show();
      this.tell();
    }

    get factors() {
      return [this.weight.value * (1 - this.activation.value ** 2), 1 / (1 + Math.exp(-this.bias.value))];
    }

    show() {
      for (const slider of this.sliders) slider.write();
      const steps = this.steps.value;
      // A straight line, to where it leaves the drawing.
      const curve = (log) => {
        const end = Math.min(steps, DECADES / Math.abs(log));
        return [[0, 0], [end, log === -Infinity ? -DECADES : end * log]];
      };
      const scale = [`10${superscript(DECADES)}`, "1", `10${superscript(-DECADES)}`];
      this.drawing.draw(this.factors.map((factor) => curve(Math.log10(factor))), steps, DECADES, this.words, scale);
    }

    /** What is left of each error. */
    get words() {
      const steps = this.steps.value;
      const [plain, state] = this.factors.map((factor) =>
        `${Number(factor.toFixed(4))} a step, and ${power(steps * Math.log10(factor))} after ${steps} steps`);
      return `What is left of an error of 1: in the plain unit ${plain}; along the cell state ${state}.`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  // A reader sees the page first, and then each box takes its turn.
  const boxes = { ".try-window": Sliding, ".try-back": WayBack, ".try-step": Cell, ".try-run": FreeRun, ".try-hold": Held, ".try-train": Training };
  for (const [selector, Box] of Object.entries(boxes)) {
    document.querySelectorAll(selector).forEach((box) => requestAnimationFrame(() => setTimeout(() => new Box(box))));
  }
})();
