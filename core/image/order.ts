/** The order in which a series is scrolled: along the normal of its planes, else by Instance Number. */
import type { DataSet } from '../data/index.ts';
import { number, text } from '../data/index.ts';
import { finite } from './values.ts';

/** What tells the place of an instance in its series; the headers that stores keep have all of it. */
export interface Place {
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
  readonly instanceNumber?: number;
  /** Acquisition time, for slices at the same place. */
  readonly time: string;
}

/** Planes whose normals differ by less than this cosine says (2.5 degrees) are parallel. */
const PARALLEL = 0.999;
/** Positions are compared in micrometres: what differs by less is in one place. */
const UNITS = 1000;

/** Reads the place of an instance from its header. */
export function placeOf(header: DataSet): Place {
  const position = finite(header, 'ImagePositionPatient', 3);
  const orientation = finite(header, 'ImageOrientationPatient', 6);
  const instanceNumber = number(header, 'InstanceNumber');
  return {
    ...(position !== undefined && { position }),
    ...(orientation !== undefined && { orientation }),
    ...(instanceNumber !== undefined && { instanceNumber }),
    time:
      text(header, 'AcquisitionDateTime') || text(header, 'AcquisitionTime') || text(header, 'ContentTime'),
  };
}

/**
 * The order of a series, as indices into `places`: by position along the normal where all planes are parallel, in the
 * direction in which instance numbers rise; else by Instance Number. Those without one come last, as they came.
 */
export function seriesOrder(places: readonly Place[]): number[] {
  const along = positionsAlongNormal(places);
  const indices = places.map((_, i) => i);
  const byNumber = (a: number, b: number): number =>
    compare(places[a]!.instanceNumber, places[b]!.instanceNumber) ||
    (places[a]!.time < places[b]!.time ? -1 : places[a]!.time > places[b]!.time ? 1 : 0) ||
    a - b;
  if (along === undefined) return indices.toSorted(byNumber);
  const byPosition = indices.toSorted((a, b) => along[a]! - along[b]! || byNumber(a, b));
  return fallsWithNumbers(byPosition, places) ? flipped(byPosition, along) : byPosition;
}

const compare = (a: number = Infinity, b: number = Infinity): number => (a === b ? 0 : a - b);

/** Micrometres along the common normal; undefined where there is none, or all planes are in one place. */
function positionsAlongNormal(places: readonly Place[]): number[] | undefined {
  const normal = normalOf(places[0]);
  if (normal === undefined) return undefined;
  const parallel = places.every((place) => {
    const own = normalOf(place);
    return own !== undefined && place.position !== undefined && dot(own, normal) > PARALLEL;
  });
  if (!parallel) return undefined;
  const along = places.map(({ position }) => Math.round(UNITS * dot(position!, normal)));
  return along.some((at) => at !== along[0]) ? along : undefined;
}

/** Of length 1. */
function normalOf(place: Place | undefined): readonly number[] | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = place?.orientation ?? [];
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
  const length = Math.hypot(...normal);
  return length > 0.5 ? normal.map((part) => part / length) : undefined;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

/** Whether the numbers of the first and the last one fall. */
function fallsWithNumbers(order: readonly number[], places: readonly Place[]): boolean {
  const first = places[order[0]!]!.instanceNumber;
  const last = places[order.at(-1)!]!.instanceNumber;
  return first !== undefined && last !== undefined && last < first;
}

/** From the other end; what lies in one place stays in its order. */
function flipped(order: readonly number[], along: readonly number[]): number[] {
  const groups: number[][] = [];
  for (const index of order) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (before !== undefined && along[index] === along[before]) group!.push(index);
    else groups.push([index]);
  }
  return groups.toReversed().flat();
}
