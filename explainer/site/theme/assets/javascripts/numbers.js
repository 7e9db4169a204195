/* Works out a list of equations anew, and prints its numbers as the proof does.

A number is a fraction { p, q } of whole numbers as long as it can be; then a float { v, d }, no farther than d from what it stands for;
and where that leaves a digit open, a ball (m ± r) · 2^e of so many bits. */

(() => {
const GUARD = 24, BITS = 128, MOST = 4096, FRACTION = 2048; // as in proof/enclosure.py
const FARTHEST = 11; // of `reach`: with more, what a ball holds may be a fraction by chance
const UNIT = 2 ** -52, ALMOST = 1.0000001;

class Wrong { constructor(is, name) { this.is = is; this.name = name; } } // no Error: that would keep a stack each time
const wrong = (is) => { throw new Wrong(is); };
const attempt = (made) => { try { return made(); } catch (error) { if (error instanceof Wrong) return error; throw error; } };
const OPEN = "open", NONE = "none", LARGE = "large", TINY = "tiny";

/* --- whole numbers and fractions */

const abs = (value) => (value < 0n ? -value : value);
const size = (value) => {
  const near = Number(abs(value));
  if (near < 2 ** 53) return near ? Math.floor(Math.log2(near)) + 1 : 0;
  const digits = abs(value).toString(16);
  return digits.length * 4 + 28 - Math.clz32(parseInt(digits[0], 16));
};
const shifted = (value, by) => (by < 0 ? value >> BigInt(-by) : value << BigInt(by));
const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a; };
const root = (value) => {
  if (value < 2n) return value;
  let guess = 1n << BigInt((size(value) + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
};

const isFraction = (x) => x.q !== undefined;
const fraction = (p, q = 1n) => ({ p, q, f: undefined });
const reduced = ({ p, q }) => { const by = gcd(abs(p), q); return fraction(p / by, q / by); };
const short = (x) => (size(x.q) > 512 || size(x.p) > 768 ? reduced(x) : x);
const ZERO = fraction(0n), ONE = fraction(1n), HALF = fraction(1n, 2n);
const exact = {
  "+": (a, b) => (a.q === b.q ? fraction(a.p + b.p, a.q) : a.q % b.q ? b.q % a.q ? fraction(a.p * b.q + b.p * a.q, a.q * b.q)
    : fraction(a.p * (b.q / a.q) + b.p, b.q) : fraction(a.p + b.p * (a.q / b.q), a.q)),
  "-": (a, b) => exact["+"](a, exact.neg(b)),
  "*": (a, b) => fraction(a.p * b.p, a.q * b.q),
  "/": (a, b) => (b.p ? fraction(b.p < 0n ? -a.p * b.q : a.p * b.q, a.q * abs(b.p)) : wrong(NONE)),
  neg: (a) => fraction(-a.p, a.q),
};

const TEN = [...Array(400)].map((_, power) => 10n ** BigInt(power));
const ten = (power) => TEN[power] || 10n ** BigInt(power);
/* A decimal's text as a fraction: 12.5, -3e-7, 1/3. */
const parsed = (text) => {
  const [, sign, whole, part = "", below, power = 0] = /^([+-]?)(\d*)\.?(\d*)(?:\/(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  const units = BigInt(whole + part || 0) * (sign === "-" ? -1n : 1n), place = power - part.length;
  if (below) return fraction(units, BigInt(below));
  return place < 0 ? fraction(units, ten(-place)) : fraction(units * ten(place));
};

/* --- printed digits: core/digits.py */

const exponentOf = ({ p, q }) => {
  const reaches = (power) => (power < 0 ? abs(p) * ten(-power) >= q : abs(p) >= q * ten(power));
  let guess = Math.floor((size(p) - size(q)) * 0.30103);
  while (!reaches(guess)) guess -= 1;
  while (reaches(guess + 1)) guess += 1;
  return guess;
};

/* ±units · 10^place, of so many digits. */
const rounded = (x, digits) => {
  if (!x.p) return { minus: false, units: "0", place: 0, isAll: true };
  let place = exponentOf(x) - digits + 1;
  const [above, below] = place < 0 ? [abs(x.p) * ten(-place), x.q] : [abs(x.p), x.q * ten(place)];
  const nearest = (2n * above + below) / (2n * below);
  let units = String(nearest);
  if (units.length > digits) { units = units.slice(0, -1); place += 1; } // 0.99996 → 1.000
  return { minus: x.p < 0n, units, place, isAll: nearest * below === above };
};
/* A float's digits as toExponential has them. */
const digitsOf = (text, digits) => {
  const from = text[0] === "-" ? 1 : 0, end = text.indexOf("e", from);
  return { minus: from === 1, units: text[from] + text.slice(from + 2, end), place: Number(text.slice(end + 1)) - digits + 1 };
};
const bare = ({ minus, units, place }) => {
  let end = units.length;
  while (end && units[end - 1] === "0") end -= 1;
  return end ? { minus, units: units.slice(0, end), place: place + units.length - end } : { minus: false, units: "0", place: 0 };
};
const alike = (a, b) => a.minus === b.minus && a.units === b.units && a.place === b.place;

const written = (number, digits = 0) => {
  const { minus, units, place } = number, first = number.units === "0" ? 0 : place + units.length - 1, sign = minus ? "-" : "";
  if (first >= -5 && first < (digits || 16)) {
    if (place >= 0) return sign + (units === "0" ? "0" : units + "0".repeat(place));
    const padded = units.padStart(1 - place, "0");
    return `${sign}${padded.slice(0, place)}.${padded.slice(place)}`;
  }
  const mantissa = digits ? units : bare(number).units;
  return `${sign}${mantissa[0]}${mantissa[1] ? `.${mantissa.slice(1)}` : ""}e${first}`;
};
const print = (number, digits, isExact) => ({ text: written(number, isExact ? 0 : digits), exact: isExact, number: bare(number) });

const whole = (x) => ({ minus: x.p < 0n, units: String(abs(x.p / x.q)), place: 0 });
const showExact = (x, digits) => {
  const quick = x.p && quickly(x, digits);
  if (quick) return quick;
  const near = rounded(x, Math.max(digits, 1)), isWhole = !(x.p % x.q);
  let found = near.isAll ? near : null;
  if (found) found = isWhole ? whole(x) : bare(found);
  else if (isWhole && abs(x.p / x.q) < 10n ** 7n) found = whole(x);
  if (!found) return print(near, digits, false);
  return print(found.place + found.units.length > 16 ? bare(found) : found, 0, true);
};
const shownGiven = (x) => print(bare(whole10(x)), 0, true);
/* A decimal fraction's digits. */
const whole10 = (x) => {
  let place = 0, { p, q } = reduced(x);
  while (q !== 1n) { p *= 10n; place -= 1; const by = gcd(abs(p), q); p /= by; q /= by; }
  return { minus: p < 0n, units: String(abs(p)), place };
};

/* --- floats: each with how far it may be off */

const float = (v, d) => {
  if (!(Math.abs(v) < 1e290 && d < 1e290) || (v && Math.abs(v) < 1e-290)) wrong(OPEN);
  return { v, d };
};
const near = (v, d, ulps = 4) => float(v, d + Math.abs(v) * UNIT * ulps);
const toFloat = (x) => {
  if (x.f) return x.f;
  let { p, q } = x;
  const far = Math.max(size(p), size(q)) - 1000;
  if (far > 0) [p, q] = [shifted(p, -far), shifted(q, -far)];
  return (x.f = p === 0n && x.p !== 0n ? wrong(OPEN) : near(Number(p) / Number(q), 0, far > 0 ? 2 ** 20 : 2));
};
const nonzero = (x) => (x.v ? x : wrong(OPEN));
const sloped = (x, slope) => x.d * slope * ALMOST;
const floats = {
  of: (x) => (isFraction(x) ? toFloat(x) : x),
  "+": (a, b) => near(a.v + b.v, (a.d + b.d) * ALMOST),
  "-": (a, b) => near(a.v - b.v, (a.d + b.d) * ALMOST),
  "*": (a, b) => nonzero(near(a.v * b.v, (Math.abs(a.v) * b.d + Math.abs(b.v) * a.d + a.d * b.d) * ALMOST)),
  "/": (a, b) => {
    const left = Math.abs(b.v) - b.d, v = a.v / b.v;
    return left > 0 ? nonzero(near(v, ((a.d + Math.abs(v) * b.d) / left) * ALMOST)) : wrong(OPEN);
  },
  neg: (a) => ({ v: -a.v, d: a.d }),
  side: ({ v, d }) => (v > d ? 1 : v < -d ? -1 : wrong(OPEN)),
  exp: (a) => { const v = Math.exp(a.v); return a.d < 0.1 ? nonzero(near(v, v * sloped(a, 1.1))) : wrong(OPEN); },
  log: (a) => (a.v > 2 * a.d ? near(Math.log(a.v), sloped(a, 2 / a.v)) : wrong(OPEN)),
  sqrt: (a) => (a.v > 2 * a.d ? near(Math.sqrt(a.v), sloped(a, 1 / Math.sqrt(a.v))) : wrong(OPEN)),
  tanh: (a) => near(Math.tanh(a.v), sloped(a, 1)),
  sin: (a) => (Math.abs(a.v) < 1e5 ? near(Math.sin(a.v), sloped(a, 1)) : wrong(OPEN)),
  cos: (a) => (Math.abs(a.v) < 1e5 ? near(Math.cos(a.v), sloped(a, 1)) : wrong(OPEN)),
  erf: () => wrong(OPEN), // nothing that a browser has
  cdf: () => wrong(OPEN),
  pi: () => float(Math.PI, UNIT),
};
const floatEnds = ({ v, d }) => { const far = d * ALMOST + Math.abs(v) * UNIT; return [v - far, v + far]; };
/* What both ends are rounded to, or nothing. */
const agreed = (low, high, digits) => {
  if (digits > 15 || (low <= 0 && high >= 0)) return "";
  const text = low.toExponential(digits - 1);
  return text === high.toExponential(digits - 1) ? text : "";
};
const showFloat = (x, digits) => {
  const text = agreed(...floatEnds(x), digits);
  return text ? print(digitsOf(text, digits), digits, false) : null;
};
/* A fraction's digits where a float tells that these are not all of it. */
const quickly = (x, digits) => {
  const near = digits > 12 ? null : attempt(() => toFloat(x));
  if (!near || near instanceof Wrong || Math.abs(near.v) * ALMOST >= 10 ** digits) return null;
  const [low, high] = floatEnds({ v: near.v, d: 2 * near.d }), text = agreed(low, high, digits), found = text ? Number(text) : low;
  return found < low || found > high ? print(digitsOf(text, digits), digits, false) : null;
};
/* Might it be one of those numbers whose digits no bound decides, or one of which few digits are left? */
const isSuspicious = (x) => {
  const [low, high] = floatEnds(x), near = Number(x.v.toPrecision(11));
  return x.d > Math.abs(x.v) * 2 ** -30 || (low <= near && near <= high);
};

/* --- balls */

let reach = 0; // log₂ of the largest argument of an exponential so far, which says how many digits a saturation may cost
const reached = (power) => { reach = Math.max(reach, power); };
const constants = new Map();
const kept = (name, bits, made) => {
  const key = Math.ceil(bits / 64) * 64, id = `${name} ${key}`;
  if (!constants.has(id)) constants.set(id, made(key));
  return shifted(constants.get(id), bits - key);
};
/* Σ sign^k/((2k + 1) n^(2k + 1)), in units of 2^-bits. */
const arc = (n, bits, sign) => {
  let power = (1n << BigInt(bits)) / n, sum = power, k = 1n, turn = sign;
  for (const square = n * n; power; k += 1n, turn *= sign) { power /= square; sum += (turn * power) / (2n * k + 1n); }
  return sum;
};
const ln2 = (bits) => kept("ln2", bits, (b) => shifted(18n * arc(26n, b + 20, 1n) - 2n * arc(4801n, b + 20, 1n) + 8n * arc(8749n, b + 20, 1n), -20));
const piBits = (bits) => kept("pi", bits, (b) => shifted(4n * (4n * arc(5n, b + 20, -1n) - arc(239n, b + 20, -1n)), -20));

const balls = (P) => {
  const ball = (m, r, e) => {
    const over = Math.max(size(m) - P, size(r) - 64);
    return over > 0 ? { m: shifted(m, -over), r: shifted(r, -over) + 2n, e: e + over } : { m, r, e };
  };
  const top = ({ m, r, e }) => size(abs(m) + r) + e; // below 2^top
  const wider = (x, bits) => balls(Math.ceil((P + Math.max(bits, 0)) / 64) * 64);
  const at = (x, e) => (e <= x.e ? { m: shifted(x.m, x.e - e), r: shifted(x.r, x.e - e), e } : { m: shifted(x.m, x.e - e), r: shifted(x.r, x.e - e) + 2n, e });
  const fixed = ({ m, e }, bits) => shifted(m, e + bits); // in units of 2^-bits, cut off
  const both = (a, b) => {
    const e = Math.max(Math.min(a.e, b.e), Math.max(top(a), top(b)) - 2 * P);
    return [at(a, e), at(b, e), e];
  };
  const isNothing = ({ m, r }) => !m && !r;
  const add = (a, b) => {
    if (isNothing(a) || isNothing(b)) return isNothing(a) ? b : a;
    const [x, y, e] = both(a, b);
    return ball(x.m + y.m, x.r + y.r, e);
  };
  const neg = (a) => ({ m: -a.m, r: a.r, e: a.e });
  const times = (a, b) => ball(a.m * b.m, abs(a.m) * b.r + abs(b.m) * a.r + a.r * b.r, a.e + b.e);
  const over = (a, b) => {
    const far = abs(b.m) - b.r;
    if (far <= 0n) wrong(b.r ? OPEN : NONE);
    const by = Math.max(P + size(b.m) - size(a.m) + 2, 0);
    const r = shifted(a.r * abs(b.m) + abs(a.m) * b.r, by) / (abs(b.m) * far) + 2n;
    return ball(shifted(a.m, by) / b.m, r, a.e - b.e - by);
  };
  const of = (x) => {
    if (!isFraction(x)) return x;
    const by = Math.max(P + size(x.q) - size(x.p) + 2, 0);
    return x.q === 1n ? ball(x.p, 0n, 0) : ball(shifted(x.p, by) / x.q, 1n, -by);
  };
  const plus = (x, r) => (r.m || r.r ? add(x, { m: 0n, r: abs(r.m) + r.r, e: r.e }) : x);
  const radius = (x) => ({ m: 0n, r: x.r, e: x.e });
  const side = ({ m, r }) => (m > r ? 1 : m < -r ? -1 : m || r ? wrong(OPEN) : 0);
  const one = { m: 1n, r: 0n, e: 0 };

  const exp = (x) => {
    reached(top(x));
    if (top(x) > 40) return x.m < 0n ? { m: 0n, r: 1n, e: -(2 ** 40) } : wrong(LARGE);
    if (x.r && size(x.r) + x.e > 0) wrong(OPEN);
    const W = P + 24 + Math.max(top(x), 0), whole = fixed(x, W), k = (whole + (ln2(W) >> 1n)) / ln2(W) - (whole < -(ln2(W) >> 1n) ? 1n : 0n);
    const halvings = 8 + (P >> 6), V = W + halvings, t = ((whole - k * ln2(W)) << BigInt(halvings)) >> BigInt(halvings);
    let power = 1n << BigInt(V), sum = power; // of t/2^halvings, in units of 2^-V
    for (let n = 1n; power > 1n || power < -1n; n += 1n) { power = (power * t) / n >> BigInt(V); sum += power; }
    for (let n = 0; n < halvings; n += 1) sum = (sum * sum) >> BigInt(V);
    const r = (sum >> BigInt(P + 8)) + 2n, result = ball(sum, r, Number(k) - V); // far more than the steps above can lose
    return plus(result, times(result, { m: 0n, r: 2n * x.r, e: x.e }));
  };
  const logarithm = (M, W) => { // of M · 2^-W, between 1/2 and 2
    let y = BigInt(Math.round(Math.log(Number(shifted(M, 52 - W)) / 2 ** 52) * 2 ** 52)) << BigInt(W - 52);
    const E = balls(W + 16);
    for (let good = 45; good < W + 8; good *= 3) {
      const e = fixed(E.exp({ m: y, r: 0n, e: -W }), W);
      y += (2n * (M - e) << BigInt(W)) / (M + e);
    }
    return y;
  };
  const log = (x) => {
    if (x.m <= x.r) wrong(x.m < -x.r || !x.r ? NONE : OPEN);
    let k = size(x.m) + x.e, W = P + 24 + size(BigInt(k));
    if (fixed(x, 8 - k) < 181n) k -= 1;
    if (!k) W += Math.max(0, -(size(fixed({ m: x.m, e: x.e }, -x.e < 0 ? 0 : -x.e) - (1n << BigInt(Math.max(-x.e, 0)))) + Math.min(x.e, 0)));
    W = Math.min(W, P + 24 + size(x.m));
    const y = logarithm(fixed(x, W - k), W) + BigInt(k) * ln2(W);
    return plus(ball(y, 16n + BigInt(Math.abs(k)), -W), over(radius(x), ball(x.m - x.r, 0n, x.e)));
  };
  const sqrt = (x) => {
    if (x.m <= x.r) wrong(x.m < -x.r ? NONE : OPEN);
    let by = Math.max(2 * P - size(x.m) + 4, 0);
    by += (x.e - by) & 1;
    const y = ball(root(shifted(x.m, by)), 1n, (x.e - by) / 2);
    return x.r ? plus(y, over(radius(x), { m: y.m - y.r, r: 0n, e: y.e })) : y;
  };
  const tanh = (x) => {
    reached(top(x) + 1);
    if (top(x) > 40) return x.m < 0n ? { m: -1n << 64n, r: 1n, e: -64 } : { m: 1n << 64n, r: 1n, e: -64 };
    const A = wider(x, 8 - size(x.m) - x.e), positive = { m: abs(x.m), r: 0n, e: x.e + 1 }; // twice its size
    const below = A.add(A.exp(positive), one), found = A.add(one, A.neg(A.over({ m: 2n, r: 0n, e: 0 }, below)));
    const y = ball(found.m, found.r, found.e), moved = x.r ? plus(y, times(over({ m: 4n, r: 0n, e: 0 }, below), radius(x))) : y;
    return x.m < 0n ? neg(moved) : moved;
  };
  const wave = (x, turn) => { // sin (x + turn · π/2)
    const result = (extra) => {
      const W = P + 24 + extra + Math.max(top(x), 0), quarter = piBits(W) >> 1n, X = fixed(x, W);
      const k = (X + (X < 0n ? -(quarter >> 1n) : quarter >> 1n)) / quarter, t = X - k * quarter, odd = Number((((k + BigInt(turn)) % 4n) + 4n) % 4n);
      let power = odd & 1 ? 1n << BigInt(W) : t, sum = power, n = odd & 1 ? 0n : 1n;
      const square = (t * t) >> BigInt(W);
      while (power > 1n || power < -1n) { power = -((power * square) >> BigInt(W)) / ((n + 1n) * (n + 2n)); n += 2n; sum += power; }
      return { m: odd > 1 ? -sum : sum, r: 64n + abs(k), e: -W };
    };
    let extra = Math.max(0, -top(x)), y = result(extra);
    while (size(y.m) - size(y.r) < P && extra < 2 * P - top(x)) y = result((extra += P - size(y.m) + size(y.r)));
    return plus(ball(y.m, y.r, y.e), radius(x));
  };
  /* 2/√π Σ 2^n x^(2n + 1)/(2n + 1)!! · e^(−x²), for x > 0 without a radius. */
  const erfOf = (x) => {
    const W = P + 24 + Math.max(0, -(size(x.m) + x.e)), X = fixed(x, W), square = (X * X) >> BigInt(W);
    let term = X, sum = X;
    for (let n = 3n; term > 1n; n += 2n) { term = (((2n * term * square) >> BigInt(W)) / n); sum += term; }
    const A = balls(P + 16), powers = A.exp(A.neg({ m: square, r: 2n * (abs(X) >> BigInt(W)) + 4n, e: -W }));
    return A.times(A.times({ m: sum, r: (sum >> BigInt(P + 8)) + 64n, e: -W }, powers), A.over({ m: 2n, r: 0n, e: 0 }, A.sqrt(A.pi())));
  };
  const erf = (x) => {
    const far = fixed(x, 0), isOne = top(x) > 40 || far * far > BigInt(P);
    const y = !x.m ? x : isOne ? { m: 1n << BigInt(P), r: 1n, e: -P } : erfOf({ m: abs(x.m), r: 0n, e: x.e });
    return plus(x.m < 0n ? neg(y) : y, times(radius(x), { m: 5n, r: 0n, e: -2 }));
  };
  const cdf = (x) => {
    reached(2 * top(x));
    if (top(x) > 40) return x.m < 0n ? { m: 0n, r: 1n, e: -6000 } : { m: 1n << 6000n, r: 1n, e: -6000 };
    const far = fixed(x, 0), lost = x.m < 0n ? Number(far * far) + 16 : 16;
    if (lost > 12000) return { m: 0n, r: 1n, e: -6000 };
    const A = balls(P + lost), part = A.over({ m: x.m, r: 0n, e: x.e }, A.sqrt({ m: 2n, r: 0n, e: 0 })), y = A.over(A.add(one, A.erf(part)), { m: 2n, r: 0n, e: 0 });
    return plus(ball(y.m, y.r, y.e), times(radius(x), far < -1n ? times(y, { m: 4n - far, r: 0n, e: 0 }) : { m: 1n, r: 0n, e: -1 }));
  };
  const pi = () => ({ m: piBits(P + 16), r: 64n, e: -P - 16 });
  const made = {
    of, "+": add, "-": (a, b) => add(a, neg(b)), "*": times, "/": over, neg, side, exp, log, sqrt, tanh, sin: (x) => wave(x, 0), cos: (x) => wave(x, 1), erf, cdf, pi,
    add, times, over,
  };
  return made;
};

const dyadic = (m, e) => (e < 0 ? fraction(m, 1n << BigInt(-e)) : fraction(m << BigInt(e)));
const showBall = ({ m, r, e }, digits) => {
  if (!r) return showExact(dyadic(m, e), digits);
  if (abs(m) <= r || e < -20000) return null;
  const found = rounded(dyadic(m - r, e), digits);
  return alike(found, rounded(dyadic(m + r, e), digits)) ? print(found, digits, false) : null;
};
const show = (x, digits) => (isFraction(x) ? showExact(x, digits) : x.m !== undefined ? showBall(x, digits) : showFloat(x, digits));
/* As `is_decided` of proof/enclosure.py. */
const isDecided = (x, digits) => {
  if (isFraction(x) || !x.r) return true;
  const most = Math.max(digits, 4) + GUARD, longest = showBall(x, most);
  if (!longest || !/50*\.?0*(e|$)/.test(longest.text)) return Boolean(longest);
  return [...Array(most - 1)].every((_, count) => showBall(x, count + 1));
};

/* As `looks_exact` of proof/enclosure.py. */
const looksExact = (x) => Boolean(x.r) && /0{12}(e|$)/.test(showBall(x, GUARD)?.text);

/* The simplest fraction in a ball that is so narrow that it holds none by chance, or nothing. */
const fractionIn = ({ m, r, e }, bits) => {
  if (!r) return null;
  if (abs(m) <= r) return size(r) + e < -bits / 2 ? ZERO : null;
  const most = Math.min(size(m) - size(r), 512) * 0.6;
  let low = reduced(dyadic(abs(m) - r, e)), high = reduced(dyadic(abs(m) + r, e));
  let [p0, q0, p1, q1] = [0n, 1n, 1n, 0n];
  for (;;) {
    const floor = low.p / low.q, up = low.p % low.q ? floor + 1n : floor, isIn = up * high.q <= high.p, part = isIn ? up : floor;
    [p0, q0, p1, q1] = [p1, q1, part * p1 + p0, part * q1 + q0];
    if (size(p1) + size(q1) > most) return null;
    if (isIn) return fraction(m < 0n ? -p1 : p1, q1);
    [low, high] = [fraction(high.q, high.p - floor * high.q), fraction(low.q, low.p - floor * low.q)];
  }
};

/* --- formulas: the primitives of operations/algebra.py, as proof/enclosure.py reads them */

const cached = new Map();
const constant = (text) => cached.get(text) || (cached.set(text, parsed(text)), cached.get(text));
const TWO = fraction(2n), isZero = (x) => isFraction(x) && !x.p, isOne = (x) => isFraction(x) && x.p === x.q;

const reading = (A) => {
  const side = (x) => (isFraction(x) ? (x.p > 0n) - (x.p < 0n) : A.side(x));
  const both = (does, a, b) => (isFraction(a) && isFraction(b) ? short(exact[does](a, b)) : A[does](A.of(a), A.of(b)));
  const times = (a, b) => (isZero(a) || isZero(b) ? ZERO : both("*", a, b));
  const over = (a, b) => (isZero(a) && !isZero(b) && (isFraction(b) || A.side(b)) ? ZERO : both("/", a, b));
  const neg = (x) => (isFraction(x) ? exact.neg(x) : A.neg(x));
  const power = (base, exponent) => {
    if (exponent > 8) { const half = power(base, exponent >> 1), both = times(half, half); return exponent & 1 ? times(both, base) : both; }
    let found = ONE;
    for (let n = 0; n < exponent; n += 1) found = times(found, base);
    return found;
  };
  const known = (at, value, name) => (x) => (isFraction(x) && x.p === at.p * x.q ? value : A[name](A.of(x)));
  const exp = known(ZERO, ONE, "exp"), log = known(ONE, ZERO, "log");
  const sqrt = (x) => {
    if (isFraction(x)) {
      if (x.p < 0n) wrong(NONE);
      const { p, q } = reduced(x), found = fraction(root(p), root(q));
      if (found.p * found.p === p && found.q * found.q === q) return found;
    }
    return A.sqrt(A.of(x));
  };
  const general = (base, exponent) => {
    if (isFraction(base) && isFraction(exponent)) {
      const { p, q } = reduced(exponent), found = q === 2n ? sqrt(base) : base;
      if (q <= 2n && abs(p) <= 100n * q && isFraction(found)) return p < 0n ? over(ONE, power(found, Number(-p))) : power(found, Number(p));
    }
    return exp(times(exponent, log(base)));
  };
  const bell = (x, scale) => times(exp(neg(over(power(x, 2), fraction(scale)))), over(scale === 1n ? TWO : ONE, A.sqrt(scale === 1n ? A.pi() : A["*"](A.of(TWO), A.pi()))));
  const functions = {
    "+": (a, b) => both("+", a, b), "-": (a, b) => (a === b ? ZERO : both("-", a, b)), "*": times, "/": over, neg, "**": general,
    exp, log, sqrt, tanh: known(ZERO, ZERO, "tanh"), sin: known(ZERO, ZERO, "sin"), cos: known(ZERO, ONE, "cos"), erf: known(ZERO, ZERO, "erf"),
    normal_cdf: known(ZERO, HALF, "cdf"), erf_slope: (x) => bell(x, 1n), normal_density: (x) => bell(x, 2n),
    relu: (x) => (side(x) > 0 ? x : ZERO), is_positive: (x) => (side(x) > 0 ? ONE : ZERO), sign: (x) => fraction(BigInt(side(x))),
    abs: (x) => times(x, fraction(BigInt(side(x)))),
  };
  /* A tree as a function of its operands. */
  const compiled = (tree) => {
    if (typeof tree === "number") return (operands) => operands[tree];
    if (typeof tree === "string") { const value = constant(tree); return () => value; }
    const does = tree[0], [first, second, third] = tree.slice(1).map((each, index) => (does === "^" && index ? Number(each) : compiled(each)));
    if (does === "?" || does === "if") {
      return (operands) => {
        const isAbove = side(first(operands)) > 0;
        if (does === "?") taken += isAbove ? "+" : "-";
        return (isAbove ? second : third)(operands);
      };
    }
    if (does === "^") return (operands) => power(first(operands), second);
    /* Nothing times a logarithm is nothing, whatever that is of. */
    if (does === "*" && /^(\/,)?log/.test(tree[2])) return (operands) => { const left = first(operands); return isZero(left) ? ZERO : times(left, second(operands)); };
    const does1 = functions[does];
    return second ? (operands) => does1(first(operands), second(operands)) : (operands) => does1(first(operands));
  };
  const made = new Map();
  return (tree) => made.get(tree) || (made.set(tree, compiled(tree)), made.get(tree));
};
let taken = ""; // which pieces of formulas have counted
const inFloats = reading(floats), readings = new Map();
const inBalls = (bits) => { if (!readings.has(bits)) readings.set(bits, reading(balls(bits))); return readings.get(bits); };

/* --- a list of equations at some numbers */

const inRange = (x, bits) => {
  let size2 = 0;
  if (isFraction(x)) {
    if (!x.p) return x;
    size2 = size(x.p) - size(x.q);
    if (size(x.p) > FRACTION || size(x.q) > FRACTION) {
      const { p, q } = reduced(x), grown = Math.max(size(p), size(q)) > FRACTION;
      x = grown ? (bits ? balls(bits).of({ p, q }) : toFloat({ p, q })) : fraction(p, q);
    }
  } else if (x.m !== undefined) {
    if (abs(x.m) <= x.r) return size(x.r) + x.e > 1024 ? wrong(OPEN) : x;
    size2 = size(x.m) + x.e;
    if (size(x.r) + x.e > 1024) wrong(OPEN);
  }
  if (size2 >= 1024) wrong(LARGE);
  return size2 <= -5000 ? wrong(TINY) : x;
};

const numbers = (list) => {
  const { digits, names, rows, short: forms } = list, place = new Map(names.map((name, index) => [name, index])), first = list.given.length;
  const equations = list.equations.map(([row, ...operands]) => [row, operands]), authors = list.given.map(parsed);
  const shortOf = new Map(forms.map(([target, row, ...operands]) => [target, [target, row, operands]]));
  /* What a line of numbers has in it: equations, the last of them its own, and the operands that none of them gives. */
  const plans = new Map();
  const planOf = (stated) => {
    const targets = new Set(stated.map(([target]) => target));
    return { stated, used: [...new Set(stated.flatMap(([, , operands]) => operands))].filter((each) => !targets.has(each)) };
  };
  const planned = (name, nested, isShort) => {
    const id = `${isShort ? "~" : nested ? "*" : ""}${name}`;
    if (!plans.has(id)) {
      const chain = isShort ? [shortOf.get(place.get(name))] : (nested || [name]).map((each) => [place.get(each), ...equations[place.get(each) - first]]);
      plans.set(id, chain[0] ? planOf(chain) : null);
    }
    return plans.get(id);
  };

  /* At numbers changed by name; `carried` are those that somebody has worked out, and not given. */
  return (changed = {}, carried = null) => {
    const given = authors.map((value, index) => (changed[names[index]] === undefined ? value : parsed(changed[names[index]])));
    const reaches = given.map(() => 0); // by quantity, `reach` as far as it depends on it
    const run = (reads, bits, known, seen = (x) => x) => {
      const found = [...given];
      equations.forEach(([row, operands], index) => {
        reach = 0;
        for (const each of operands) if (reaches[each] > reach) reach = reaches[each];
        const broken = operands.find((each) => found[each] instanceof Wrong), target = first + index;
        if (broken !== undefined) found[target] = found[broken].is === OPEN ? new Wrong(OPEN, found[broken].name) : found[broken];
        else found[target] = known?.get(target) ?? attempt(() => seen(inRange(reads(rows[row])(operands.map((each) => found[each])), bits), target));
        if (found[target] instanceof Wrong) found[target].name ||= names[target];
        reaches[target] = reach;
      });
      return found;
    };
    let values = run(inFloats, 0), exactly = null;
    const recognised = (bits) => {
      const found = new Map();
      run(inBalls(bits), bits, null, (x, target) => {
        const known = x.m === undefined || reach > FARTHEST ? null : fractionIn(x, bits);
        if (known) found.set(target, known);
        return known || x;
      });
      return found;
    };
    /* With as many bits as it takes. Whatever is a fraction though functions are in it, is told by more than they can have cost. */
    const precisely = () => {
      if (exactly) return exactly;
      for (let bits = BITS, known = null; bits <= MOST; bits *= 2) {
        exactly = run(inBalls(bits), bits, known);
        if (exactly.some((x) => x instanceof Wrong && x.is !== OPEN)) return exactly;
        if (exactly.every((x) => !(x instanceof Wrong) && isDecided(x, digits) && (known || !looksExact(x)))) return exactly;
        if (known) continue;
        const farthest = Math.max(...reaches), far = 2 ** Math.max(...reaches.filter((each) => each <= FARTHEST), 0);
        known = recognised(512 + 3 * far);
        bits = farthest > FARTHEST ? MOST / 2 : Math.max(far, BITS) / 2;
      }
      return (exactly = exactly.map((x, index) => (x instanceof Wrong || isDecided(x, digits) ? x : new Wrong(OPEN, names[index]))));
    };
    if (values.some((x) => x instanceof Wrong || (x.v !== undefined && isSuspicious(x)))) values = precisely();

    const printed = names.map(() => []);
    const shownAt = (index, asked) => {
      if (printed[index][asked]) return printed[index][asked];
      const x = values[index], usual = asked !== digits && shownAt(index, digits);
      let found = usual && (usual.exact || usual.wrong) ? usual : x instanceof Wrong ? { wrong: x.is, at: x.name } : index < first && !carried?.has(names[index]) ? shownGiven(x) : show(x, asked);
      if (!found) found = attempt(() => show(precisely()[index], asked)) || { wrong: OPEN, at: names[index] };
      return (printed[index][asked] = found);
    };
    const shown = (name, asked = digits) => shownAt(place.get(name), asked);
    const exactOf = (each) => (each.whole ||= parsed(each.text));
    const nearOf = (each) => {
      if (!each.near) { const v = Number(each.text); each.near = v ? attempt(() => near(v, 0, 1)) : exactOf(each); }
      return each.near;
    };
    /* What who puts printed numbers into equations gets, and rounds: `recompute` of proof/enclosure.py. */
    const again = ({ stated, used }, told, wanted) => {
      const work = (reads, number) => {
        taken = "";
        const known = [];
        let last = null;
        for (let index = 0; index < used.length; index += 1) known[used[index]] = number(told[index]);
        for (const [target, row, operands] of stated) known[target] = last = reads(rows[row])(operands.map((each) => known[each]));
        return last;
      };
      const float = told.every((each) => !(nearOf(each) instanceof Wrong)) && attempt(() => work(inFloats, nearOf));
      const settled = float && float.v !== undefined && Math.abs(float.v) * ALMOST < 10 ** digits && agreed(...floatEnds(float), digits);
      if (settled) return alike(bare(digitsOf(settled, digits)), wanted.number);
      const quick = attempt(() => work(inFloats, exactOf));
      const found = (quick instanceof Wrong ? null : show(quick, digits)) || attempt(() => show(work(inBalls(BITS), exactOf), digits));
      return Boolean(found?.number) && alike(found.number, wanted.number);
    };
    /* The operands of equations with just enough digits; null if none are enough. */
    const operandsOf = (index, plan) => {
      const wanted = shownAt(index, digits), { used } = plan;
      if (wanted.wrong) return null;
      let before = null;
      for (let extra = 0; extra <= GUARD; extra += 1) {
        const told = used.map((each) => shownAt(each, digits + extra));
        if (told.some((each) => each.wrong)) return null;
        const isNew = !before || told.some(({ text }, at) => text !== before[at].text);
        if (isNew && again(plan, told, wanted)) return new Map(told.map((found, at) => [names[used[at]], found]));
        before = told;
      }
      return null;
    };
    /* A quantity's line of numbers: its operands by name; by its short form, where its own leaves no digits; or nothing. */
    const line = (name, nested, isShort = false) => {
      const index = place.get(name), own = isShort ? null : operandsOf(index, planned(name, nested, false));
      if (own) return { operands: own, by: "equation", pieces: taken };
      const form = planned(name, null, true), other = form && operandsOf(index, form);
      return other ? { operands: other, by: "short", pieces: taken } : { operands: null, by: form ? "short" : "none" };
    };
    /* Is that so which is claimed? Null where no bounds tell. */
    const holds = ([does, ...parts]) => {
      if (does === "and" || does === "or") {
        const found = parts.map(holds), decides = does === "or";
        return found.includes(decides) ? decides : found.includes(null) ? null : !decides;
      }
      if (parts.flat(Infinity).some((each) => typeof each === "number" && values[each] instanceof Wrong)) return null;
      const told = (reads, at) => attempt(() => reads(parts[0])(at));
      let side = told(inFloats, values);
      if (side instanceof Wrong) side = told(inBalls(BITS), precisely());
      for (let bits = 2 * BITS; side instanceof Wrong && bits <= 8 * BITS; bits *= 2) side = told(inBalls(bits), run(inBalls(bits), bits));
      return side instanceof Wrong ? null : { "<": side.p < 0n, ">": side.p > 0n, "=": !side.p, "!=": Boolean(side.p), "<=": side.p <= 0n, ">=": side.p >= 0n }[does];
    };
    const broken = () => names[values.findIndex((x) => x instanceof Wrong)];
    return { shown, line, broken, holds, relation: ({ exact: isExact }) => (isExact ? "=" : "≈"), value: (name) => values[place.get(name)] };
  };
};

/* The float nearest to a quantity, or none; what is next to nothing is zero. */
const double = (x) => {
  if (x instanceof Wrong || x.v !== undefined) return x.v;
  const found = attempt(() => toFloat(isFraction(x) ? x : dyadic(x.m, Math.max(x.e, -20000))));
  return found instanceof Wrong ? (isFraction(x) ? size(x.p) < size(x.q) : size(x.m) + x.e < 0) ? 0 : undefined : found.v;
};

/* --- the same list in plain floats, for a training of many thousand steps: nothing is known of their digits */

const erfc = (x) => {
  if (x < 0) return 2 - erfc(-x);
  const square = Math.exp(-x * x) / Math.sqrt(Math.PI);
  let sum = 0;
  if (x < 2) {
    for (let n = 1, term = 2 * x; sum + term !== sum; n += 1) { sum += term; term *= (2 * x * x) / (2 * n + 1); }
    return 1 - sum * square;
  }
  for (let n = 120; n; n -= 1) sum = n / 2 / (x + sum);
  return square / (x + sum);
};
const PLAIN = {
  "+": (a, b) => (v) => a(v) + b(v), "-": (a, b) => (v) => a(v) - b(v), "*": (a, b) => (v) => a(v) * b(v), "/": (a, b) => (v) => a(v) / b(v),
  neg: (a) => (v) => -a(v), "**": (a, b) => (v) => a(v) ** b(v), exp: (a) => (v) => Math.exp(a(v)), log: (a) => (v) => Math.log(a(v)),
  sqrt: (a) => (v) => Math.sqrt(a(v)), tanh: (a) => (v) => Math.tanh(a(v)), sin: (a) => (v) => Math.sin(a(v)), cos: (a) => (v) => Math.cos(a(v)),
  erf: (a) => (v) => 1 - erfc(a(v)), normal_cdf: (a) => (v) => erfc(-a(v) / Math.SQRT2) / 2, abs: (a) => (v) => Math.abs(a(v)),
  erf_slope: (a) => (v) => (2 / Math.sqrt(Math.PI)) * Math.exp(-(a(v) ** 2)), normal_density: (a) => (v) => Math.exp(-(a(v) ** 2) / 2) / Math.sqrt(2 * Math.PI),
  relu: (a) => (v) => Math.max(a(v), 0), is_positive: (a) => (v) => Number(a(v) > 0), sign: (a) => (v) => Math.sign(a(v)),
  "?": (a, b, c) => (v) => (a(v) > 0 ? b(v) : c(v)), if: (a, b, c) => (v) => (a(v) > 0 ? b(v) : c(v)),
};
/* `run` works out what is wanted of the numbers in `values`, and whatever that needs but what is `set` there. */
const floating = (list, wanted, set = []) => {
  const place = new Map(list.names.map((name, index) => [name, index])), first = list.given.length, steps = [], done = new Set(set.map((name) => place.get(name)));
  const number = (text) => { const [above, below = 1] = text.split("/"); return above / below; };
  const values = Float64Array.from(list.names, (_, index) => (index < first ? number(list.given[index]) : 0));
  const compiled = (tree, operands) => {
    if (typeof tree === "number") { const at = operands[tree]; return (v) => v[at]; }
    if (typeof tree === "string") { const value = number(tree); return () => value; }
    const [does, ...parts] = tree;
    if (does !== "^") return PLAIN[does](...parts.map((each) => compiled(each, operands)));
    const base = compiled(parts[0], operands), power = Number(parts[1]);
    return power === 2 ? (v) => { const value = base(v); return value * value; } : (v) => base(v) ** power;
  };
  const need = (target) => {
    if (target < first || done.has(target)) return;
    done.add(target);
    const [row, ...operands] = list.equations[target - first], does = compiled(list.rows[row], operands);
    operands.forEach(need);
    steps.push((v) => { v[target] = does(v); });
  };
  for (const name of wanted) need(place.get(name));
  return { values, place: (name) => place.get(name), run: () => { for (const step of steps) step(values); } };
};

/* --- numbers as a language writes them: words/numbers.py */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const parts = (text, { mark, group }) => {
  const [, minus, whole, , part = "", , exponent = ""] = /^(-?)(\d+)(\.(\d+))?(e(-?\d+))?$/.exec(text);
  const grouped = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group);
  return { negative: Boolean(minus), digits: grouped + (part && mark + part), exponent: exponent === "" ? null : Number(exponent) };
};
const running = (text, format) => {
  const { negative, digits, exponent } = parts(text, format), sign = negative ? "−" : "";
  if (exponent === null) return sign + digits;
  return `${sign}${digits}\u00a0${format.times}\u00a010${String(exponent).replace(/[-\d]/g, (each) => RAISED[each] ?? "⁻")}`;
};

/* A typed number as the text of a decimal, or what is wrong with it. Either mark is taken, signs and spaces of any kind. */
const typed = (entered) => {
  const text = entered.normalize("NFKC").replace(/[\s'’]/g, "").replace(/[‐-―−﹣]/g, "-").replace(/[×·⋅]10\^?(-?\d+)$/, "e$1").replace(",", ".");
  if (!text) return { wrong: "empty" };
  if (/^[-+]?[\d.,]+$/.test(text) && (text.match(/[.,]/g) || []).length > 1) return { wrong: "marks" };
  const [, number, power = "0"] = /^([-+]?(?:\d+\.?\d*|\.\d+))(?:e([-+]?\d+))?$/i.exec(text) || [];
  if (!number) return { wrong: "text" };
  return number.length > 30 || power.length > 4 || Math.abs(power) > 60 ? { wrong: "far" } : { text: text.replace("+", "") };
};

const all = { numbers, double, floating, parts, running, parsed, typed, written: (text) => shownGiven(parsed(text)).text };
if (typeof module !== "undefined") module.exports = { ...all, balls };
else window.explainer = { ...window.explainer, ...all };
})();
