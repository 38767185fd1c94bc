/** Names of the numbers in A-ASSOCIATE-RJ, A-ABORT and presentation context answers. */

type Names = Readonly<Record<number, string>>;

/** PS3.8 Table 9-21, byte 8. */
const REJECT_RESULT: Names = { 1: 'rejected-permanent', 2: 'rejected-transient' };

/** PS3.8 Table 9-21, byte 9. */
const REJECT_SOURCE: Names = {
  1: 'DICOM UL service-user',
  2: 'DICOM UL service-provider (ACSE related function)',
  3: 'DICOM UL service-provider (presentation related function)',
};

/** PS3.8 Table 9-21, byte 10, by source. */
const REJECT_REASON: Readonly<Record<number, Names>> = {
  1: {
    1: 'no-reason-given',
    2: 'application-context-name-not-supported',
    3: 'calling-AE-title-not-recognized',
    7: 'called-AE-title-not-recognized',
  },
  2: { 1: 'no-reason-given', 2: 'protocol-version-not-supported' },
  3: { 1: 'temporary-congestion', 2: 'local-limit-exceeded' },
};

/** PS3.8 Table 9-26, byte 9. */
const ABORT_SOURCE: Names = { 0: 'DICOM UL service-user', 2: 'DICOM UL service-provider' };

/** PS3.8 Table 9-26, byte 10, for source 2; for source 0 it means nothing. */
const ABORT_REASONS: Names = {
  0: 'reason-not-specified',
  1: 'unrecognized-PDU',
  2: 'unexpected-PDU',
  4: 'unrecognized-PDU-parameter',
  5: 'unexpected-PDU-parameter',
  6: 'invalid-PDU-parameter-value',
};

/** PS3.8 Table 9-18, byte 7. */
const CONTEXT_RESULT: Names = {
  0: 'acceptance',
  1: 'user-rejection',
  2: 'no-reason (provider rejection)',
  3: 'abstract-syntax-not-supported (provider rejection)',
  4: 'transfer-syntaxes-not-supported (provider rejection)',
};

/** PS3.7 Table D.3-14, byte 5. */
const USER_IDENTITY_TYPE: Names = {
  1: 'user name',
  2: 'user name and passcode',
  3: 'Kerberos service ticket',
  4: 'SAML assertion',
  5: 'JSON Web Token',
};

function name(names: Names | undefined, value: number): string {
  return names?.[value] ?? `reserved (${value})`;
}

/** The three numbers of an A-ASSOCIATE-RJ in words; what the table does not name comes as `reserved (n)` (PS3.8 Table 9-21). */
export function rejectText(
  result: number,
  source: number,
  reason: number,
): { result: string; source: string; reason: string } {
  return {
    result: name(REJECT_RESULT, result),
    source: name(REJECT_SOURCE, source),
    reason: name(REJECT_REASON[source], reason),
  };
}

/** Source and reason of an A-ABORT in words. Only a provider gives a reason (PS3.8 Table 9-26). */
export function abortText(source: number, reason: number): { source: string; reason: string } {
  return {
    source: name(ABORT_SOURCE, source),
    reason: source === 0 ? 'not significant' : name(ABORT_REASONS, reason),
  };
}

/** The answer to a proposed presentation context in words (PS3.8 Table 9-18). */
export function contextResultText(result: number): string {
  return name(CONTEXT_RESULT, result);
}

/** The kind of a user identity in words (PS3.7 D.3.3.7.1). */
export function userIdentityText(type: number): string {
  return name(USER_IDENTITY_TYPE, type);
}
