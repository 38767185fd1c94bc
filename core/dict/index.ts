/** The data dictionary: attributes, UIDs and status codes (PS3.6, PS3.7 Annexes C and E, PS3.4), failure reasons (PS3.3 C.14). */
export type { AttributeEntry } from './attributes.ts';
export { attribute, attributesLike, isPrivate, similarKeywords } from './attributes.ts';
export type { FailureReason } from './failure-reason.ts';
export { FAILURE_REASON, failureReason } from './failure-reason.ts';
export type { UIDEntry, UIDKeyword } from './identifiers.ts';
export { isHarmlessUID, isUID, UID, uid, uidName, uidsOfType } from './identifiers.ts';
export type { Operation, Status, StatusCategory } from './status.ts';
export { STATUS, statusCategory, statusOf, statusText } from './status.ts';
