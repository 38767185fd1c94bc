export * from './association.ts';
export * from './deadlines.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './machine.ts';
export * from './negotiate.ts';
export * from './states.ts';
export * from './upper-layer.ts';
