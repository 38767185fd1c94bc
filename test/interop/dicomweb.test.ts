/** `webdimse dicomweb` beside Orthanc's own DICOMweb. */
import { accepts, freePort, LOOPBACK, start, WEBDIMSE } from '../support/peers-process.ts';
import { comparesWithOrthanc } from './dicomweb-beside-orthanc.ts';
import { dicomWebClient } from './dicomweb-client.ts';

comparesWithOrthanc('in Node', [], async ({ address }) => {
  const port = await freePort();
  const args = [WEBDIMSE, 'dicomweb', address, '--port', String(port)];
  const { stop } = await start(process.execPath, args, () => accepts(port));
  const root = `http://${LOOPBACK}:${port}/dicomweb`;
  return { client: dicomWebClient(root), single: dicomWebClient(root, 'bulkdata'), stop };
});
