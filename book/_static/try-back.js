/* An error on its way back. */
(() => {
  "use strict";
  const { element, button, announced, Slider, Drawing, fill } = tryIt;

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
      this.drawing = new Drawing([["plain unit", "try-activation try-dashed"], ["along the cell state", "try-state"], ["a tenth, and ten times", "try-truth try-thin try-dotted"]], "time steps into the past");
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
      const band = [[steps, 1], [0, 1], [0, -1], [steps, -1]]; // joined on the axis
      const curves = [...this.factors.map((factor) => curve(Math.log10(factor))), band];
      this.drawing.draw(curves, steps, DECADES, this.words, scale);
    }

    /** What is left of each error. */
    get words() {
      const steps = this.steps.value;
      const [plain, state] = this.factors.map((factor) => {
        const log = steps * Math.log10(factor);
        const fate = log < -1 ? "it vanishes" : log > 1 ? "it explodes" : "it survives";
        return `${Number(factor.toFixed(4))} a step, and ${power(log)} after ${steps} steps: ${fate}`;
      });
      return `What is left of an error of 1? In the plain unit ${plain}. Along the cell state ${state}.`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  tryIt.make("back", WayBack);
})();
