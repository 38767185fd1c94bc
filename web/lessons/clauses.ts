/** Where the standard speaks of what a lesson shows; the words stand in `strings/lessons`. */
import type { LessonId } from './lessons.ts';

/** By what is sent, or happens. */
export const KIND_CLAUSES = {
  'A-ASSOCIATE-RQ': 'PS3.8 9.3.2',
  'A-ASSOCIATE-AC': 'PS3.8 9.3.3',
  'A-ASSOCIATE-RJ': 'PS3.8 9.3.4',
  'A-RELEASE-RQ': 'PS3.8 9.3.6',
  'A-RELEASE-RP': 'PS3.8 9.3.7',
  'A-ABORT': 'PS3.8 9.3.8',
  'C-ECHO-RQ': 'PS3.7 9.3.5',
  'C-ECHO-RSP': 'PS3.7 9.3.5',
  'C-STORE-RQ': 'PS3.7 9.3.1',
  'C-STORE-RSP': 'PS3.7 9.3.1',
  'C-FIND-RQ': 'PS3.7 9.3.2',
  'C-FIND-RSP': 'PS3.7 9.3.2',
  'C-GET-RQ': 'PS3.7 9.3.3',
  'C-GET-RSP': 'PS3.7 9.3.3',
  'C-MOVE-RQ': 'PS3.7 9.3.4',
  'C-MOVE-RSP': 'PS3.7 9.3.4',
  invalid: 'PS3.8 9.2.3',
  Evt1: 'PS3.8 9.2.1',
  Evt17: 'PS3.8 9.2.1',
  timer: 'PS3.8 9.1.5',
  opened: 'PS3.8 9.1',
  closed: 'PS3.8 9.1',
} as const satisfies Record<string, string>;

export type Kind = keyof typeof KIND_CLAUSES;

/** Of what a lesson says to look at, point by point. */
export const LOOK_CLAUSES = {
  handshake: ['PS3.8 9.3.2', 'PS3.8 9.2.3', 'PS3.8 D.1.1'],
  contexts: ['PS3.8 9.3.2.2', 'PS3.8 9.3.3.2', 'PS3.5 10.1'],
  echo: ['PS3.4 A.4', 'PS3.7 9.3.5', 'PS3.7 E.1'],
  store: ['PS3.8 9.3.5.1', 'PS3.8 E.2', 'PS3.4 B.2.3'],
  find: ['PS3.4 C.2.2.2', 'PS3.4 C.6.2', 'PS3.7 9.3.2'],
  get: ['PS3.4 C.4.3', 'PS3.7 D.3.3.4', 'PS3.7 9.3.3'],
  move: ['PS3.4 C.4.2', 'PS3.7 9.3.1', 'PS3.7 9.3.4'],
  release: ['PS3.8 7.2', 'PS3.8 9.3.8', 'PS3.8 9.2.3'],
  wrong: ['PS3.8 9.3.4', 'PS3.8 9.3.3.2', 'PS3.7 C.4'],
  capture: ['PS3.8 9.1', 'PS3.8 9.3.1', 'PS3.7 9.3.1'],
} as const satisfies Record<LessonId, readonly string[]>;
