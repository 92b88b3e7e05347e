/* A window to slide over a sequence. */
(() => {
  "use strict";
  const { signed, element, labelled, announced, Slider, Drawing, points, fill, functions, FORM } = tryIt;

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
      const firsts = Array.from({ length: this.last + 1 }, (_, m) => m);
      /** The windows that read what this one reads, and go on differently. */
      const twins = (n) => firsts.filter((m) =>
        !equal(s[n + T], s[m + T]) && firsts.slice(0, T).every((_, t) => equal(s[n + t], s[m + t])));
      this.ambiguous = firsts.filter((m) => twins(m).length).length;
      const others = twins(n);
      this.s = s;
      this.other = others.find((m) => Math.abs(m - n) > T) ?? others[0]; // best one that can be seen beside it
      const again = this.other === undefined ? [] : points(s.slice(this.other, this.other + T), this.other);
      const targets = [n, this.other].filter((first) => first !== undefined).map((first) => [first + T, s[first + T]]);
      this.drawing.draw([points(s, 0), points(s.slice(n, n + T), n), again, targets], PLACES, 1.5, this.words);
    }

    /** Which values are read, which one is asked for, and whether they can decide it. */
    get words() {
      const [T, n] = [this.length.value, this.first.value];
      const m = this.other;
      const target = (first) => signed(this.s[first + T], 2);
      return `${this.ambiguous || "None"} of the ${this.last + 1} windows of length ${T} ${this.ambiguous === 1 ? "is" : "are"} ambiguous. ` +
        `Window ${n} reads s[${n}] to s[${n + T - 1}]; its target, s[${n + T}], is ${target(n)}. ` +
        (m === undefined ? "" : `Window ${m} reads the same, but its target, s[${m + T}], is ${target(m)}.`) +
        ` All windows side by side: x has the shape (${T}, 1, ${this.last + 1}), the target (1, ${this.last + 1}).`;
    }

    tell() {
      this.told.textContent = this.words;
    }
  }

  tryIt.make("window", Sliding);
})();
