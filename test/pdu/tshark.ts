/** tshark as a second reader of PDUs: which of its fields mean which of our spans. */
import { execFileSync } from 'node:child_process';
import type { Bytes } from '../../core/bytes/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import { describe } from '../../core/pdu/index.ts';

/** A field of tshark, and the spans it must agree with; `item` narrows to the content of that item. */
interface Same {
  readonly tshark: string;
  readonly names: readonly string[];
  readonly item?: string;
}

const SAME: readonly Same[] = [
  { tshark: 'pdu.type', names: ['PDU-type'] },
  { tshark: 'pdu.len', names: ['PDU-length'] },
  { tshark: 'assoc.version', names: ['Protocol-version'] },
  { tshark: 'assoc.ae.called', names: ['Called-AE-title', 'Reserved (Called-AE-title of the RQ)'] },
  { tshark: 'assoc.ae.calling', names: ['Calling-AE-title', 'Reserved (Calling-AE-title of the RQ)'] },
  { tshark: 'assoc.reject.result', names: ['Result'] },
  { tshark: 'assoc.reject.source', names: ['Source'], item: 'A-ASSOCIATE-RJ' },
  { tshark: 'assoc.reject.reason', names: ['Reason/Diag.'], item: 'A-ASSOCIATE-RJ' },
  { tshark: 'assoc.abort.source', names: ['Source'], item: 'A-ABORT' },
  { tshark: 'assoc.abort.reason', names: ['Reason/Diag.'], item: 'A-ABORT' },
  { tshark: 'assoc.item.type', names: ['Item-type'] },
  { tshark: 'assoc.item.len', names: ['Item-length'], item: 'A-ASSOCIATE' },
  { tshark: 'actx', names: ['Application-context-name'] },
  { tshark: 'pctx.id', names: ['Presentation-context-ID'], item: 'A-ASSOCIATE' },
  { tshark: 'pctx.result', names: ['Result/Reason'] },
  { tshark: 'pctx.abss.syntax', names: ['Abstract-syntax-name'] },
  { tshark: 'pctx.xfer.syntax', names: ['Transfer-syntax-name'] },
  { tshark: 'max_pdu_len', names: ['Maximum-length-received'] },
  { tshark: 'userinfo.uid', names: ['Implementation-class-uid'] },
  { tshark: 'userinfo.version', names: ['Implementation-version-name'] },
  { tshark: 'userinfo.asyncneg.maxnumopsinv', names: ['Maximum-number-operations-invoked'] },
  { tshark: 'userinfo.asyncneg.maxnumopsper', names: ['Maximum-number-operations-performed'] },
  {
    tshark: 'userinfo.rolesel.sopclassuid',
    names: ['SOP-class-uid'],
    item: 'SCP/SCU Role Selection Sub-Item',
  },
  { tshark: 'userinfo.rolesel.scurole', names: ['SCU-role'] },
  { tshark: 'userinfo.rolesel.scprole', names: ['SCP-role'] },
  {
    tshark: 'userinfo.extneg.sopclassuid',
    names: ['SOP-class-uid'],
    item: 'SOP Class Extended Negotiation Sub-Item',
  },
  { tshark: 'userinfo.user_identify.type', names: ['User-identity-type'] },
  { tshark: 'userinfo.user_identify.primary_field_length', names: ['Primary-field-length'] },
  { tshark: 'userinfo.user_identify.secondary_field_length', names: ['Secondary-field-length'] },
  { tshark: 'pdv.len', names: ['Item-length'], item: 'P-DATA-TF' },
  { tshark: 'pdv.ctx', names: ['Presentation-context-ID'], item: 'P-DATA-TF' },
  { tshark: 'pdv.flags', names: ['Message-control-header'] },
];

/** PDU, or item, or nothing: field name to values, in the order of the bytes. */
export type Fields = Readonly<Record<string, readonly string[]>>;

function tsharkArguments(file: string): string[] {
  const fields = SAME.flatMap(({ tshark }) => ['-e', `dicom.${tshark}`]);
  return ['-r', file, '-Y', 'dicom', '-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|', ...fields];
}

/** One line a packet, as `tshark -T fields` prints them. */
export function runTshark(program: string, file: string): string {
  // tshark warns on stderr when it runs as root; that is no finding.
  return execFileSync(program, tsharkArguments(file), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Reads what `runTshark` printed. */
export function parseTshark(output: string): Fields[] {
  return output
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const cells = line.split('\t');
      return Object.fromEntries(
        SAME.flatMap(({ tshark }, column) => {
          const values = (cells[column] ?? '').split('|').filter((value) => value !== '');
          return values.length === 0 ? [] : [[tshark, values.map(plain)]];
        }),
      );
    });
}

/** Numbers come as decimal or hexadecimal, depending on the field; UIDs as `Name (UID)`; titles with their padding. */
function plain(value: string): string {
  const uid = /\(([0-9.]+)\)$/.exec(value)?.[1];
  if (uid !== undefined) return uid;
  return /^0x[0-9a-f]+$/i.test(value) ? String(Number(value)) : value.trim();
}

/** What tshark should say about a PDU, by our own `describe`. */
export function expectedFields(pdu: Bytes): Fields {
  const spans = describe(pdu);
  const top = spans[0]?.meaning ?? '';
  return Object.fromEntries(
    SAME.flatMap((same) => {
      const values = valuesOf(spans, same, top, []);
      return values.length === 0 ? [] : [[same.tshark, values]];
    }),
  );
}

function valuesOf(spans: readonly FieldSpan[], same: Same, top: string, path: readonly string[]): string[] {
  return spans.flatMap((span) => {
    if (span.children) return valuesOf(span.children, same, top, [...path, span.name]);
    const inside = same.item === undefined || top.startsWith(same.item) || path.includes(same.item);
    return inside && same.names.includes(span.name) ? [String(span.value)] : [];
  });
}
