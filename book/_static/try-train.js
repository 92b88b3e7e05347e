/* A training. */
(() => {
  "use strict";
  const {
    element, labelled, button, announced, Slider, Choices, whenNear, Drawing,
    points, alone, RunDrawing, fill, functions, NAMES,
  } = tryIt;

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
      this.one = button("1 epoch", () => this.go(1));
      this.run = new RunDrawing("a window without noise", "what it draws alone", "the truth");
      this.curve = new Drawing([
        ["loss of each update", "try-update try-thin"], ["its mean over each epoch", "try-loss"],
        ["if it always answered 0", "try-loss try-thin try-dashed"], ["if it repeated the last value", "try-loss try-thin try-dotted"],
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
        element("div", { className: "try-buttons" }, this.main, this.one,
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
      this.tell(`Network ${this.network.value} has its first weights; nothing is learnt yet. Moving a control begins anew.`);
    }

    go(epochs) {
      if (this.left) return;
      this.left = epochs;
      this.main.textContent = "Stop";
      this.one.setAttribute("aria-disabled", "true"); // and keeps the focus
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
      else if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        this.told.textContent = `Network ${this.network.value} is being trained: ${count(this.left, "epoch")} to go.`;
        this.next = setTimeout(() => this.epoch());
      } else {
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
        `(For comparison, in one step: always answering 0 has ${zero.toFixed(2)}, repeating the last value ${repeat.toFixed(2)}.)`);
    }

    tell(words) {
      this.main.textContent = TRAIN;
      this.one.removeAttribute("aria-disabled");
      if (this.told.textContent !== words) this.told.textContent = words; // else it is spoken again
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

  tryIt.make("train", Training);
})();
