/* A cell to take through time. */
(() => {
  "use strict";
  const { signed, element, button, announced, Slider, Drawing, fill, HOLDS, holds } = tryIt;

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
      box.addEventListener("input", () => {
        this.input.write();
        const held = Object.entries(this.holds.held).map(([gate, value]) => `, holds ${gate} at ${value}`);
        this.told.textContent = `The next step reads x ${signed(this.input.value, 2)}${held.join("")}.`;
      });
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
      const when = steps ? `After step ${steps}` : "Before the first step";
      this.told.textContent = `${when}, ${units.join("; ")}.`;

      const all = this.past.map((one, k) => [k, one]);
      const curve = (name) => last.c.map((_, unit) => all.map(([k, one]) => [k, one[name][unit]]));
      const inputs = all.slice(1).flatMap(([k, { x }]) => [[k - 1, x], [k, x]]);
      const most = Math.max(1.5, ...this.past.flatMap(({ c }) => c.map(Math.abs)));
      const top = most < 5 ? Math.ceil(2 * most) / 2 : Math.ceil(most);
      this.drawing.draw([...curve("c"), ...curve("a"), inputs], Math.max(40, steps), top, this.told.textContent);
    }
  }

  tryIt.make("step", Cell);
})();
