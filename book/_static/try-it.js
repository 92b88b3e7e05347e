/* What readers move themselves (book/_ext/try_it.py): what the boxes are made of. Each kind has a script of its own, try-*.js. */
const tryIt = (() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const signed = (number, digits) => number.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

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
  const spoken = element("p", { className: "heard" });
  spoken.setAttribute("role", "status");
  document.body.append(spoken);
  let pause;
  /** A paragraph that screen readers speak when it has changed and stands: not with the page, nor at each notch of a slider. */
  const announced = () => {
    const told = element("p", { className: "try-told" });
    let begun = false;
    const changed = () => {
      clearTimeout(pause);
      if (begun) pause = setTimeout(() => { spoken.textContent = told.textContent; }, 800);
      begun = true;
      told.style.minHeight = `${told.offsetHeight}px`; // a shorter sentence moves nothing below it
    };
    new MutationObserver(changed).observe(told, { childList: true });
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
    const begin = () => {
      near.disconnect();
      act();
    };
    const near = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && begin(), { rootMargin: "50%" });
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
        const single = curves[k].length === 1;
        line.setAttribute("d", curves[k].map(to).join("") + (single ? "h0" : ""));
        line.classList.toggle("try-dot", single);
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

  const WINDOW = 15;
  const FORM = { window: WINDOW, period: 32, distance: 0.2 }; // of the experiment, as a test holds it to be

  /** Make each box of a kind in its turn: a reader sees the page first. At once where one stands in the middle of the page. */
  function make(kind, Box) {
    const waits = document.documentElement.classList.contains("arriving");
    document.querySelectorAll(`.try-${kind}`).forEach((box) => {
      if (waits) requestAnimationFrame(() => setTimeout(() => new Box(box)));
      else new Box(box);
    });
  }

  return {
    signed, element, drawn, labelled, button, announced, Slider, Choices, whenNear, Drawing, points, alone, RunDrawing, fill,
    HOLDS, holds, functions, NAMES, WINDOW, FORM, make,
  };
})();
