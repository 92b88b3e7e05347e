/* A trained network whose gates are held. */
(() => {
  "use strict";
  const {
    signed, element, button, announced, whenNear, Drawing, points, alone,
    RunDrawing, fill, HOLDS, holds, WINDOW, FORM,
  } = tryIt;

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
        `(Always answering 0 has ${lstm.cheap(lstm.FUNCTIONS.composite, FORM).zero.toFixed(2)}.)`;
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

  tryIt.make("hold", Held);
})();
