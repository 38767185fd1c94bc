/** PixelMed's server, in Java. It sends multicast DNS: it and all who talk to it share a network namespace of their own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PIXELMED_JARS } from './needs.ts';
import { acceptsInside, alone, inside } from './peers-namespace.ts';
import type { Finished } from './peers-process.ts';
import { LOOPBACK, WEBDIMSE, run, temporaryFolder } from './peers-process.ts';
import type { Destination, RealPeer } from './peers.ts';
import { startPeer } from './peers.ts';

/** Everything is free in a new namespace. */
const [PORT, WEB_PORT] = [11112, 8080];

/** Starts it with the least that Java needs to do before it listens. */
const JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Djava.awt.headless=true'];

export async function startPixelmed(destinations: readonly Destination[]): Promise<RealPeer> {
  const folder = temporaryFolder();
  const [file, images] = [join(folder, 'server.properties'), join(folder, 'images')];
  mkdirSync(images);
  const remotes = destinations.flatMap(({ aeTitle, port }, i) => [
    `Dicom.RemoteAEs.d${i}.CalledAETitle=${aeTitle}`,
    `Dicom.RemoteAEs.d${i}.HostNameOrIPAddress=${LOOPBACK}`,
    `Dicom.RemoteAEs.d${i}.Port=${port}`,
  ]);
  const properties = [
    `Dicom.ListeningPort=${PORT}`,
    'Dicom.CalledAETitle=PIXELMED',
    'Dicom.CallingAETitle=PIXELMED',
    'Dicom.PrimaryDeviceType=ARCHIVE',
    `Dicom.RemoteAEs=${destinations.map((_, i) => `d${i}`).join(',')}`,
    ...remotes,
    `Application.DatabaseFileName=${join(folder, 'database')}`,
    `Application.SavedImagesFolderName=${images}`,
    `WebServer.ListeningPort=${WEB_PORT}`,
    'WebServer.RootURL=/',
  ];
  writeFileSync(file, `${properties.join('\n')}\n`);
  const main = ['-cp', PIXELMED_JARS.join(':'), 'com.pixelmed.server.DicomAndWebStorageServer', file];
  const [command, ...args] = alone('java', [...JAVA, ...main]);
  return startPeer(command, 'PIXELMED', PORT, images, args, { ready: (pid) => acceptsInside(pid, PORT) });
}

/** Runs our command line beside a server. */
export function webdimseBeside(server: RealPeer, ...args: readonly string[]): Promise<Finished> {
  const [command, ...rest] = inside(server.pid, process.execPath, [WEBDIMSE, ...args]);
  return run(command, rest);
}
