// @ts-check
/**
 * The table of core/CONFORMANCE.md that is made from what ran: peer x operation, passed. Tests say by `proves`
 * (support/proves.ts) what they show; `npm run conformance` runs them and writes the table.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DOCUMENT = fileURLToPath(new URL('../core/CONFORMANCE.md', import.meta.url));
const [BEGIN, END] = ['<!-- what ran: begin -->', '<!-- what ran: end -->'];

/** Columns, in this order. */
export const OPERATIONS = /** @type {const} */ ([
  'Verification',
  'Storage, native',
  'Storage, encapsulated',
  'Query, Patient Root',
  'Query, Study Root',
  'Patient/Study Only',
  'query cancelled',
  'Worklist',
  'GET',
  'MOVE',
  'MOVE to us',
  'Storage Commitment',
  'user identity',
  'extended negotiation',
  'refusals and faults',
]);

/** The Debian package of each peer, by who calls. Ours is the other side of what no peer answers. */
export const PEERS = /** @type {const} */ ({
  called: {
    dcmqrscp: 'dcmtk',
    storescp: 'dcmtk',
    wlmscpfs: 'dcmtk',
    Orthanc: 'orthanc',
    'Orthanc, strict': 'orthanc',
    'PixelMed DicomAndWebStorageServer': 'pixelmed-apps',
    'CTN simple_storage': 'ctn',
  },
  calling: {
    'DCMTK echoscu, storescu, findscu, movescu, getscu': 'dcmtk',
    'Orthanc, by its REST API': 'orthanc',
    'CTN dicom_echo, send_image': 'ctn',
    'odil echo, store, find, get': 'odil',
  },
});

/** Our own mini-PACS, called by us. */
export const OURS = 'our mini-PACS';

/**
 * @typedef {(typeof OPERATIONS)[number]} Operation
 * @typedef {keyof typeof PEERS.called | keyof typeof PEERS.calling | typeof OURS} PeerName
 * @typedef {{ readonly peer: PeerName, readonly operations: readonly Operation[] }} Proof what a test shows
 */

/** Test files below `test/` that hold proofs. */
export function proofFiles() {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.test.ts') && readFileSync(join(folder, name), 'utf8').includes('proves('),
    )
    .map((name) => join('test', name));
}

/**
 * What the document should say of these proofs, between its markers.
 * @param {readonly Proof[]} proofs of tests that passed
 */
export function section(proofs) {
  const passed = new Set(
    proofs.flatMap(({ peer, operations }) => operations.map((each) => `${peer}: ${each}`)),
  );
  const own = OPERATIONS.filter((each) => passed.has(`${OURS}: ${each}`) && !serverPasses(passed, each));
  return [
    'Called by us:',
    table('SCP', PEERS.called, passed),
    'Calling our mini-PACS:',
    table('SCU', PEERS.calling, passed),
    ...(own.length > 0
      ? [`Called by us, but between our own two sides only, as no server here does it: ${own.join(', ')}.`]
      : []),
  ].join('\n\n');
}

function serverPasses(/** @type {Set<string>} */ passed, /** @type {Operation} */ operation) {
  return Object.keys(PEERS.called).some((peer) => passed.has(`${peer}: ${operation}`));
}

/**
 * Operations that no peer of the table shows have no column there.
 * @param {string} role
 * @param {Readonly<Record<string, string>>} peers
 * @param {ReadonlySet<string>} passed
 */
function table(role, peers, passed) {
  const columns = OPERATIONS.filter((each) =>
    Object.keys(peers).some((peer) => passed.has(`${peer}: ${each}`)),
  );
  const rows = Object.entries(peers).map(([peer, name]) => [
    `${peer} ${version(name)}`,
    ...columns.map((each) => (passed.has(`${peer}: ${each}`) ? 'passed' : '')),
  ]);
  return layOut([[role, ...columns], ...rows]);
}

/** As prettier does it, so that writing and checking the format agree. */
function layOut(/** @type {string[][]} */ [head = [], ...rows]) {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const padded = (/** @type {string[]} */ row) => line(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)));
  return [padded(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(padded)].join('\n');
}

/** The version that a package gives its program, without what Debian adds. */
function version(/** @type {string} */ name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${source:Upstream-Version}', name], {
    encoding: 'utf8',
  });
  return (stdout ?? '').replace(/[+~].*$/, '') || '(version unknown)';
}

/** What the document says now. */
export function written() {
  const text = readFileSync(DOCUMENT, 'utf8');
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();
}

/** Puts it into the document. */
export function write(/** @type {string} */ content) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))];
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${content}\n\n${after}`);
}
