/**
 * Areas of the map: H3 cells as homes have written them on chain, never anything finer. An area with fewer than five homes is drawn together
 * with its neighbours of the same parent cell until there are five; what is still fewer shows no figures, so that nobody can be singled out.
 */
export type CellFigures = { cell: string; homes: number; wh: bigint; offers: number };
export type Area = {
  key: string;
  cells: string[];
  homes: number;
  wh: bigint;
  offers: number;
  merged: boolean;
  hidden: boolean;
};

export const FEWEST_HOMES = 5;

/** `parentOf(cell, steps)` names the cell that many levels coarser. At most `levels` steps up are tried. */
export const areasOf = (
  figures: readonly CellFigures[],
  parentOf: (cell: string, steps: number) => string,
  levels = 2,
): Area[] => {
  const single = (one: CellFigures): Area => ({
    key: one.cell,
    cells: [one.cell],
    homes: one.homes,
    wh: one.wh,
    offers: one.offers,
    merged: false,
    hidden: false,
  });
  const done = figures.filter(({ homes }) => homes >= FEWEST_HOMES).map(single);
  let small = figures.filter(({ homes }) => homes < FEWEST_HOMES).map(single);
  for (let steps = 1; steps <= levels && small.length; steps++) {
    const groups = Map.groupBy(small, ({ cells }) => parentOf(cells[0]!, steps));
    small = [];
    for (const [parent, members] of groups) {
      const area: Area = {
        key: members.length === 1 ? members[0]!.key : `${parent}+`,
        cells: members.flatMap(({ cells }) => cells),
        homes: members.reduce((sum, { homes }) => sum + homes, 0),
        wh: members.reduce((sum, { wh }) => sum + wh, 0n),
        offers: members.reduce((sum, { offers }) => sum + offers, 0),
        merged: true,
        hidden: false,
      };
      if (area.homes >= FEWEST_HOMES) done.push(area);
      else small.push(area);
    }
  }
  return [...done, ...small.map((area) => ({ ...area, hidden: true }))];
};

export type Point = [x: number, y: number];
export type Shape = { path: string; edge: string; middle: Point };

/** Outline of cells given as polygons: `path` fills them, `edge` is only what lies outside; `middle` is the first one's. Corners that nearly touch are one. */
export const shapeOf = (polygons: readonly Point[][]): Shape => {
  const text = ([x, y]: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const near = ([x, y]: Point) => `${Math.round(x / 2)},${Math.round(y / 2)}`;
  const path = polygons.map((polygon) => `M${polygon.map(text).join('L')}z`).join('');
  const sides = polygons.flatMap((polygon) =>
    polygon.map((point, index): [Point, Point] => [point, polygon[(index + 1) % polygon.length]!]),
  );
  const name = ([a, b]: [Point, Point]) => [near(a), near(b)].toSorted().join('|');
  const times = new Map<string, number>();
  for (const side of sides) times.set(name(side), (times.get(name(side)) ?? 0) + 1);
  const edge = sides
    .filter((side) => times.get(name(side)) === 1)
    .map(([a, b]) => `M${text(a)}L${text(b)}`)
    .join('');
  // the figures stand in one cell, not on the border between two
  const [first = []] = polygons;
  const middle: Point = [
    first.reduce((sum, [x]) => sum + x, 0) / first.length,
    first.reduce((sum, [, y]) => sum + y, 0) / first.length,
  ];
  return { path, edge, middle };
};

/** Five steps of green that leave the text readable; zero stays white. From so many kWh on. */
export const STEPS: readonly { from: number; strength: number }[] = [
  { from: 0, strength: 9 },
  { from: 5, strength: 18 },
  { from: 15, strength: 36 },
  { from: 30, strength: 62 },
  { from: 45, strength: 78 },
];
export const strength = (wh: bigint): number =>
  wh === 0n ? 0 : (STEPS.findLast(({ from }) => Number(wh) / 1000 >= from)?.strength ?? 0);
