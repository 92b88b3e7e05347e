/* One unit of a cell, whose gates the reader sets. */
(() => {
  "use strict";
  const { signed, element, drawn, button, announced, Slider, Drawing, fill } = tryIt;

  // What each part of the drawing is made of: lines by their path, operations and boxes by their middle, numbers by their place.
  const LINES = {
    before: "M0 58H88", kept: "M108 58H178", now: "M198 58H330", squashed: "M262 58V80M262 100V120", shown: "M272 130H330",
    f: "M98 110V69", i: "M148 118V98H178", candidate: "M232 118V98H198", added: "M188 88V68", o: "M262 160V141",
  };
  const SIGNS = { "98 58": "×", "188 58": "+", "188 98": "×", "262 130": "×", "262 90": "tanh" };
  const WORDS = { // a name over its number
    c_prev: "0 28 start", kept: "143 28 middle", c: "330 28 end", f: "98 128 middle", i: "148 136 middle", candidate: "208 136 middle",
    o: "262 176 middle", a: "330 152 end", added: "172 76 end",
  };

  class Gates {
    constructor(box) {
      const slider = (words, from) => new Slider(words, from, 1, 0.05);
      this.sliders = {
        candidate: slider("Candidate", -1), i: slider("Input gate i", 0), f: slider("Forget gate f", 0), o: slider("Output gate o", 0),
      };
      this.told = announced();
      this.drawing = new Drawing([["c", "try-state"], ["a", "try-activation try-thin"]]);
      const acts = [1, 10].map((steps) => button(`${steps} step${steps > 1 ? "s" : ""}`, () => this.go(steps)));
      fill(box, "A memory to operate yourself",
        element("div", { className: "try-controls" }, ...Object.values(this.sliders).flatMap(({ parts }) => parts)),
        element("div", { className: "try-buttons" }, ...acts, button("Start again", () => this.start())),
        this.told, element("div", { className: "try-seen" }, this.cell(), this.drawing.box));
      box.addEventListener("input", () => this.show());
      box.addEventListener("change", () => this.tell());
      this.start();
    }

    /** The cell, in which the numbers of the coming step stand. */
    cell() {
      this.svg = drawn("svg", { class: "try-cell", viewBox: "0 0 330 200", role: "img" });
      this.lines = Object.fromEntries(Object.entries(LINES).map(([name, d]) => [name, drawn("path", { d, class: name })]));
      const signs = Object.entries(SIGNS).flatMap(([place, sign]) => {
        const [x, y] = place.split(" ");
        const wide = sign.length > 1 ? 20 : 10;
        const words = drawn("text", { x, y: Number(y) + 4.5, "text-anchor": "middle" });
        words.textContent = sign;
        return [drawn("rect", { x: x - wide, y: y - 10, width: 2 * wide, height: 20, rx: 10 }), words];
      });
      this.numbers = {};
      const words = Object.entries(WORDS).flatMap(([name, place]) => {
        const [x, y, anchor] = place.split(" ");
        const above = drawn("text", { x, y, "text-anchor": anchor });
        above.textContent = name;
        this.numbers[name] = drawn("text", { x, y: Number(y) + 16, "text-anchor": anchor, class: `number ${name}` });
        return [above, this.numbers[name]];
      });
      this.svg.append(...Object.values(this.lines), ...signs, ...words);
      return this.svg;
    }

    start() {
      Object.entries({ candidate: 0.8, i: 0, f: 1, o: 1 }).forEach(([name, value]) => { this.sliders[name].value = value; });
      this.past = [{ c: 0, a: 0 }];
      this.show();
      this.tell();
    }

    /** What the coming step makes of the state, as the gates are set now. */
    get next() {
      const [candidate, i, f, o] = Object.values(this.sliders).map(({ value }) => value);
      const c_prev = this.past.at(-1).c;
      const [added, kept] = [i * candidate, f * c_prev];
      const c = added + kept;
      return { c_prev, candidate, i, f, o, added, kept, c, a: o * Math.tanh(c) };
    }

    go(steps) {
      for (let k = 0; k < steps; k += 1) this.past.push(this.next);
      this.show();
      this.tell();
    }

    show() {
      for (const slider of Object.values(this.sliders)) slider.write();
      const { next, past } = this;
      for (const [name, text] of Object.entries(this.numbers)) text.textContent = signed(next[name], 2);
      // As much of a line as its gate lets pass.
      Object.entries({ kept: next.f, added: next.i, shown: next.o }).forEach(([name, part]) => {
        this.lines[name].style.strokeOpacity = 0.3 + 0.7 * part;
      });
      this.svg.setAttribute("aria-label", this.words);
      const curve = (name) => past.map((one, k) => [k, one[name]]);
      const top = Math.max(1, Math.ceil(Math.max(...past.map(({ c }) => Math.abs(c)))));
      this.drawing.draw([curve("c"), curve("a")], Math.max(20, past.length - 1), top, this.told.textContent);
    }

    get words() {
      const { c_prev, candidate, i, f, o, c, a } = Object.fromEntries(Object.entries(this.next).map(([name, value]) => [name, signed(value, 2)]));
      return `Step ${this.past.length} would make c = ${i} × ${candidate} + ${f} × ${c_prev} = ${c}, and a = ${o} × tanh ${c} = ${a}.`;
    }

    tell() {
      const { c, a } = this.past.at(-1);
      const steps = this.past.length - 1;
      const reached = steps ? `After step ${steps}, c is ${signed(c, 2)} and a is ${signed(a, 2)}. ` : "";
      this.told.textContent = reached + this.words;
      this.drawing.svg.setAttribute("aria-label", this.told.textContent);
    }
  }

  tryIt.make("gates", Gates);
})();
