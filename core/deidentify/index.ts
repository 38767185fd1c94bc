/** De-identification by the basic profile of PS3.15 Annex E. */
export type { Dates, DeidentifyOptions } from './actions.ts';
export type { Deidentified } from './deidentifier.ts';
export { Deidentifier } from './deidentifier.ts';
export type { AttributeChange } from './pass.ts';
export type { DeidentifyWarning } from './warnings.ts';
export { oftenBurnedIn, warningsOf } from './warnings.ts';
