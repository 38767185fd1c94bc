/** Compressed instances go to a server and come back in the syntax they are stored in, their pixels bit by bit. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { instancesBelow, pixels, readRaw } from '../support/peers-files.ts';
import { records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { OURS } from '../conformance.mjs';
import { proves } from '../support/proves.ts';
import { SERVERS } from '../support/servers.ts';

/** A file of each syntax, and the study it belongs to. */
const JPEG_2000 = [
  'SC_rgb_gdcm_KY.dcm',
  '1.2.826.0.1.3680043.8.498.12406831542731051035295345080039845114',
] as const;
const LOSSLESS_2000 = [
  'J2K_pixelrep_mismatch.dcm',
  '1.2.392.200036.9123.100.11.15002200303521616157144527203339851',
] as const;
const BASELINE = [
  'SC_jpeg_no_color_transform.dcm',
  '1.2.276.0.7230010.3.1.2.0.35989.1606514566.150780',
] as const;
const EXTENDED = ['JPGExtended.dcm', '1.3.6.1.4.1.5962.1.2.8.20040826185059.5457'] as const;
const RLE = ['MR_small_RLE.dcm', '1.3.6.1.4.1.5962.1.2.4.20040826185059.5457'] as const;
const FILES = [JPEG_2000, LOSSLESS_2000, BASELINE, EXTENDED, RLE];

// dcmqrscp takes native syntaxes only.
for (const server of SERVERS.filter(({ name }) => name !== 'dcmqrscp')) {
  describeWith(['dcmtk', 'pydicom', ...server.needs], `against ${server.name}`, () => {
    let peer: RealPeer;
    beforeAll(async () => {
      peer = await server.start([]);
      const paths = FILES.map(([file]) => join(PYDICOM_FILES, file));
      expect(await webdimse('store', peer.address, ...paths)).toMatchObject({ code: 0, stderr: '' });
    });
    afterAll(() => peer?.stop());

    for (const [file, study] of FILES)
      proves(server.name, 'Storage, encapsulated', file, async () => {
        const folder = temporaryFolder();
        const lines = records(
          await webdimse('get', peer.address, '--study', study, '--out', folder, '--json'),
        );
        expect(lines.at(-1)).toMatchObject({ status: '0000', verdict: 'complete', promised: 1, received: 1 });
        const sent = readRaw(join(PYDICOM_FILES, file));
        const [came] = [...instancesBelow(folder).values()];
        expect(came).toMatchObject({ transferSyntaxUID: sent.transferSyntaxUID });
        expect(pixels(came!).equals(pixels(sent))).toBe(true);
        // Orthanc leaves out group lengths and trailing padding.
        if (server.name === OURS) expect(came!.dataSet.equals(sent.dataSet)).toBe(true);
      });
  });
}
