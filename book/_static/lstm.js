/* The cell, its gradient and its training in the reader's browser: what lstm_ref does, for the boxes of try-*.js.

   Held against lstm_ref, number by number, by tests/site/test_training_box.py. B sequences lie side by side, as in the book:
   a matrix is a flat array of rows, and what has n rows for them is an array of n times B numbers. */
const lstm = (() => {
  "use strict";

  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const zeros = (size) => new Float64Array(size);

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

  // --- Chance ------------------------------------------------------------------------------------------------------
  /** Numbers from 0 to below 1, the same for the same seed: Mulberry32. */
  function generator(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** A number from the normal distribution (Box and Muller). */
  const normal = (draw) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

  function shuffled(size, draw) {
    const order = Array.from({ length: size }, (_, k) => k);
    for (let k = size - 1; k > 0; k -= 1) {
      const other = Math.floor(draw() * (k + 1));
      [order[k], order[other]] = [order[other], order[k]];
    }
    return order;
  }

  /** A matrix whose columns have length 1 and stand at right angles: normal numbers, after Gram and Schmidt. */
  function orthogonal(rows, columns, draw) {
    const found = [];
    for (let k = 0; k < columns; k += 1) {
      const column = Array.from({ length: rows }, () => normal(draw));
      for (const other of found) {
        const share = column.reduce((sum, number, row) => sum + number * other[row], 0);
        other.forEach((number, row) => { column[row] -= share * number; });
      }
      const length = Math.hypot(...column);
      found.push(column.map((number) => number / length));
    }
    return (row, column) => found[column][row];
  }

  // --- A layer, and a network of layers -----------------------------------------------------------------------------
  class Layer {
    /** D inputs, H units; W and dW, four times H rows of D + H + 1 numbers, are parts of the network's vectors. */
    constructor(D, H, W, dW) {
      Object.assign(this, { D, H, W, dW });
    }

    /** The activations after each step, and on the way all that `backward` needs. */
    forward(xs) {
      const { D, H, W } = this;
      const B = xs[0].length / D;
      const [columns, size] = [D + H + 1, H * B];
      let [a, c] = [zeros(size), zeros(size)];
      this.past = [];
      return xs.map((x) => {
        const v = zeros(columns * B).fill(1, (D + H) * B);
        v.set(x);
        v.set(a, D * B);
        const gates = zeros(4 * size); // i, f, o and the candidate
        for (let row = 0; row < 4 * H; row += 1) {
          for (let k = 0; k < columns; k += 1) {
            const w = W[row * columns + k];
            for (let b = 0; b < B; b += 1) gates[row * B + b] += w * v[k * B + b];
          }
        }
        for (let k = 0; k < 4 * size; k += 1) gates[k] = k < 3 * size ? sigmoid(gates[k]) : Math.tanh(gates[k]);
        const [c_prev, tanh_c] = [c, zeros(size)];
        [a, c] = [zeros(size), zeros(size)];
        for (let k = 0; k < size; k += 1) {
          c[k] = gates[k] * gates[3 * size + k] + gates[size + k] * c_prev[k];
          tanh_c[k] = Math.tanh(c[k]);
          a[k] = gates[2 * size + k] * tanh_c[k];
        }
        this.past.push({ v, gates, c_prev, c, tanh_c });
        return a;
      });
    }

    /** Backpropagation through time: dW, and the gradient for the inputs; `das` may lack all steps but the last. */
    backward(das) {
      const { D, H, W, dW } = this;
      const B = this.past[0].tanh_c.length / H;
      const [columns, size] = [D + H + 1, H * B];
      let later = zeros(size); // the gradient for a, from the step after
      const dc = zeros(size);
      const dxs = [];
      dW.fill(0);
      for (let t = this.past.length - 1; t >= 0; t -= 1) {
        const { v, gates, c_prev, tanh_c } = this.past[t];
        const dz = zeros(4 * size);
        for (let k = 0; k < size; k += 1) {
          const [i, f, o, candidate] = [gates[k], gates[size + k], gates[2 * size + k], gates[3 * size + k]];
          const da = later[k] + (das[t] ? das[t][k] : 0);
          dc[k] += da * o * (1 - tanh_c[k] ** 2);
          dz[k] = dc[k] * candidate * i * (1 - i);
          dz[size + k] = dc[k] * c_prev[k] * f * (1 - f);
          dz[2 * size + k] = da * tanh_c[k] * o * (1 - o);
          dz[3 * size + k] = dc[k] * i * (1 - candidate ** 2);
          dc[k] *= f;
        }
        const dv = zeros(columns * B);
        for (let row = 0; row < 4 * H; row += 1) {
          for (let k = 0; k < columns; k += 1) {
            const w = W[row * columns + k];
            let sum = 0;
            for (let b = 0; b < B; b += 1) {
              sum += dz[row * B + b] * v[k * B + b];
              dv[k * B + b] += w * dz[row * B + b];
            }
            dW[row * columns + k] += sum;
          }
        }
        dxs[t] = dv.subarray(0, D * B);
        later = dv.subarray(D * B, (D + H) * B);
      }
      return dxs;
    }
  }

  /** LSTM layers on one number a step, and a head with tanh that reads the last step. First values as in lstm_ref. */
  class Network {
    constructor(units, draw) {
      const sizes = units.map((H, k) => [k ? units[k - 1] : 1, H]);
      const places = sizes.map(([D, H]) => 4 * H * (D + H + 1));
      const last = units.at(-1);
      const weights = places.reduce((sum, size) => sum + size, last + 1);
      [this.theta, this.gradient, this.square] = [zeros(weights), zeros(weights), zeros(weights)];
      let from = 0;
      this.layers = sizes.map(([D, H], k) => {
        const part = (vector) => vector.subarray(from, from + places[k]);
        const layer = new Layer(D, H, part(this.theta), part(this.gradient));
        const turn = orthogonal(4 * H, H, draw);
        layer.W.forEach((_, at) => {
          const [row, column] = [Math.floor(at / (D + H + 1)), at % (D + H + 1)];
          if (column < D) layer.W[at] = Math.sqrt(2 / (D + 4 * H)) * normal(draw);
          else if (column < D + H) layer.W[at] = turn(row, column - D);
        });
        from += places[k];
        return layer;
      });
      this.head = this.theta.subarray(from);
      this.dhead = this.gradient.subarray(from);
      for (let k = 0; k < last; k += 1) this.head[k] = Math.sqrt(2 / (last + 1)) * normal(draw);
    }

    /** The prediction for each sequence; `xs` has an array of their values for each step. */
    forward(xs) {
      this.a = this.layers.reduce((values, layer) => layer.forward(values), xs).at(-1);
      const [B, H] = [xs[0].length, this.head.length - 1];
      return zeros(B).map((_, b) => {
        let z = this.head[H];
        for (let k = 0; k < H; k += 1) z += this.head[k] * this.a[k * B + b];
        return Math.tanh(z);
      });
    }

    /** One update by RMSprop; returns the loss before it, the mean squared error. */
    update(xs, target, rate) {
      const y = this.forward(xs); // the forward pass
      const [B, H] = [y.length, this.head.length - 1];
      const loss = y.reduce((sum, value, b) => sum + (value - target[b]) ** 2, 0) / B; // the validation
      const dz = y.map((value, b) => (2 / B) * (value - target[b]) * (1 - value ** 2));
      const da = zeros(H * B).map((_, at) => this.head[Math.floor(at / B)] * dz[at % B]); // the backward pass
      this.dhead.forEach((_, k) => {
        this.dhead[k] = dz.reduce((sum, value, b) => sum + value * (k < H ? this.a[k * B + b] : 1), 0);
      });
      let das = xs.map((_, t) => (t === xs.length - 1 ? da : null));
      for (const layer of [...this.layers].reverse()) das = layer.backward(das);
      this.gradient.forEach((g, k) => {
        this.square[k] = 0.9 * this.square[k] + 0.1 * g * g;
        this.theta[k] -= (rate * g) / (Math.sqrt(this.square[k]) + 1e-7);
      });
      return loss;
    }
  }

  /** A network of one layer with these weights, as a page hands them over: W (4, H, H + 2), and the head's row. */
  function loaded(W, head) {
    const net = new Network([W[0].length], generator(0));
    net.theta.set([W, head].flat(Infinity));
    return net;
  }

  /** Hold a layer's gate at a number, whatever it reads: no weights, and the bias of which this is the sigmoid. */
  function hold({ D, H, W }, gate, value) {
    const [columns, first] = [D + H + 1, H * "ifo".indexOf(gate)];
    const bias = Math.max(-1000, Math.min(1000, Math.log(value) - Math.log1p(-value)));
    for (let end = columns * (first + 1); end <= columns * (first + H); end += columns) {
      W.fill(0, end - columns, end - 1).fill(bias, end - 1, end);
    }
  }

  // --- The experiment: its functions, an epoch of training, the free run and the two errors -----------------------------
  const FUNCTIONS = {
    sin: Math.sin,
    saw: (x) => 2 * (x / Math.PI - Math.floor(x / Math.PI)) - 1,
    square: (x) => (x - 4 * Math.floor(x / 4) <= 2 ? 1 : -1),
    composite: (x) => (Math.sin(1.5 * x) + Math.sin(4.5 * x)) / 1.5,
  };

  /** So many values of a function from each phase on: an array of one value a phase for each step. */
  const waves = (f, phases, steps, distance) =>
    Array.from({ length: steps }, (_, t) => Float64Array.from(phases, (phase) => f(phase + distance * t)));

  /** Phases that lie evenly on the circle, from `offset` on. */
  const circle = (count, offset = 0) => Array.from({ length: count }, (_, k) => (2 * Math.PI * k) / count + offset);

  /** The batches of one epoch, new windows in a new order: each [xs, target]. */
  function batches(f, draw, { windows, window, distance, size, noise }) {
    const values = waves(f, circle(windows, 2 * Math.PI * draw()), window + 1, distance);
    const read = values.slice(0, -1).map((row) => row.map((value) => value + noise * (2 * draw() - 1)));
    const order = shuffled(windows, draw);
    return Array.from({ length: Math.ceil(windows / size) }, (_, n) => {
      const chosen = order.slice(n * size, (n + 1) * size);
      const cut = (row) => Float64Array.from(chosen, (k) => row[k]);
      return [read.map(cut), cut(values.at(-1))];
    });
  }

  /** The free run after a window, with its last `xs.length` values read at each step. */
  function refeed(net, xs, steps) {
    const run = [...xs];
    for (let k = 0; k < steps; k += 1) run.push(net.forward(run.slice(-xs.length)));
    return run.slice(xs.length);
  }

  /** The windows on which free runs are measured, and the truth after each. */
  function trial(f, { window, period, distance }) {
    const phases = Array.from({ length: 16 }, (_, k) => (Math.PI * (k + 0.5)) / 16);
    const values = waves(f, phases, window + period, distance);
    return [values.slice(0, window), values.slice(window)];
  }

  const rms = (rows, truth) => {
    const squares = rows.map((row, t) => row.reduce((sum, value, k) => sum + (value - truth[t][k]) ** 2, 0) / row.length);
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length);
  };

  /** Windows on the whole circle, and the value after each: the errors of one step are taken here. */
  function around(f, { window, distance }) {
    const values = waves(f, circle(100), window + 1, distance);
    return [values.slice(0, -1), values.slice(-1)];
  }

  /** The error of one step and that of the free run. */
  function errors(net, f, form) {
    const [[windows, target], [xs, truth]] = [around(f, form), trial(f, form)];
    return { step: rms([net.forward(windows)], target), run: rms(refeed(net, xs, form.period), truth) };
  }

  /** The error of one step of two answers that need no network: 0, and the last value once more. */
  function cheap(f, form) {
    const [windows, target] = around(f, form);
    return { zero: rms([zeros(100)], target), repeat: rms(windows.slice(-1), target) };
  }

  return { FUNCTIONS, Network, batches, cheap, errors, generator, hold, loaded, refeed, step, trial };
})();
