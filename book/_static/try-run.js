/* A network to let run. */
(() => {
  "use strict";
  const { signed, element, button, announced, Slider, whenNear, alone, RunDrawing, fill, WINDOW } = tryIt;

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
      this.set();
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

    set() {
      for (const [name, value] of Object.entries(TRAINED)) this.sliders[name].value = value;
    }

    start() {
      this.set();
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
      const { start, height, pace, noise } = this.sliders;
      const read = `start ${signed(start.value, 1)}, height ${signed(height.value, 2)}, pace ${signed(pace.value, 2)}, noise ${signed(noise.value, 2)}`;
      return `After a window with ${read}: in the last ${LAST_STEPS} steps the network ${form}.`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  tryIt.make("run", FreeRun);
})();
