import type { Evidence, Verdict } from '../verdict.ts';
import { escaped, wrapped } from './drawing.ts';

interface Node {
  readonly name: string;
  readonly process: number;
  readonly steps: unknown;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly key?: unknown;
  readonly value?: unknown;
}

const WIDTH = 1100;
const BOX = { width: 250, height: 44 };
const COLOURS: Readonly<Record<string, string>> = {
  ww: '#8a3ea8',
  wr: '#2f7d4f',
  rw: '#b3362b',
  process: '#5a606b',
  realtime: '#5a606b',
};

/**
 * A picture of a cycle of transactions as SVG: the transactions on a ring, and between each and the next an arrow that
 * says why the one came before the other. Undefined when the fail is about something else.
 */
export function cycleGraph(verdict: Extract<Verdict, { readonly verdict: 'fail' }>): string | undefined {
  const found = verdict.evidence.find(isCycle);
  if (found === undefined) return undefined;
  const nodes = found.nodes as readonly Node[];
  const edges = found.edges as readonly Edge[];

  const reason = wrapped(verdict.reason, 150);
  const top = 24 + reason.length * 18;
  const radius = Math.max(110, nodes.length * 42);
  const across = Math.min(radius * 2, WIDTH / 2 - BOX.width / 2 - 60);
  const height = top + radius * 2 + BOX.height + 60;
  const centre = { x: WIDTH / 2, y: top + 20 + BOX.height / 2 + radius };
  const places = new Map(
    nodes.map(({ name }, at) => {
      const angle = -Math.PI / 2 + (at * 2 * Math.PI) / nodes.length;
      return [name, { x: centre.x + Math.cos(angle) * across, y: centre.y + Math.sin(angle) * radius }];
    }),
  );

  const arrows = edges.map((edge) => {
    const from = places.get(edge.from)!;
    const to = places.get(edge.to)!;
    // Bent outwards, so that the two arrows of a cycle of two do not lie on each other.
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const bend = { x: middle.x + (to.y - from.y) * 0.22, y: middle.y - (to.x - from.x) * 0.22 };
    const end = atBorder(to, bend);
    const colour = COLOURS[edge.kind] ?? COLOURS.realtime!;
    const isLeft = bend.x < middle.x;
    const label = { x: (middle.x + bend.x) / 2 + (isLeft ? -8 : 8), y: (middle.y + bend.y) / 2 };
    return `<path d="M${point(atBorder(from, bend))} Q${point(bend)} ${point(end)}" fill="none" stroke="${colour}" stroke-width="1.5" marker-end="url(#${edge.kind})"/><text x="${round(label.x)}" y="${round(label.y)}" text-anchor="${isLeft ? 'end' : 'start'}" class="label" fill="${colour}">${escaped(labelOf(edge))}</text>`;
  });
  const boxes = nodes.map(({ name, process, steps }) => {
    const { x, y } = places.get(name)!;
    const text = JSON.stringify(steps);
    const shown = text.length > 34 ? `${text.slice(0, 33)}…` : text;
    return `<g><title>${escaped(text)}</title><rect x="${round(x - BOX.width / 2)}" y="${round(y - BOX.height / 2)}" width="${BOX.width}" height="${BOX.height}" rx="6" class="box"/><text x="${round(x)}" y="${round(y - 4)}" text-anchor="middle" class="name">${escaped(name)} (process ${process})</text><text x="${round(x)}" y="${round(y + 14)}" text-anchor="middle">${escaped(shown)}</text></g>`;
  });
  const heads = Object.entries(COLOURS).map(
    ([kind, colour]) =>
      `<marker id="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z" fill="${colour}"/></marker>`,
  );

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${round(height)}" role="img" aria-label="${escaped(verdict.reason)}">
<style>text{font:12px ui-monospace,monospace;fill:#1d2026}.reason,.name{font-weight:600}.label{paint-order:stroke;stroke:#fff;stroke-width:4px}.box{fill:#f5f6f8;stroke:#8a8f98}</style>
<defs>${heads.join('')}</defs>
<rect width="100%" height="100%" fill="#fff"/>
${reason.map((line, at) => `<text x="10" y="${22 + at * 18}" class="reason">${escaped(line)}</text>`).join('\n')}
${arrows.join('\n')}
${boxes.join('\n')}
</svg>
`;
}

const isCycle = ({ nodes, edges }: Evidence): boolean => Array.isArray(nodes) && Array.isArray(edges);

function labelOf({ kind, key, value }: Edge): string {
  if (kind === 'process') return 'same process';
  if (kind === 'realtime') return 'real time';
  return `${kind} ${JSON.stringify(key)} = ${JSON.stringify(value)}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the way from the middle of a box towards a point leaves the box. */
function atBorder(box: Point, towards: Point): Point {
  const dx = towards.x - box.x;
  const dy = towards.y - box.y;
  const share = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : (BOX.width / 2 + 3) / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : (BOX.height / 2 + 3) / Math.abs(dy),
  );
  return share === Number.POSITIVE_INFINITY ? box : { x: box.x + dx * share, y: box.y + dy * share };
}

const point = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
const round = (size: number): number => Math.round(size * 10) / 10;
