import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode, ErrorDetails } from '../../core/bytes/index.ts';
import { ERROR_CODES } from '../../core/bytes/index.ts';
import { EngineError } from '../../web/engine/protocol.ts';
import type { Service, Situation } from '../../web/state/sentences.ts';
import { explain, storeWarning } from '../../web/state/sentences.ts';
import { speak } from '../../web/strings/index.ts';

const SITUATION: Situation = {
  service: 'C-FIND',
  peer: 'MAIN PACS',
  address: '10.0.0.5:4242',
  calledAETitle: 'ORTHANC',
  callingAETitle: 'WEBSCU',
  destination: 'VIEWER1',
};

function told(code: ErrorCode, details: ErrorDetails = {}, service: Service = 'C-FIND'): string {
  return explain(new EngineError({ code, message: 'a message.', details }), { ...SITUATION, service });
}

describe('every code', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s becomes sentences', (code) => {
    const sentence = told(code, { result: 1, source: 1, reason: 1 });
    expect(sentence).toMatch(/^[A-Z].*[.)]$/);
    expect(sentence).not.toContain(code);
    expect(sentence).not.toMatch(/undefined|NaN|\.\./);
  });

  it('of a page that broke says what to do, too', () => {
    expect(explain(new TypeError('x is undefined'), SITUATION)).toMatch(/x is undefined\. Reload the page/);
  });
});

describe('a file that cannot be sent', () => {
  afterEach(() => speak('en', []));

  it.each<[ErrorDetails, string]>([
    [{ diagnosis: 'empty' }, 'Die Datei ist leer.'],
    [{ diagnosis: 'not-dicom' }, 'Das ist keine DICOM-Datei: „DICM“ steht nicht an Byte 128.'],
    [
      { missing: 1024 },
      'Die Datei ist abgeschnitten: Am Ende fehlen 1 kB oder mehr. Holen Sie sie noch einmal von dort, woher sie kam.',
    ],
    [{}, 'It has no SOP Class UID.'],
  ])('%j is told in the language of the page where people meet it often', async (details, sentence) => {
    await speak('de', []);
    const failure = { code: 'FILE_INVALID', message: 'it has no SOP Class UID', details } as const;
    expect(explain(new EngineError(failure), SITUATION)).toBe(sentence);
  });
});

describe('the bridge says no', () => {
  it.each([
    [{ closeCode: 4401 }, /sign in again/],
    [{ httpStatus: 401 }, /sign in again/],
    [{ closeCode: 4429, reason: 'too many connections' }, /no room .*\(too many connections\)/],
    [{ httpStatus: 429 }, /no room/],
    [{ closeCode: 4403, reason: 'calling AE title not allowed' }, /call as WEBSCU/],
    [{ closeCode: 4403, reason: 'peer not allowed' }, /does not allow you a connection to MAIN PACS/],
  ])('%j', (details, sentence) => expect(told('NOT_ALLOWED', details)).toMatch(sentence));
});

describe('no connection', () => {
  it('says that nothing listens', () => {
    expect(told('CONNECT_FAILED', { reason: 'ECONNREFUSED' })).toBe(
      'MAIN PACS refused the connection: nothing listens at 10.0.0.5:4242. Check that it runs, and its port.',
    );
  });

  it('says that no answer came', () => {
    expect(told('CONNECT_FAILED', { reason: 'ETIMEDOUT' })).toMatch(
      /did not answer at 10\.0\.0\.5:4242.*firewall/,
    );
  });

  it('blames the bridge where it is gone', () => {
    expect(told('CONNECT_FAILED', { closeCode: 1006 })).toMatch(/bridge .* does not answer\. Start it again/);
    expect(told('CONNECTION_LOST', { closeCode: 4503 })).toMatch(/bridge .* does not answer/);
  });
});

describe('a rejection', () => {
  it('names the calling title that is not known, and what to do', () => {
    expect(told('ASSOCIATION_REJECTED', { result: 1, source: 1, reason: 3 })).toBe(
      'MAIN PACS refused the association: it does not know the calling AE title WEBSCU. ' +
        'Ask its administrator to add it, or change yours above. (Its application refused, for good.)',
    );
  });

  // PS3.8 Table 9-21, typed a second time.
  it.each([
    [1, 1, /gave no reason/],
    [1, 2, /application context/],
    [1, 7, /called AE title ORTHANC/],
    [2, 1, /gave no reason/],
    [2, 2, /version of the protocol/],
    [3, 1, /too busy/],
    [3, 2, /no room/],
    [9, 9, /number 9/],
  ])('by source %i with reason %i is told', (source, reason, pattern) => {
    expect(told('ASSOCIATION_REJECTED', { result: 2, source, reason })).toMatch(pattern);
  });
});

describe('a time-out', () => {
  it('says how long and for what', () => {
    expect(told('TIMEOUT', { phase: 'associate', milliseconds: 30_000 })).toMatch(
      /it had 30 s to answer the association request and stayed silent/,
    );
  });
});

describe('what is no DICOM server', () => {
  it.each([
    ['http', /a web server \(HTTP\), not a DICOM server\. Correct the port/],
    ['ssh', /an SSH server/],
    ['ftp-or-smtp', /an FTP or mail server/],
    ['text', /speaks in text/],
    ['tls', /expects TLS at .*, and was called without/],
  ])('is told by the diagnosis %s', (diagnosis, pattern) => {
    expect(told('NOT_DICOM', { diagnosis })).toMatch(pattern);
  });

  it('may close at once, or stay silent', () => {
    expect(told('CONNECTION_LOST', { diagnosis: 'closed' })).toMatch(/closed the connection instead of/);
    const silent = told('TIMEOUT', { phase: 'associate', milliseconds: 30_000, diagnosis: 'silent' });
    expect(silent).toMatch(/had 30 s to answer the association request .* expect TLS/);
  });
});

describe('nothing accepted', () => {
  it('says what to use instead', () => {
    expect(told('CONTEXT_REFUSED', {}, 'C-GET')).toMatch(
      /does not offer us retrieving .* \(C-GET\)\. Use Move instead/,
    );
    expect(told('CONTEXT_REFUSED', {}, 'C-STORE')).toMatch(
      /which kinds of images and transfer syntaxes it takes/,
    );
  });
});

describe('a status', () => {
  it('A801 names the unknown destination', () => {
    expect(told('STATUS_FAILURE', { status: 0xa801 }, 'C-MOVE')).toMatch(
      /^MAIN PACS does not know the destination VIEWER1, so it cannot send there\. Ask its administrator/,
    );
  });

  it('C000 of a move suspects the destination, as Orthanc means it', () => {
    expect(told('STATUS_FAILURE', { status: 0xc000 }, 'C-MOVE')).toMatch(
      /does not know the destination VIEWER1/,
    );
  });

  it('A700 of a store is a full peer', () => {
    expect(told('STATUS_FAILURE', { status: 0xa700 }, 'C-STORE')).toMatch(/out of room or memory/);
  });

  it('keeps what the peer said', () => {
    expect(told('STATUS_FAILURE', { status: 0xc001, comment: 'too wide' })).toMatch(/It says: “too wide”\.$/);
  });

  it.each([0x0110, 0x0211, 0xffff, 0x1234])('%i without a sentence of its own still gets one', (status) => {
    const sentence = told('STATUS_FAILURE', { status }, 'C-GET');
    expect(sentence).toMatch(
      /^MAIN PACS failed the retrieve: .+ \(status 0x[0-9A-F]{4}\)\. Its log may tell more\.$/,
    );
  });

  it('that warns says that it is stored', () => {
    expect(storeWarning(0xb000, SITUATION)).toMatch(
      /^MAIN PACS stored it with a warning: .* \(status 0xB000\)\.$/,
    );
  });
});
