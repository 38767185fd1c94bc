/** Byte tables on the page: a byte chooses a field, a field bytes; and bytes as lines of numbers. */
import { describe, expect, it } from 'vitest';
import { commandTable, dataSetTable, pduTable } from '../../core/inspect/byte-table.ts';
import type { Details } from '../../core/inspect/details.ts';
import { detailsOf, Timeline } from '../../core/inspect/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { broughtBy, remarksOn, ShownDetails } from '../../web/state/shown-details.svelte.ts';
import { rowHex, ShownTable, tableText } from '../../web/state/shown-table.svelte.ts';
import { bytesPerLine, hexLines, LINE_HEIGHT, movedByte, scrolledTo } from '../../web/ui/hex.ts';
import { recordOf } from '../inspect/recorded.ts';
import { FULL_REQUEST } from '../pdu/samples.ts';
import { instanceBytes } from '../service/world.ts';
import { commandSet } from '../support/messages.ts';
import { commandPdv, dataPdv, pData } from '../support/parrot.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const REQUEST = encodePdu(FULL_REQUEST);

const requestTable = (): ShownTable => new ShownTable(pduTable(REQUEST, REQUEST.length), false);

describe('a byte table', () => {
  it('shows a long PDU folded, and opens what a chosen byte is in', () => {
    const shown = requestTable();
    expect(shown.rows.map(({ row }) => row.name).slice(-3)).toEqual([
      'Presentation Context Item',
      'Presentation Context Item',
      'User Information Item',
    ]);
    shown.selectByte(112);
    expect(shown.selected).toMatchObject({ name: 'Abstract-syntax-name', offset: 111, length: 17 });
    expect(shown.byte).toBe(112);
    const seen = shown.rows.map(({ id }) => id);
    expect(seen).toContain(shown.selectedId);
    expect(shown.rows.filter(({ open }) => open).map(({ row }) => row.name)).toEqual([
      'Presentation Context Item',
      'Abstract Syntax Sub-Item',
    ]);
  });

  it('has every byte in the deepest field that holds it', () => {
    const shown = requestTable();
    const { rows } = shown.table;
    for (let at = 0; at < REQUEST.length; at++) {
      const deepest = rows.findLastIndex(({ offset, length }) => at >= offset && at < offset + length);
      expect(shown.rowAt(at)).toBe(deepest);
      expect(rows[deepest]!.holds).toBe(false);
    }
    expect(shown.rowAt(REQUEST.length)).toBeUndefined();
  });

  it('puts the keyboard where a chosen row begins, and marks what is pointed at', () => {
    const shown = requestTable();
    shown.select('7');
    expect(shown.byte).toBe(shown.selected!.offset);
    shown.hoverByte(11);
    expect(shown.hovered!.name).toBe('Called-AE-title');
    shown.hoverRow('0');
    expect(shown.hovered!.name).toBe('PDU-type');
    shown.hoverByte(undefined);
    expect(shown.hovered).toBeUndefined();
  });

  it('folds with what is chosen staying in sight', () => {
    const shown = requestTable();
    shown.unfoldAll();
    expect([shown.rows.length, shown.allOpen]).toEqual([shown.table.rows.length, true]);
    shown.selectByte(112);
    shown.foldAll();
    expect(shown.selected!.name).toBe('Presentation Context Item');
    shown.toggle(shown.selectedId);
    expect(shown.rows.find(({ id }) => id === shown.selectedId)!.open).toBe(true);
  });

  it('has a byte behind the last row that is listed, and no row for it', () => {
    const table = pduTable(REQUEST, REQUEST.length);
    const shown = new ShownTable({ ...table, rows: table.rows.slice(0, 3), more: 1 }, false);
    shown.selectByte(400);
    expect([shown.byte, shown.selected]).toEqual([400, undefined]);
  });

  it('is copied as lines of its rows, whole', () => {
    const bytes = commandSet('C-ECHO-RQ', { MessageID: 7, AffectedSOPClassUID: '1.2.840.10008.1.1' });
    const table = commandTable(bytes, bytes.length, 'C-ECHO');
    const lines = tableText(table).split('\n');
    expect(lines).toHaveLength(table.rows.length);
    expect(lines).toContain('38\t10\tCommandField\t0030H\tC-ECHO-RQ\tPS3.7 E.1');
    expect(
      rowHex(
        table,
        table.rows.find(({ name }) => name === 'CommandField')!,
      ),
    ).toBe('00 00 00 01 02 00 00 00 30 00');
  });
});

/** A C-STORE-RQ and, in the same PDU, a C-CANCEL-RQ. */
function twoMessages(): Details {
  const store = commandSet(
    'C-STORE-RQ',
    { MessageID: 8, AffectedSOPClassUID: '1.2', AffectedSOPInstanceUID: '1.3' },
    true,
  );
  const cancel = commandSet('C-CANCEL-RQ', { MessageIDBeingRespondedTo: 8 });
  const timeline = new Timeline();
  timeline.take(recordOf(pData(commandPdv(1, store)), 'requestor', 1));
  const both = pData(dataPdv(1, instanceBytes(1, 1, 1)), commandPdv(3, cancel));
  return detailsOf(timeline.take(recordOf(both, 'requestor', 2)));
}

describe('the details that are seen', () => {
  it('keep the tab while records have it, and come back to it', () => {
    const plain = detailsOf(new Timeline().take(recordOf(REQUEST, 'requestor', 1)));
    let details = twoMessages();
    const shown = new ShownDetails(() => details);
    expect([shown.tab, shown.tabs]).toEqual(['summary', ['summary', 'pdu', 'command', 'dataSet']]);
    shown.tab = 'dataSet';
    details = plain;
    expect([shown.tab, shown.tabs]).toEqual(['summary', ['summary', 'pdu', 'contexts']]);
    details = twoMessages();
    expect(shown.tab).toBe('dataSet');
  });

  it('are of one of the messages of a PDU', () => {
    const details = twoMessages();
    const shown = new ShownDetails(() => details);
    expect(shown.message!.name).toBe('C-STORE-RQ');
    shown.messageIndex = 1;
    expect([shown.message!.name, shown.tabs.includes('dataSet')]).toEqual(['C-CANCEL-RQ', false]);
  });

  it('say what is missing, and which PDU brought a byte', () => {
    const bytes = instanceBytes(1, 1, 1, 40_000);
    const pieces = [
      { offset: 0, length: 200, record: 4 },
      { offset: 200, length: 100, record: 5 },
    ];
    const table = { ...dataSetTable(bytes.subarray(0, 300), bytes.length, undefined), pieces };
    expect(remarksOn(table)).toEqual([
      'Put together from 2 PDUs.',
      `300 of ${bytes.length.toLocaleString('en')} bytes were kept, the others only counted.`,
      'The record does not tell the transfer syntax: read as Explicit VR Little Endian.',
    ]);
    expect([broughtBy(table, 10), broughtBy(table, 210)]).toEqual([
      { number: 1, of: 2 },
      { number: 2, of: 2 },
    ]);
    expect(broughtBy({ ...table, pieces: pieces.slice(0, 1) }, 10)).toBeUndefined();
    const whole = dataSetTable(bytes, bytes.length, EXPLICIT);
    expect(remarksOn(whole)).toEqual([]);
  });
});

describe('bytes as lines', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);

  it('are rendered as far as they are seen', () => {
    const lines = hexLines(bytes, 16, { top: 1000 * LINE_HEIGHT, height: 10 * LINE_HEIGHT });
    expect(lines.length).toBeLessThan(50);
    expect(lines.some(({ offset }) => offset === 16_000)).toBe(true);
    const [first] = hexLines(bytes, 16, { top: 0, height: 100 });
    expect(first!.cells.at(-1)).toEqual({ at: 15, hex: '0f', letter: '·' });
    const last = hexLines(bytes, 16, { top: (70_000 / 16) * LINE_HEIGHT, height: 20 }).at(-1)!;
    expect(last.offset + last.cells.length).toBe(70_000);
    expect([bytesPerLine(700), bytesPerLine(300)]).toEqual([16, 8]);
  });

  it('are walked by the keyboard, never beyond their ends', () => {
    const moved = (key: string, at: number): number | undefined =>
      movedByte(key, at, 40, { perLine: 16, lines: 10 });
    expect(
      ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].map((key) => moved(key, 20)),
    ).toEqual([19, 21, 4, 36, 16, 31]);
    expect([moved('ArrowUp', 3), moved('ArrowDown', 30), moved('End', 36), moved('PageDown', 3)]).toEqual([
      3, 30, 39, 39,
    ]);
    expect([
      moved('PageUp', 30),
      moved('ArrowLeft', 0),
      moved('x', 3),
      movedByte('End', 0, 0, { perLine: 8, lines: 1 }),
    ]).toEqual([0, 0, undefined, undefined]);
  });

  it('are scrolled as little as brings a byte into sight', () => {
    const sight = { top: 100, height: 10 * LINE_HEIGHT };
    expect(scrolledTo(16 * 6, 16, sight)).toBe(100);
    expect(scrolledTo(0, 16, sight)).toBe(0);
    expect(scrolledTo(16 * 50, 16, sight)).toBe(51 * LINE_HEIGHT - sight.height);
  });
});
